// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { COLUMNS, Decoder, Grid } from "../src/fleet/grid";
import { layOutMap } from "../src/fleet/layout";
import { makePalette } from "../src/fleet/palette";
import type { FleetAnswer } from "../src/wire";

function answer(devices: string[] | null, first: number, rows: number[][], roster = 1): FleetAnswer {
  const cells = btoa(String.fromCharCode(...rows.flat()));
  const base = { step: 1_000, first: first * 1_000, columns: rows[0]!.length, rows: rows.length, roster, cells };
  return devices ? { ...base, devices } : base;
}

function take(grid: Grid, given: FleetAnswer): unknown {
  const columns = grid.begin(given);
  if (columns) while (new Decoder(grid, given.cells, columns).run(Infinity));
  return columns;
}

const row = (grid: Grid, device: number, first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => grid.cell(device, first + i));

describe("the grid of cells", () => {
  it("takes everything, then what is new", () => {
    const grid = new Grid();
    take(
      grid,
      answer(["a", "b"], 100, [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    expect(grid.since).toBe(102_000);
    expect(row(grid, 1, 100, 3)).toEqual([4, 5, 6]);
    take(
      grid,
      answer(null, 102, [
        [7, 8],
        [9, 10],
      ]),
    );
    expect(row(grid, 0, 100, 4)).toEqual([1, 2, 7, 8]);
    expect(row(grid, 1, 100, 4)).toEqual([4, 5, 9, 10]);
  });

  it("empties what lies between and what has gone round", () => {
    const grid = new Grid();
    take(grid, answer(["a"], 0, [new Array<number>(COLUMNS).fill(9)]));
    take(grid, answer(null, COLUMNS + 1, [[5]]));
    expect(grid.cell(0, COLUMNS)).toBe(0);
    expect(grid.cell(0, COLUMNS + 1)).toBe(5);
    expect(grid.cell(0, 1)).toBe(0);
    expect(grid.cell(0, 2)).toBe(9);
    take(grid, answer(null, 10 * COLUMNS, [[6]]));
    expect(row(grid, 0, 10 * COLUMNS - 2, 3)).toEqual([0, 0, 6]);
  });

  it("keeps the cells of devices that stay when others come", () => {
    const grid = new Grid();
    take(grid, answer(["b"], 100, [[1, 2]]));
    take(grid, answer(["a", "b"], 101, [[3], [4]], 2));
    expect(row(grid, 0, 100, 2)).toEqual([0, 3]);
    expect(row(grid, 1, 100, 2)).toEqual([1, 4]);
  });

  it("refuses to join what does not fit", () => {
    const grid = new Grid();
    take(grid, answer(["a"], 100, [[1]]));
    expect(take(grid, answer(null, 101, [[1]], 7))).toBe(false);
  });

  it("decodes a large answer piece by piece", () => {
    const grid = new Grid();
    const devices = Array.from({ length: 400 }, (_, i) => `d${String(i).padStart(3, "0")}`);
    const bytes = devices.map((_, i) => Array.from({ length: 300 }, (_, column) => (i + column) % 251));
    const cells = btoa(bytes.map((cellsOfRow) => String.fromCharCode(...cellsOfRow)).join(""));
    const columns = grid.begin({ step: 1_000, first: 0, columns: 300, rows: 400, roster: 1, devices, cells });
    const decoder = new Decoder(grid, cells, columns as { first: number; count: number });
    let steps = 1;
    while (decoder.run(0, () => 1)) steps++;
    expect(steps).toBe(3);
    for (const device of [0, 163, 164, 399]) expect(row(grid, device, 0, 300)).toEqual(bytes[device]);
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
