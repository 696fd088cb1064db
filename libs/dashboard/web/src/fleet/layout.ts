// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { COLUMNS } from "./grid";

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

const LARGE_ROWS = { least: 16, most: 34 };
const SMALL_ROWS = { least: 3, most: 18 };
const GUTTER = 176;

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
  const per = Math.ceil(devices / Math.floor(height / rowHeight));
  const rows = Math.ceil(devices / per);
  return { ...across, rows, per, first: 0, height: rows * rowHeight };
}
