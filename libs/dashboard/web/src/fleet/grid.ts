// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { FleetAnswer } from "../wire";

/** Columns held. */
export const COLUMNS = 500;

/** Cells decoded between two looks at the clock. */
const CHARS_AT_ONCE = 1 << 16; // a multiple of 4: base64 comes in groups of four

/**
 * The cells of all devices over time: a byte each, as /api/v1/fleet tells them. A row a device; in a row the columns go
 * round as in a ring, so that a new column overwrites the oldest and nothing moves.
 */
export class Grid {
  devices: string[] = [];
  roster = -1;
  step = 0;
  /** The newest column, counted in steps since 1970; -1 = none. */
  newest = -1;
  cells = new Uint8Array(0);

  get rows(): number {
    return this.devices.length;
  }

  /** The start of the newest column, to ask for what came since. */
  get since(): number | null {
    return this.newest < 0 ? null : this.newest * this.step;
  }

  slot(column: number): number {
    return ((column % COLUMNS) + COLUMNS) % COLUMNS;
  }

  cell(row: number, column: number): number {
    if (column > this.newest || column <= this.newest - COLUMNS) return 0;
    return this.cells[row * COLUMNS + this.slot(column)] ?? 0;
  }

  clear(): void {
    this.devices = [];
    this.roster = -1;
    this.newest = -1;
    this.cells = new Uint8Array(0);
  }

  /** Prepare to take an answer; false = it cannot be joined, ask for everything. */
  begin(answer: FleetAnswer): Columns | null | false {
    const anew = answer.devices !== undefined;
    if (!anew && (answer.roster !== this.roster || answer.step !== this.step)) return false;
    if (anew) this.seat(answer);
    if (answer.first === null || answer.columns === 0) return null;
    const first = Math.floor(answer.first / answer.step);
    this.advance(first + answer.columns - 1);
    return { first, count: answer.columns };
  }

  /** Put decoded cells, which begin with the one of this number of the answer, to their places. */
  put(bytes: Uint8Array, begin: number, { first, count }: Columns): void {
    for (let i = 0; i < bytes.length; i++) {
      const cell = begin + i;
      const row = (cell / count) | 0;
      this.cells[row * COLUMNS + this.slot(first + (cell - row * count))] = bytes[i]!;
    }
  }

  /** Take the devices of an answer; rows of devices that stay keep their cells. */
  private seat(answer: FleetAnswer): void {
    const keep =
      answer.step === this.step ? new Map(this.devices.map((name, i) => [name, i])) : new Map<string, number>();
    if (answer.step !== this.step) this.newest = -1;
    const devices = answer.devices!;
    const cells = new Uint8Array(devices.length * COLUMNS);
    devices.forEach((name, row) => {
      const old = keep.get(name);
      if (old !== undefined) cells.set(this.cells.subarray(old * COLUMNS, (old + 1) * COLUMNS), row * COLUMNS);
    });
    this.devices = devices;
    this.cells = cells;
    this.roster = answer.roster;
    this.step = answer.step;
  }

  /** Empty the columns up to the new newest one. */
  private advance(newest: number): void {
    if (newest <= this.newest) return;
    const fresh = Math.min(COLUMNS, newest - this.newest);
    if (fresh === COLUMNS) this.cells.fill(0);
    else {
      for (let column = newest - fresh + 1; column <= newest; column++) {
        for (let at = this.slot(column); at < this.cells.length; at += COLUMNS) this.cells[at] = 0;
      }
    }
    this.newest = newest;
  }
}

/** The columns of an answer. */
export interface Columns {
  first: number;
  count: number;
}

/** Decodes an answer's cells piece by piece. */
export class Decoder {
  private at = 0;

  constructor(
    private readonly grid: Grid,
    private readonly text: string,
    readonly columns: Columns,
  ) {}

  /** Go on until the time is up; true = there is more. */
  run(until: number, now: () => number = () => performance.now()): boolean {
    while (this.at < this.text.length) {
      const piece = atob(this.text.slice(this.at, this.at + CHARS_AT_ONCE));
      const bytes = new Uint8Array(piece.length);
      for (let i = 0; i < piece.length; i++) bytes[i] = piece.charCodeAt(i);
      this.grid.put(bytes, (this.at / 4) * 3, this.columns);
      this.at += CHARS_AT_ONCE;
      if (now() >= until) break;
    }
    return this.at < this.text.length;
  }
}
