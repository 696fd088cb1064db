// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { COLUMNS, type Grid } from "./grid";

/** How the rows of devices become rows of the picture. */
export interface Rows {
  /** Rows of the grid in the order in which they are shown. */
  order: Int32Array;
  /** The first of `order` that is in the picture. */
  first: number;
  /** Rows of the picture. */
  count: number;
  /** Devices that share a row: the worst of them is seen. */
  per: number;
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
  private rows: Rows = { order: new Int32Array(0), first: 0, count: 0, per: 1 };
  private readonly worst = new Uint8Array(COLUMNS);
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
      if ((this.rows.per > 4 || this.next % 16 === 0) && now() >= until) break;
    }
    if (this.next < this.rows.count) return true;
    if (this.canvas.height !== this.image.height) this.canvas.height = this.image.height;
    this.context.putImageData(this.image, 0, 0);
    return false;
  }

  /** Make one column anew. */
  column(slot: number): void {
    const { rows, pixels, palette } = this;
    for (let row = 0; row < rows.count; row++) pixels[row * COLUMNS + slot] = palette[this.worstAt(row, slot)]!;
    if (this.canvas.height === this.image.height) this.context.putImageData(this.image, 0, 0, slot, 0, 1, rows.count);
  }

  /** The device with the worst cell of a row and column of the picture, as a row of the grid; -1 = none. */
  deviceAt(row: number, slot: number): number {
    const { order, per } = this.rows;
    const begin = this.begins(row);
    let found = order[begin] ?? -1;
    let worst = -1;
    for (let i = begin; i < Math.min(order.length, begin + per); i++) {
      const cell = this.grid.cells[order[i]! * COLUMNS + slot]!;
      if (cell > worst) {
        worst = cell;
        found = order[i]!;
      }
    }
    return found;
  }

  /** How many devices share a row of the picture. */
  sharing(row: number): number {
    return Math.max(0, Math.min(this.rows.per, this.rows.order.length - this.begins(row)));
  }

  private begins(row: number): number {
    return this.rows.first + row * this.rows.per;
  }

  private worstAt(row: number, slot: number): number {
    const { order, per } = this.rows;
    const { cells } = this.grid;
    const begin = this.begins(row);
    const end = Math.min(order.length, begin + per);
    let worst = 0;
    for (let i = begin; i < end; i++) {
      const cell = cells[order[i]! * COLUMNS + slot]!;
      if (cell > worst) worst = cell;
    }
    return worst;
  }

  private makeRow(row: number): void {
    const { worst, palette, pixels } = this;
    const { order, per } = this.rows;
    const { cells } = this.grid;
    const begin = this.begins(row);
    const end = Math.min(order.length, begin + per);
    worst.fill(0);
    for (let i = begin; i < end; i++) {
      const at = order[i]! * COLUMNS;
      for (let slot = 0; slot < COLUMNS; slot++) if (cells[at + slot]! > worst[slot]!) worst[slot] = cells[at + slot]!;
    }
    for (let slot = 0; slot < COLUMNS; slot++) pixels[row * COLUMNS + slot] = palette[worst[slot]!]!;
  }
}
