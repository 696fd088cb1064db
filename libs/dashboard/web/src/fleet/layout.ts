// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { COLUMNS, type Grid } from "./grid";

/** What of the heat map is seen, and how large; sizes in CSS pixels. */
export interface Layout {
  /** Columns in sight. */
  columns: number;
  columnWidth: number;
  /** Rows of the picture in sight. */
  rows: number;
  rowHeight: number;
  /** Devices that share a row. */
  per: number;
  /** The first device in sight. */
  first: number;
  /** Room for the devices' names at the left. */
  gutter: number;
  /** Height of all rows, for the scroll bar; no more than the box where there is none. */
  height: number;
}

/** What to ask the server for. */
export interface Sight {
  /** At most so many rows, which devices share if need be; null = a row each. */
  rows: number | null;
  /** The first device, and how many; null = all. */
  first: number;
  count: number | null;
}

const LARGE_ROWS = { least: 16, most: 34 };
const SMALL_ROWS = { least: 3, most: 18 };
const GUTTER = 176;
/** Rows asked for beyond both ends of those in sight, and how far they must move before others are asked for. */
const SPARE = 40;
const LEAP = 20;

/**
 * Fit devices into a box. Small, all devices are in it and share rows if need be; large, each has a row of its own with
 * its name, and the box scrolls.
 */
export function layOutMap(devices: number, width: number, height: number, large: boolean, scrollTop: number): Layout {
  const gutter = large && width > 3 * GUTTER ? GUTTER : 0;
  const columnWidth = Math.max(2, Math.ceil((width - gutter) / COLUMNS));
  const columns = Math.max(1, Math.min(COLUMNS, Math.floor((width - gutter) / columnWidth)));
  const { least, most } = large ? LARGE_ROWS : SMALL_ROWS;
  const rowHeight = Math.max(least, Math.min(most, Math.floor(height / Math.max(1, devices))));
  const across = { columns, columnWidth, gutter, rowHeight };
  if (devices * rowHeight <= height) {
    return { ...across, rows: devices, per: 1, first: 0, height: devices * rowHeight };
  }
  if (large) {
    const first = Math.min(devices - 1, Math.floor(scrollTop / rowHeight));
    const rows = Math.min(devices - first, Math.ceil(height / rowHeight) + 1);
    return { ...across, rows, per: 1, first, height: devices * rowHeight };
  }
  const per = Math.ceil(devices / rowsOf(height));
  const rows = Math.ceil(devices / per);
  return { ...across, rows, per, first: 0, height: rows * rowHeight };
}

/** The rows that a small map has room for. */
function rowsOf(height: number): number {
  return Math.max(1, Math.floor(height / SMALL_ROWS.least));
}

/** What of the devices is needed to draw this. */
export function sightOf(layout: Layout, height: number, large: boolean): Sight {
  if (!large) return { rows: rowsOf(height), first: 0, count: null };
  const first = Math.max(0, Math.floor((layout.first - SPARE) / LEAP) * LEAP);
  return { rows: null, first, count: Math.ceil((layout.rows + 2 * SPARE + LEAP) / LEAP) * LEAP };
}

/** The layout for the rows that a grid has, as long as those that the layout wants are not there. */
export function fitTo(grid: Pick<Grid, "rows" | "per" | "first">, layout: Layout, height: number): Layout {
  if (grid.per === layout.per || grid.first > 0) return layout;
  const rowHeight = Math.max(1, Math.min(SMALL_ROWS.most, Math.floor(height / Math.max(1, grid.rows))));
  return { ...layout, rows: grid.rows, per: grid.per, first: 0, rowHeight, gutter: 0, height: grid.rows * rowHeight };
}
