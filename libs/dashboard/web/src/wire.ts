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

export interface Batch {
  batch: number;
  time: number;
  inputRows: number;
  schedulingDelay: number;
  processingTime: number;
  totalDelay: number;
  overrun: boolean;
}

export interface Totals {
  records: number;
  alarms: number;
  invalid: number;
  batches: number;
  overruns: number;
  evicted: number;
  devices: number;
}

/** One live update; what did not change is left out. */
export interface Update {
  now: number;
  ready: boolean;
  reason: string;
  totals: Totals;
  devices?: Table & { replace: boolean };
  points?: Table & { replace: boolean; device: string };
  batches?: Table;
}

/** What /api/v1/info tells. */
export interface Info {
  version: string;
  preset: string;
  inputTopic: string;
  outputTopic: string;
  warmUp: number;
  batchInterval: number;
  partitionsOwned: number;
  partitionsTotal: number;
  history: number;
  heartbeat: number;
  server: string;
}
