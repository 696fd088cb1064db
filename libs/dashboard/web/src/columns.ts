// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Point } from "./wire";

/** The original's threshold for a marked error. */
export const ANOMALY_THRESHOLD = 0.7;

type Column = (number | null)[];

/** What the four charts draw, by column; x rises. */
export interface Columns {
  /** True: x is event time in seconds; false: x is the device's record number. */
  byTime: boolean;
  x: number[];
  value: Column;
  prediction: Column;
  error: Column;
  anomaly: Column;
  /** The value where the record is an anomaly, else null. */
  marked: Column;
  /** Beside `marked`: true while the model was still warming up. */
  warming: boolean[];
}

/** True for a record that the first chart marks: anomaly of at least 0.7 as in the original, or an alarm. */
export function isMarked(point: Point): boolean {
  return point.status === "alarm" || (point.anomaly !== null && point.anomaly >= ANOMALY_THRESHOLD);
}

/** Take the newest `window` points and lay them out. Late readings are put where their time belongs. */
export function layOut(points: Point[], window: number): Columns {
  let shown = points.slice(-window);
  const byTime = shown.length > 0 && shown.every((point) => point.time !== null);
  const xOf = (point: Point): number => (byTime ? point.time! / 1000 : point.sequence);
  if (shown.some((point, i) => i > 0 && xOf(point) < xOf(shown[i - 1]!))) {
    shown = [...shown].sort((a, b) => xOf(a) - xOf(b) || a.sequence - b.sequence);
  }
  return {
    byTime,
    x: shown.map(xOf),
    value: shown.map((point) => point.value),
    prediction: shown.map((point) => point.prediction),
    error: shown.map((point) => point.error),
    anomaly: shown.map((point) => point.anomaly),
    marked: shown.map((point) => (isMarked(point) ? point.value : null)),
    warming: shown.map((point) => point.status === "warming"),
  };
}
