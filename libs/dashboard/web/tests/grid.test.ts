// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { COLUMNS, Grid } from "../src/fleet/grid";
import { cellAfter } from "../src/fleet/cursor";
import { fitTo, layOutMap, sightOf } from "../src/fleet/layout";
import { makePalette } from "../src/fleet/palette";
import type { FleetAnswer } from "../src/wire";

function answer(devices: string[], first: number, rows: number[][], more: Partial<FleetAnswer> = {}): FleetAnswer {
  const cells = btoa(String.fromCharCode(...rows.flat()));
  const size = { columns: rows[0]!.length, rows: rows.length, matching: rows.length, per: 1 };
  return { step: 1_000, first: first * 1_000, ...size, roster: 1, cells, devices, ...more };
}

const row = (grid: Grid, at: number, first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => grid.cell(at, first + i));

describe("the grid of cells", () => {
  it("takes everything, then what is new", () => {
    const grid = new Grid();
    const [a, b] = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(grid.take(answer(["a", "b"], 100, [a!, b!]), 40, true)).toBe(true);
    expect([grid.since, grid.first, grid.names]).toEqual([102_000, 40, ["a", "b"]]);
    expect(row(grid, 1, 100, 3)).toEqual([4, 5, 6]);
    const [more, other] = [
      [7, 8],
      [9, 10],
    ];
    expect(grid.take(answer([], 102, [more!, other!], { place: 1 }), 40, false)).toBe(true);
    expect(row(grid, 0, 100, 4)).toEqual([1, 2, 7, 8]);
    expect(row(grid, 1, 100, 4)).toEqual([4, 5, 9, 10]);
    expect([grid.place, grid.names]).toEqual([1, ["a", "b"]]);
  });

  it("empties what lies between and what has gone round", () => {
    const grid = new Grid();
    grid.take(answer(["a"], 0, [new Array<number>(COLUMNS).fill(9)]), 0, true);
    grid.take(answer([], COLUMNS + 1, [[5]]), 0, false);
    expect(grid.cell(0, COLUMNS)).toBe(0);
    expect(grid.cell(0, COLUMNS + 1)).toBe(5);
    expect(grid.cell(0, 1)).toBe(0);
    expect(grid.cell(0, 2)).toBe(9);
    grid.take(answer([], 10 * COLUMNS, [[6]]), 0, false);
    expect(row(grid, 0, 10 * COLUMNS - 2, 3)).toEqual([0, 0, 6]);
  });

  it("refuses to join what does not fit", () => {
    const grid = new Grid();
    grid.take(answer(["a"], 100, [[1]]), 0, true);
    expect(grid.take(answer([], 101, [[1]], { roster: 7 }), 0, false)).toBe(false);
    expect(grid.take(answer([], 101, [[1]], { step: 10_000 }), 0, false)).toBe(false);
    expect(grid.take(answer([], 101, [[1], [2]]), 0, false)).toBe(false);
    expect(row(grid, 0, 100, 2)).toEqual([1, 0]);
  });

  it("has rows that devices share, and nothing where there is nothing", () => {
    const grid = new Grid();
    const shared = { per: 300, matching: 599 };
    grid.take(answer([], 100, [[1], [2]], shared), 0, true);
    expect([grid.per, grid.matching, grid.rows, grid.names]).toEqual([300, 599, 2, []]);
    const none = { step: 1_000, first: null, columns: 0, rows: 0, matching: 0, per: 1, roster: 2, devices: [], cells: "" };
    expect(grid.take(none, 0, true)).toBe(true);
    expect([grid.rows, grid.since]).toEqual([0, null]);
  });
});

describe("the heat map's layout", () => {
  it("gives few devices tall rows", () => {
    expect(layOutMap(5, 1_000, 100, false, 0)).toMatchObject({
      rows: 5,
      rowHeight: 18,
      per: 1,
      columns: 500,
      columnWidth: 2,
      gutter: 0,
    });
  });

  it("lets ten thousand devices share the rows of a small map", () => {
    const layout = layOutMap(10_000, 1_000, 100, false, 0);
    expect(layout).toMatchObject({ rowHeight: 3, per: 304, rows: 33 });
    expect(layout.per * layout.rows).toBeGreaterThanOrEqual(10_000);
    expect(layout.height).toBeLessThanOrEqual(100);
  });

  it("scrolls through a large map, a row a device", () => {
    const layout = layOutMap(10_000, 1_200, 600, true, 16_000);
    expect(layout).toMatchObject({ per: 1, rowHeight: 16, first: 1_000, rows: 39, height: 160_000, gutter: 176 });
    expect(layout.gutter + layout.columns * layout.columnWidth).toBeLessThanOrEqual(1_200);
  });
});

describe("what of the fleet is asked for", () => {
  it("is rows that fit into a small map, whatever the number of devices", () => {
    for (const devices of [5, 28, 1_500, 10_000]) {
      const layout = layOutMap(devices, 1_000, 86, false, 0);
      expect(sightOf(layout, 86, false)).toEqual({ rows: 28, first: 0, count: null });
      // As the server shares rows out.
      expect([layout.per, layout.rows]).toEqual([Math.ceil(devices / 28), Math.ceil(devices / Math.ceil(devices / 28))]);
    }
  });

  it("is the rows about those in sight of a large one, the same ones for a while", () => {
    const at = (scrollTop: number): object => sightOf(layOutMap(10_000, 1_200, 600, true, scrollTop), 600, true);
    expect(at(16_000)).toEqual({ rows: null, first: 960, count: 140 });
    expect(at(16_000 + 19 * 16)).toEqual(at(16_000));
    expect(at(16_000 + 20 * 16)).toEqual({ rows: null, first: 980, count: 140 });
    expect(at(0)).toMatchObject({ first: 0 });
  });

  it("is drawn as it is until another number of rows has come", () => {
    const layout = layOutMap(1_500, 1_000, 120, false, 0);
    expect(fitTo({ rows: 28, per: 54, first: 0 }, layout, 120)).toMatchObject({ rows: 28, per: 54, rowHeight: 4 });
    expect(fitTo({ rows: 40, per: 38, first: 0 }, layout, 120)).toEqual(layout);
  });
});

describe("the palette", () => {
  it.each(["light", "dark"] as const)(
    "has a colour for each cell, alarms apart from the rest by lightness (%s)",
    (theme) => {
      const palette = makePalette(theme);
      const light = (cell: number): number =>
        [0, 8, 16].reduce((sum, shift) => sum + ((palette[cell]! >>> shift) & 255), 0);
      expect(palette[0]).toBe(0);
      for (let cell = 1; cell < 256; cell++) expect(palette[cell]! >>> 24).toBe(255);
      const sign = theme === "light" ? -1 : 1;
      for (let cell = 2; cell < 128; cell++) expect(sign * (light(cell) - light(cell - 1))).toBeGreaterThanOrEqual(0);
      for (let cell = 193; cell < 256; cell++) expect(sign * (light(cell) - light(cell - 1))).toBeGreaterThanOrEqual(0);
    },
  );
});

describe("the keys over the map", () => {
  const bounds = { rows: [10, 13] as [number, number], columns: [100, 599] as [number, number] };
  const start = { row: 12, column: 599 };
  const walk = (keys: string[]): unknown => {
    let cell = null;
    for (const key of keys) cell = cellAfter(key, cell, start, bounds);
    return cell;
  };

  it("enter at the chosen device, move from cell to cell and stay inside", () => {
    expect(walk(["ArrowLeft"])).toEqual(start);
    expect(walk(["ArrowLeft", "ArrowLeft", "ArrowUp"])).toEqual({ row: 11, column: 598 });
    expect(walk(["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"])).toEqual({ row: 13, column: 599 });
    expect(walk(["End", "Home", "PageUp"])).toEqual({ row: 10, column: 100 });
    expect(walk(["End", "x"])).toBeNull();
  });

  it("keep a cell inside when the map has moved on", () => {
    expect(cellAfter("ArrowUp", { row: 12, column: 50 }, start, bounds)).toEqual({ row: 11, column: 100 });
  });
});
