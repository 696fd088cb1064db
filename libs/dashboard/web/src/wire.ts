// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** A table as the server writes it: column names once, then rows of values. */
export interface Table {
  columns: string[];
  rows: unknown[][];
}

/** Give each row as an object by column name. */
export function objects<T>(table: Table): T[] {
  return table.rows.map((row) => {
    const object: Record<string, unknown> = {};
    table.columns.forEach((column, i) => (object[column] = row[i]));
    return object as T;
  });
}

export type Status = "warming" | "ok" | "alarm" | "invalid";
export type State = "warming" | "ok" | "alerting" | "silent" | "evicted" | "invalid";

export interface Device {
  device: string;
  partition: number;
  offset: number;
  sequence: number;
  time: number | null;
  value: number | null;
  anomaly: number | null;
  score: number | null;
  status: Status;
  reason: string;
  modelAge: number;
  records: number;
  alarms: number;
  lastAnomalySequence: number | null;
  lastAnomalyTime: number | null;
  lastAnomaly: number | null;
  lastAnomalyVersion: number | null;
  clipped: boolean;
  spark: (number | null)[];
  /** Left out by older servers. */
  clippedShare?: number | null;
  state?: State;
  seen?: number | null;
  resident?: boolean | null;
  modelBytes?: number | null;
}

export interface Point {
  sequence: number;
  time: number | null;
  value: number | null;
  prediction: number | null;
  error: number | null;
  anomaly: number | null;
  predictionNext: number | null;
  score: number | null;
  expectedLow: number | null;
  expectedHigh: number | null;
  status: Status;
  reason: string;
  modelAge: number;
}

export interface Held {
  points: number;
  firstSequence: number;
  lastSequence: number;
  firstTime: number | null;
  lastTime: number | null;
}

export type Stage = "poll" | "score" | "produce" | "commit" | "snapshot";

export interface Batch extends Partial<Record<Stage, number | null>> {
  batch: number;
  time: number;
  inputRows: number;
  schedulingDelay: number;
  processingTime: number;
  totalDelay: number;
  overrun: boolean;
  enriched?: number;
  deadLetters?: number;
  ignored?: number;
  invalid?: number;
  alarms?: number;
  run?: number;
}

export interface Anomaly {
  device: string;
  partition: number;
  offset: number;
  sequence: number;
  time: number | null;
  seen: number | null;
  value: number | null;
  prediction: number | null;
  expectedLow: number | null;
  expectedHigh: number | null;
  error: number | null;
  anomaly: number | null;
  score: number | null;
  reason: string;
  version: number;
}

export interface Totals {
  records: number;
  alarms: number;
  invalid: number;
  batches: number;
  overruns: number;
  evicted: number;
  devices: number;
  states?: Partial<Record<State, number>>;
}

/** One live update; what did not change is left out. */
export interface Update {
  now: number;
  ready: boolean;
  reason: string;
  totals: Totals;
  points?: Table & { replace: boolean; device: string };
  batches?: Table;
}

/** What /api/v1/info tells. */
export interface Info {
  version: string;
  role?: "detector" | "view";
  preset: string;
  inputTopic: string;
  outputTopic: string;
  warmUp: number;
  threshold?: number | null;
  batchInterval: number;
  partitionsOwned: number;
  partitionsTotal: number;
  history: number;
  heartbeat: number;
  started: number;
  now: number;
  server: string;
}

export interface FleetAnswer {
  step: number;
  first: number | null;
  columns: number;
  rows: number;
  matching: number;
  per: number;
  place?: number | null;
  roster: number;
  devices?: string[];
  cells: string;
}

/** The columns of one of the model's memories that a record made active, and those of them that burst. */
export interface MemoryActivity {
  memory: string;
  columns: number;
  active: number[];
  burst: number[];
}

export interface Explanation extends Omit<Point, "predictionNext"> {
  device: string;
  warmUp: number;
  threshold?: number | null;
  rank: { place: number; of: number } | null;
  /** Left out by older servers. */
  modelBytes?: number | null;
  columns: { active: number; burst: number; memories?: MemoryActivity[] } | null;
}

export interface Histogram {
  bounds: number[];
  counts: number[];
}

export interface TimelinePart {
  time: number;
  batches: number;
  inputRows: number;
  inputRate: number | null;
  processingRate: number | null;
  schedulingDelay: number | null;
  processingTime: number | null;
  totalDelay: number | null;
  schedulingDelayMax: number | null;
  processingTimeMax: number | null;
  totalDelayMax: number | null;
  overruns: number;
  deadLetters: number;
}

export interface Timeline extends Table {
  from: number;
  to: number;
  step: number;
  batchInterval: number;
  histograms: Record<"inputRate" | "schedulingDelay" | "processingTime" | "totalDelay", Histogram>;
}

export interface Lane {
  partition: number;
  state: string;
  reason: string;
  nextOffset: number | null;
  endOffset: number | null;
  lag: number | null;
  lagSeconds: number | null;
  devices: number | null;
  resident: number | null;
  records: number | null;
  deadLetters: number | null;
  lastRecord: number | null;
  snapshotTime: number | null;
  snapshotAge: number | null;
  snapshotBytes: number | null;
  snapshotDuration: number | null;
}

export interface Engine {
  inputRate: number;
  processingRate: number | null;
  schedulingDelay: number | null;
  processingTime: number | null;
  totalDelay: number | null;
  batches: number;
  overruns: number;
  records: number;
  deadLetters: number;
  ignored: number;
  rebalances: number;
  snapshots: number;
  errors: number;
  memory: {
    devices: number;
    resident: number;
    evictions: number;
    loads: number;
    modelBytes?: number | null;
    processBytes?: number | null;
    pageBytes?: number | null;
  };
}

export type EventKind = "start" | "rebalance" | "snapshot" | "dead_letter" | "error" | "ready" | "admin";

export interface JournalEntry {
  time: number;
  kind: EventKind;
  partition: number | null;
  message: string;
  count?: number;
}
