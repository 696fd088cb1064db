// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { FleetAnswer } from "../wire";

/** Columns held. */
export const COLUMNS = 500;

/**
 * The cells in sight over time: a byte each, as /api/v1/fleet tells them. A row a device, or the worst of some that share
 * it; in a row the columns go round as in a ring, so that a new column overwrites the oldest and nothing moves.
 */
export class Grid {
  rows = 0;
  /** The device of each row; empty where devices share rows. */
  names: string[] = [];
  /** How many devices share a row. */
  per = 1;
  /** The first device of the first row, counted among all that match. */
  first = 0;
  /** Devices that the search lets through, in sight or not. */
  matching = 0;
  /** Where the chosen device is among them; null = not known. */
  place: number | null = null;
  step = 0;
  roster = -1;
  /** The newest column, counted in steps since 1970; -1 = none. */
  newest = -1;
  cells = new Uint8Array(0);

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
    this.rows = this.matching = this.first = 0;
    this.names = [];
    this.per = 1;
    this.place = null;
    this.roster = this.newest = -1;
    this.cells = new Uint8Array(0);
  }

  /** Take an answer from this device on, all of it or what is new; false = it cannot be joined, ask for everything. */
  take(answer: FleetAnswer, first: number, whole: boolean): boolean {
    if (whole) this.seat(answer, first);
    else if (answer.roster !== this.roster || answer.step !== this.step || answer.rows !== this.rows) return false;
    this.place = answer.place ?? null;
    if (answer.first === null || answer.columns === 0) return true;
    const column = Math.floor(answer.first / answer.step);
    this.advance(column + answer.columns - 1);
    this.put(atob(answer.cells), column, answer.columns);
    return true;
  }

  /** Begin anew with the rows of an answer. */
  private seat(answer: FleetAnswer, first: number): void {
    this.first = first;
    this.rows = answer.rows;
    this.per = answer.per;
    this.names = answer.devices ?? [];
    this.matching = answer.matching;
    this.step = answer.step;
    this.roster = answer.roster;
    this.newest = -1;
    this.cells = new Uint8Array(answer.rows * COLUMNS);
  }

  private put(bytes: string, first: number, count: number): void {
    for (let i = 0; i < bytes.length; i++) {
      const row = (i / count) | 0;
      this.cells[row * COLUMNS + this.slot(first + (i - row * count))] = bytes.charCodeAt(i);
    }
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
