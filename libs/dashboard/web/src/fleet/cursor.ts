// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** A cell of the map: its row counted among all, and its column in steps since 1970. */
export interface Cell {
  row: number;
  column: number;
}

/** What there is to move over, both ends included. */
export interface Bounds {
  rows: [first: number, last: number];
  columns: [first: number, last: number];
}

const STEPS: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

const clamp = (value: number, [low, high]: [number, number]): number => Math.max(low, Math.min(high, value));

/** The cell that a key leads to; null = the key moves nothing. The first key enters at `start`. */
export function cellAfter(key: string, from: Cell | null, start: Cell, bounds: Bounds): Cell | null {
  const step = STEPS[key];
  if (!step) return null;
  const [rows, columns] = from ? step : [0, 0];
  const { row, column } = from ?? start;
  return { row: clamp(row + rows, bounds.rows), column: clamp(column + columns, bounds.columns) };
}

export interface CursorEvents {
  /** Where one enters, and what there is; null = nothing. */
  bounds(): { start: Cell; bounds: Bounds } | null;
  moved(cell: Cell): void;
  open(): void;
  left(): void;
}

/** The way over the map by keys: the arrows, Home and End move, Enter opens. */
export class MapCursor {
  cell: Cell | null = null;

  constructor(
    place: HTMLElement,
    private readonly events: CursorEvents,
  ) {
    place.addEventListener("keydown", (event) => this.press(event));
    place.addEventListener("blur", () => this.leave());
  }

  leave(): void {
    if (!this.cell) return;
    this.cell = null;
    this.events.left();
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && this.cell) this.events.open();
    else if (event.key === "Escape" && this.cell) this.leave();
    else if (!this.move(event.key)) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own keys move something else
  }

  private move(key: string): boolean {
    const known = this.events.bounds();
    const cell = known && cellAfter(key, this.cell, known.start, known.bounds);
    if (!cell) return false;
    this.cell = cell;
    this.events.moved(cell);
    return true;
  }
}
