// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Point } from "../wire";
import { ANOMALY_THRESHOLD, scoreLevel } from "./score_scale";

type Column = (number | null)[];

/** What the charts draw, by column; x rises. */
export interface Columns {
  /** True: x is event time in seconds; false: x is the device's record number. */
  byTime: boolean;
  /** The points in the order of x. */
  points: Point[];
  x: number[];
  value: Column;
  prediction: Column;
  low: Column;
  high: Column;
  error: Column;
  anomaly: Column;
  /** The score on the log scale. */
  level: Column;
  /** The value where the record is an anomaly, else null. */
  marked: Column;
  /** Points that lie farther apart than this have a gap between them; Infinity = no gap. */
  gap: number;
  has: { score: boolean; band: boolean; error: boolean };
}

export const NO_COLUMNS: Columns = {
  byTime: true,
  points: [],
  x: [],
  value: [],
  prediction: [],
  low: [],
  high: [],
  error: [],
  anomaly: [],
  level: [],
  marked: [],
  gap: Infinity,
  has: { score: false, band: false, error: false },
};

/** True for a record that the charts mark: an alarm, or, where there is no score, an anomaly of at least 0.7. */
export function isMarked(point: Point): boolean {
  if (point.status === "alarm") return true;
  return point.score === null && point.anomaly !== null && point.anomaly >= ANOMALY_THRESHOLD;
}

/** Lay points out for the charts. Late readings are put where their time belongs. */
export function layOut(points: Point[]): Columns {
  let shown = points;
  const byTime = shown.length > 0 && shown.every((point) => point.time !== null);
  const xOf = (point: Point): number => (byTime ? point.time! / 1000 : point.sequence);
  if (shown.some((point, i) => i > 0 && xOf(point) < xOf(shown[i - 1]!))) {
    shown = [...shown].sort((a, b) => xOf(a) - xOf(b) || a.sequence - b.sequence);
  }
  const x = shown.map(xOf);
  return {
    byTime,
    points: shown,
    x,
    gap: byTime ? gapOf(x) : Infinity,
    value: shown.map((point) => point.value),
    prediction: shown.map((point) => point.prediction),
    low: shown.map((point) => point.expectedLow),
    high: shown.map((point) => point.expectedHigh),
    error: shown.map((point) => point.error),
    anomaly: shown.map((point) => point.anomaly),
    level: shown.map((point) => scoreLevel(point.score)),
    marked: shown.map((point) => (isMarked(point) ? point.value : null)),
    has: {
      score: shown.some((point) => point.score !== null),
      band: shown.some((point) => point.expectedLow !== null && point.expectedHigh !== null),
      error: shown.some((point) => point.error !== null),
    },
  };
}

/** How many usual distances make a gap. Points that a server left out of a long stretch lie up to eight apart. */
const GAP = 10;

function gapOf(x: number[]): number {
  if (x.length < 12) return Infinity;
  const steps = x.slice(1).map((value, i) => value - x[i]!);
  const usual = steps.sort((a, b) => a - b)[steps.length >> 1]!;
  return usual > 0 ? GAP * usual : Infinity;
}
