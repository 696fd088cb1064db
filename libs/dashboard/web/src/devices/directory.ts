// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import { objects, type Device, type State, type Table, type Totals } from "../wire";
import { STATES, stateOf } from "./states";

export type SortKey = "anomaly" | "name" | "state" | "score";

const SORTS: Record<SortKey, string> = { anomaly: "lastAnomaly", name: "name", state: "state", score: "score" };
const SPARK_POINTS = 40;

interface Answer extends Table {
  totals: Totals;
  matching?: number;
}

export interface Wish {
  search: string;
  sort: SortKey;
  state: State | null;
}

/**
 * The device list, of which only the rows in sight are asked for: ten thousand devices cost no more than ten. A server
 * that does not choose sends all, and they are chosen here.
 */
export class Directory {
  wish: Wish = { search: "", sort: "anomaly", state: null };
  /** How many devices match the wish; null = not known yet. */
  matching: number | null = null;
  /** Sums over all devices, as the newest answer has them. */
  totals: Totals | null = null;
  /** Rows by their place in the list. */
  private rows = new Map<number, Device>();
  private sight = { first: 0, count: 40 };
  private chosen: Device | null = null;

  get(place: number): Device | null {
    return this.rows.get(place) ?? null;
  }

  placeOf(device: string): number | null {
    for (const [place, row] of this.rows) if (row.device === device) return place;
    return null;
  }

  /** The newest that is known of a device, wherever it stands. */
  find(device: string): Device | null {
    const place = this.placeOf(device);
    if (place !== null) return this.get(place);
    return this.chosen?.device === device ? this.chosen : null;
  }

  /** Say which rows are in sight; true = some of them are not known. */
  look(first: number, count: number): boolean {
    this.sight = { first: Math.max(0, first), count: Math.max(1, count) };
    if (this.matching === null) return true;
    const end = Math.min(this.matching, this.sight.first + count);
    for (let i = this.sight.first; i < end; i++) if (!this.rows.has(i)) return true;
    return false;
  }

  setWish(wish: Partial<Wish>): void {
    this.wish = { ...this.wish, ...wish };
    this.rows.clear();
    this.matching = null;
    this.sight = { ...this.sight, first: 0 };
  }

  /**
   * Ask for the rows in sight, and for the chosen device if it is not among them. False: the answer came while the rows
   * were to rest, and was left out.
   */
  async refresh(device: string, rests: () => boolean): Promise<boolean> {
    const { wish, sight } = this;
    const answer = await ask<Answer>("devices", {
      search: wish.search,
      state: wish.state,
      sort: SORTS[wish.sort],
      offset: sight.first,
      limit: sight.count,
      spark: SPARK_POINTS,
    });
    if (wish === this.wish && rests()) return false;
    if (wish === this.wish) this.take(answer, sight.first);
    if (device && this.placeOf(device) === null) await this.ask(device);
    return true;
  }

  /** Ask for the device at a place of the list. */
  async at(place: number): Promise<Device | null> {
    const { wish } = this;
    const query = {
      search: wish.search,
      state: wish.state,
      sort: SORTS[wish.sort],
      offset: place,
      limit: 1,
      spark: SPARK_POINTS,
    };
    return objects<Device>(await ask<Answer>("devices", query))[0] ?? null;
  }

  private async ask(device: string): Promise<void> {
    const answer = await ask<Answer>("devices", { device, spark: SPARK_POINTS, limit: 1 });
    this.chosen = objects<Device>(answer).find((row) => row.device === device) ?? null;
  }

  private take(answer: Answer, first: number): void {
    const rows = objects<Device>(answer);
    this.totals = answer.totals;
    this.rows.clear();
    if (answer.matching === undefined) {
      const chosen = choose(rows, this.wish);
      chosen.forEach((row, i) => this.rows.set(i, row));
      this.matching = chosen.length;
      return;
    }
    rows.forEach((row, i) => this.rows.set(first + i, row));
    this.matching = answer.matching;
  }
}

/** Do what a server that sends all devices does not do. */
export function choose(rows: Device[], { search, sort, state }: Wish): Device[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    const name = row.device.toLowerCase();
    return words.every((word) => name.includes(word)) && (state === null || stateOf(row) === state);
  });
  const key: Record<SortKey, (row: Device) => number> = {
    anomaly: (row) => -(row.lastAnomalyVersion ?? -1),
    name: () => 0,
    state: (row) => STATES.indexOf(stateOf(row)),
    score: (row) => -(row.score ?? row.anomaly ?? -1),
  };
  return found.sort((a, b) => key[sort](a) - key[sort](b) || (a.device < b.device ? -1 : 1));
}
