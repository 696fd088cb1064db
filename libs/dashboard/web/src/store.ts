// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { objects, type Batch, type Device, type Point, type Totals, type Update } from "./wire";

const SPARK_POINTS = 40;
const RATE_WINDOW_MS = 5_000;

export type SortKey = "anomaly" | "name" | "state";

const STATE_ORDER = { alarm: 0, invalid: 1, warming: 2, ok: 3 } as const;

/** Everything that the page knows, filled by live updates. No drawing here. */
export class Store {
  readonly devices = new Map<string, Device>();
  /** Points of the chosen device, oldest first. */
  points: Point[] = [];
  pointsOf = "";
  totals: Totals | null = null;
  lastBatch: Batch | null = null;
  ready = true;
  reason = "";
  /** Grows whenever the device list's order may have changed. */
  order = 0;
  private samples: { now: number; records: number }[] = [];

  constructor(public history = 2_000) {}

  apply(update: Update): void {
    this.totals = update.totals;
    this.ready = update.ready;
    this.reason = update.reason;
    if (update.devices?.replace) {
      this.devices.clear();
      this.samples = [];
      this.lastBatch = null;
    }
    this.sample(update.now, update.totals.records);
    if (update.devices) this.applyDevices(objects<Device>(update.devices));
    if (update.points) {
      this.applyPoints(update.points.device, update.points.replace, objects<Point>(update.points));
    }
    const batches = update.batches ? objects<Batch>(update.batches) : [];
    this.lastBatch = batches[batches.length - 1] ?? this.lastBatch;
  }

  /** Note the time of a heartbeat, so that the rate falls to 0 when nothing comes. */
  heartbeat(now: number): void {
    if (this.totals) this.sample(now, this.totals.records);
  }

  /** Forget the points: another device was chosen. */
  choose(device: string): void {
    this.pointsOf = device;
    this.points = [];
  }

  /** Records per second over the last few seconds; null while it cannot be told. */
  rate(): number | null {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || !last || last.now - first.now < 400) return null;
    return ((last.records - first.records) * 1000) / (last.now - first.now);
  }

  countByStatus(): Record<Device["status"], number> {
    const counts = { warming: 0, ok: 0, alarm: 0, invalid: 0 };
    for (const device of this.devices.values()) counts[device.status]++;
    return counts;
  }

  /** Devices whose name holds every word of the search, in order. */
  list(search: string, sort: SortKey): Device[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...this.devices.values()].filter((device) => {
      const name = device.device.toLowerCase();
      return words.every((word) => name.includes(word));
    });
    return found.sort((a, b) => compare(a, b, sort) || byName(a, b));
  }

  private applyDevices(rows: Device[]): void {
    for (const row of rows) {
      const known = this.devices.get(row.device);
      if (row.spark.length === 0) {
        row.spark = known ? [...known.spark.slice(1 - SPARK_POINTS), row.value] : [row.value];
      }
      if (!known || known.status !== row.status || known.lastAnomalyVersion !== row.lastAnomalyVersion) this.order++;
      this.devices.set(row.device, row);
    }
  }

  private applyPoints(device: string, replace: boolean, rows: Point[]): void {
    if (device !== this.pointsOf) return;
    this.points = replace ? rows : this.points.concat(rows);
    if (this.points.length > this.history) this.points = this.points.slice(-this.history);
  }

  private sample(now: number, records: number): void {
    this.samples.push({ now, records });
    while (this.samples.length > 2 && now - this.samples[1]!.now >= RATE_WINDOW_MS) this.samples.shift();
  }
}

function byName(a: Device, b: Device): number {
  return a.device < b.device ? -1 : a.device > b.device ? 1 : 0;
}

function compare(a: Device, b: Device, sort: SortKey): number {
  if (sort === "name") return 0;
  if (sort === "state") return STATE_ORDER[a.status] - STATE_ORDER[b.status];
  return (b.lastAnomalyVersion ?? -1) - (a.lastAnomalyVersion ?? -1);
}
