// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import { objects, type Held, type Point, type Table } from "../wire";

/** At most so many points of an old stretch are fetched; the server keeps its extremes. */
const FETCHED_POINTS = 4_000;

type SeriesAnswer = Table & { device: string; held?: Held; decimated?: boolean };

/** A stretch of a device's records, by their numbers, both ends included. */
export interface Stretch {
  from: number;
  to: number;
}

/** The points of the chosen device: the newest as they come, and older stretches that somebody goes back to. */
export class History {
  device = "";
  /** Newest points, oldest first. */
  live: Point[] = [];
  /** What is looked at instead of the newest points; null = live. */
  stretch: Stretch | null = null;
  /** How many of the newest points are shown. */
  window = 500;
  /** So many are kept. */
  limit = 2_000;
  held: Held | null = null;
  private still: Point[] = [];
  private question: AbortController | null = null;

  /** `changed` is called when an old stretch has come. */
  constructor(private readonly changed: () => void) {}

  choose(device: string): void {
    this.question?.abort();
    this.device = device;
    this.live = [];
    this.still = [];
    this.held = null;
    this.stretch = null;
  }

  apply(device: string, replace: boolean, rows: Point[]): void {
    if (device !== this.device) return;
    this.live = replace ? rows : this.live.concat(rows);
    if (this.live.length > this.limit) this.live = this.live.slice(-this.limit);
  }

  get newest(): Point | null {
    return this.live[this.live.length - 1] ?? null;
  }

  /** The points to draw. */
  shown(): Point[] {
    return this.stretch ? this.still : this.live.slice(-this.window);
  }

  /** The first and last record number that can be looked at. */
  extent(): Stretch | null {
    const newest = this.newest;
    if (!newest) return null;
    const first = Math.min(this.held?.firstSequence ?? Infinity, this.live[0]!.sequence);
    return { from: first, to: Math.max(this.held?.lastSequence ?? 0, newest.sequence) };
  }

  /** The stretch that is drawn now. */
  shownStretch(): Stretch | null {
    if (this.stretch) return this.stretch;
    const newest = this.newest;
    return newest && { from: this.live[Math.max(0, this.live.length - this.window)]!.sequence, to: newest.sequence };
  }

  /** Records that have come since the stretch's end. */
  waiting(): number {
    const newest = this.newest;
    return this.stretch && newest ? Math.max(0, newest.sequence - this.stretch.to) : 0;
  }

  goLive(): void {
    this.question?.abort();
    this.stretch = null;
    this.still = [];
  }

  /** Hold still where the charts are. */
  hold(): void {
    const stretch = this.shownStretch();
    if (!stretch || this.stretch) return;
    this.still = this.shown();
    this.stretch = stretch;
  }

  /** Look at a stretch; what is not here is asked for, and `changed` tells when it has come. */
  look(wanted: Stretch): void {
    const stretch = this.within(wanted);
    if (!stretch) return;
    this.stretch = stretch;
    this.still = this.live.filter((point) => point.sequence >= stretch.from && point.sequence <= stretch.to);
    this.question?.abort();
    if ((this.live[0]?.sequence ?? Infinity) > stretch.from) void this.fetch(stretch);
  }

  /** Find the record nearest to a time at or before it; null if there is none. */
  async find(time: number): Promise<Point | null> {
    const query = { device: this.device, to: time, limit: 1 };
    const answer = await ask<SeriesAnswer>("series", query);
    const found = objects<Point>(answer).pop() ?? null;
    return found && found.time !== null && found.time <= time ? found : null;
  }

  /** Find a record by its number; null if it is not held. */
  async record(sequence: number): Promise<Point | null> {
    const here = this.live.find((point) => point.sequence === sequence);
    if (here) return here;
    const query = { device: this.device, fromSequence: sequence, toSequence: sequence, limit: 1 };
    return objects<Point>(await ask<SeriesAnswer>("series", query))[0] ?? null;
  }

  /** A coarse picture of all that is held, for the strip that one scrubs in. */
  async survey(points: number): Promise<Point[]> {
    const { device } = this;
    const answer = await ask<SeriesAnswer>("series", { device, points });
    if (device !== this.device) return [];
    this.held = answer.held ?? this.held;
    return objects<Point>(answer);
  }

  /** Move a stretch into what is held, keeping its length where that is possible. */
  private within({ from, to }: Stretch): Stretch | null {
    const extent = this.extent();
    if (!extent) return null;
    const length = Math.min(Math.max(9, Math.round(to - from)), extent.to - extent.from);
    const first = Math.round(Math.max(extent.from, Math.min(from, extent.to - length)));
    return { from: first, to: first + length };
  }

  private async fetch(stretch: Stretch): Promise<void> {
    const question = new AbortController();
    this.question = question;
    const query = { device: this.device, fromSequence: stretch.from, toSequence: stretch.to, points: FETCHED_POINTS };
    try {
      const answer = await ask<SeriesAnswer>("series", query, question.signal);
      if (question.signal.aborted || this.stretch !== stretch) return;
      this.still = objects<Point>(answer).filter((p) => p.sequence >= stretch.from && p.sequence <= stretch.to);
      this.changed();
    } catch {
      // a newer question took its place, or the connection is lost, which the page says elsewhere
    }
  }
}
