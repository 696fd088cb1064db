// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import type { FleetAnswer } from "../wire";
import { COLUMNS, Decoder, Grid } from "./grid";

/** Lengths of a column that the server keeps, with the span that the map then has. */
export const STEPS = [1_000, 10_000, 60_000, 600_000];

export interface FleetEvents {
  /** Cells of these columns have come. */
  columns(first: number, count: number): void;
  /** Devices came or went. */
  roster(): void;
  /** There is something to decode. */
  work(): void;
}

/** Keeps the grid like the server's: everything once, then only what is new. */
export class FleetClient {
  readonly grid = new Grid();
  step = STEPS[0]!;
  private decoder: Decoder | null = null;
  private newRoster = false;

  constructor(private readonly events: FleetEvents) {}

  setStep(step: number): void {
    this.step = step;
    this.decoder = null;
    this.grid.clear();
  }

  async refresh(): Promise<void> {
    if (this.decoder) return; // the former answer is still in work
    const { grid, step } = this;
    const since = grid.step === step ? grid.since : null;
    const query = { columns: COLUMNS, step, since, roster: since === null ? null : grid.roster };
    const answer = await ask<FleetAnswer>("fleet", query);
    if (step === this.step) this.take(answer);
  }

  /** Decode until the time is up; true = there is more. */
  run(until: number): boolean {
    const { decoder } = this;
    if (!decoder) return false;
    if (decoder.run(until)) return true;
    this.decoder = null;
    if (this.newRoster) this.events.roster();
    this.newRoster = false;
    this.events.columns(decoder.columns.first, decoder.columns.count);
    return false;
  }

  private take(answer: FleetAnswer): void {
    const before = this.grid.newest;
    const columns = this.grid.begin(answer);
    if (columns === false) {
      this.grid.clear();
      return;
    }
    this.newRoster ||= answer.devices !== undefined;
    if (columns === null) {
      if (this.newRoster) this.events.roster();
      this.newRoster = false;
      return;
    }
    // Columns that were emptied in between must be drawn as well.
    const first = before < 0 ? columns.first : Math.min(columns.first, before + 1);
    const decoder = new Decoder(this.grid, answer.cells, columns);
    this.decoder = decoder;
    if (first < columns.first) this.events.columns(first, columns.first - first);
    this.events.work();
  }
}
