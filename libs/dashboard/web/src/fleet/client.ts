// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import type { FleetAnswer } from "../wire";
import { COLUMNS, Grid } from "./grid";
import type { Sight } from "./layout";

/** Lengths of a column that the server keeps, with the span that the map then has. */
export const STEPS = [1_000, 10_000, 60_000, 600_000];

export interface FleetEvents {
  /** Cells of these columns have come. */
  columns(first: number, count: number): void;
  /** All is new. */
  anew(): void;
}

/** Keeps the grid like the server's, of what is in sight alone: everything once, then only what is new. */
export class FleetClient {
  readonly grid = new Grid();
  step = STEPS[0]!;
  /** Whose place among the rows is to be known. */
  device = "";
  private search = "";
  private sight: Sight | null = null;
  /** Another step, search or part is wanted than the grid has. */
  private stale = true;

  constructor(private readonly events: FleetEvents) {}

  setStep(step: number): void {
    this.step = step;
    this.stale = true;
  }

  setSearch(search: string): void {
    this.search = search.slice(0, 200);
    this.stale = true;
  }

  setSight(sight: Sight): void {
    this.sight = sight;
    this.stale = true;
  }

  /** Begin anew: another server answers. */
  forget(): void {
    this.grid.clear();
    this.stale = true;
  }

  async refresh(): Promise<void> {
    const { grid, step, sight, search } = this;
    if (!sight) return; // nothing is in sight yet
    const whole = this.stale || grid.newest < 0;
    this.stale = false;
    const answer = await ask<FleetAnswer>("fleet", {
      columns: COLUMNS,
      step,
      search,
      device: this.device,
      rows: sight.rows,
      offset: sight.first || null,
      limit: sight.count,
      since: whole ? null : grid.since,
      roster: whole ? null : grid.roster,
    }).catch((error: unknown) => {
      this.stale ||= whole;
      throw error;
    });
    if (step !== this.step || sight !== this.sight || search !== this.search) return; // asked for anew already
    const before = grid.newest;
    if (!grid.take(answer, sight.first, whole)) {
      this.stale = true; // devices came or went
      return this.refresh();
    }
    if (whole) this.events.anew();
    // Columns that were emptied in between must be drawn as well.
    else this.events.columns(before, grid.newest - before + 1);
  }

  /** The device of a row whose cell is the worst in a column; null = not known. */
  async worst(row: number, column: number): Promise<string | null> {
    const { grid, step, search } = this;
    if (grid.per === 1) return grid.names[row] ?? null;
    const [offset, time] = [grid.first + row * grid.per, column * step];
    const part = { offset, limit: grid.per, since: time, until: time };
    const answer = await ask<FleetAnswer>("fleet", { columns: COLUMNS, step, search, ...part });
    const cells = [...atob(answer.cells)].map((letter) => letter.charCodeAt(0));
    return answer.devices?.[Math.max(0, cells.indexOf(Math.max(...cells)))] ?? null;
  }
}
