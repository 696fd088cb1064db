// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { COLUMNS, type Grid } from "./grid";

/** Which rows of the grid are in the picture; those that the grid has not got stay empty. */
export interface Rows {
  /** The row at the top. */
  first: number;
  count: number;
}

/**
 * The heat map's pixels, one a cell, in a canvas that nobody sees. Columns go round as in the grid, so that a new
 * column costs one column of pixels; a whole picture is made over several frames.
 */
export class Picture {
  readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d")!;
  private image = new ImageData(COLUMNS, 1);
  private pixels = new Uint32Array(this.image.data.buffer);
  private rows: Rows = { first: 0, count: 0 };
  /** The row to make next; as many as there are = the picture is whole. */
  private next = 0;

  constructor(
    private readonly grid: Grid,
    private palette: Uint32Array,
  ) {
    this.canvas.width = COLUMNS;
    this.canvas.height = 1;
  }

  /** Begin the picture anew. */
  begin(rows: Rows, palette: Uint32Array): void {
    this.rows = rows;
    this.palette = palette;
    this.next = 0;
    const height = Math.max(1, rows.count);
    if (this.image.height === height) return;
    this.image = new ImageData(COLUMNS, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Go on until the time is up; true = there is more. */
  run(until: number, now: () => number = () => performance.now()): boolean {
    while (this.next < this.rows.count) {
      this.makeRow(this.next++);
      if (this.next % 16 === 0 && now() >= until) break;
    }
    if (this.next < this.rows.count) return true;
    if (this.canvas.height !== this.image.height) this.canvas.height = this.image.height;
    this.context.putImageData(this.image, 0, 0);
    return false;
  }

  /** Make one column anew. */
  column(slot: number): void {
    const { rows, pixels, palette } = this;
    for (let row = 0; row < rows.count; row++) pixels[row * COLUMNS + slot] = palette[this.cellAt(row, slot)]!;
    if (this.canvas.height === this.image.height) this.context.putImageData(this.image, 0, 0, slot, 0, 1, rows.count);
  }

  private cellAt(row: number, slot: number): number {
    const from = this.rows.first + row;
    return from < 0 ? 0 : (this.grid.cells[from * COLUMNS + slot] ?? 0);
  }

  private makeRow(row: number): void {
    const { palette, pixels } = this;
    for (let slot = 0; slot < COLUMNS; slot++) pixels[row * COLUMNS + slot] = palette[this.cellAt(row, slot)]!;
  }
}
