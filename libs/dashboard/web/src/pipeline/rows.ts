// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Histogram, Timeline, TimelinePart } from "../wire";

export type Figure = "inputRate" | "processingRate" | "schedulingDelay" | "processingTime" | "totalDelay";

/** A line of the engine's page, with Spark's name. */
export interface Row {
  figure: Figure;
  title: string;
  unit: "rate" | "time";
  hint: string;
  /** The batch interval is drawn as a line. */
  interval: boolean;
}

export const ROWS: readonly Row[] = [
  { figure: "inputRate", title: "Input Rate", unit: "rate", hint: "records that came in a second", interval: false },
  {
    figure: "processingRate",
    title: "Processing Rate",
    unit: "rate",
    hint: "records a second of processing time",
    interval: false,
  },
  {
    figure: "schedulingDelay",
    title: "Scheduling Delay",
    unit: "time",
    hint: "how late batches began",
    interval: false,
  },
  { figure: "processingTime", title: "Processing Time", unit: "time", hint: "how long batches took", interval: true },
  { figure: "totalDelay", title: "Total Delay", unit: "time", hint: "from the due time to the end", interval: true },
];

/** The mean over a range, each part weighted by its batches; a rate's over the time since the first batch. */
export function meanOf(parts: TimelinePart[], figure: Figure): number | null {
  let sum = 0;
  let weight = 0;
  const first = parts.findIndex((part) => part.batches > 0);
  for (const part of first < 0 ? [] : parts.slice(first)) {
    const value = part[figure];
    const count = figure === "inputRate" ? 1 : part.batches;
    if (value === null || count === 0) continue;
    sum += value * count;
    weight += count;
  }
  return weight > 0 ? sum / weight : null;
}

const BUCKETS = 12;

/** The server's histogram of a figure, or one over the range's parts where it tells none. */
export function histogramOf(timeline: Timeline, parts: TimelinePart[], figure: Figure): Histogram {
  const told = (timeline.histograms as Partial<Record<Figure, Histogram>>)[figure];
  if (told) return told;
  const values = parts.map((part) => part[figure]).filter((value): value is number => value !== null);
  const most = Math.max(0, ...values) || 1;
  const bounds = Array.from({ length: BUCKETS }, (_, i) => (most * (i + 1)) / BUCKETS);
  const counts = new Array<number>(BUCKETS + 1).fill(0);
  for (const value of values) counts[bounds.findIndex((bound) => value <= bound)]!++;
  return { bounds, counts };
}

export interface Bar {
  low: number;
  /** Infinity = everything above. */
  high: number;
  count: number;
}

/** The bars of a histogram without the empty ones at both ends, one of them kept for air. */
export function barsOf({ bounds, counts }: Histogram): Bar[] {
  const bars = counts.map((count, i) => ({ low: i === 0 ? 0 : bounds[i - 1]!, high: bounds[i] ?? Infinity, count }));
  const first = bars.findIndex((bar) => bar.count > 0);
  if (first < 0) return [];
  let last = bars.length - 1;
  while (bars[last]!.count === 0) last--;
  return bars.slice(Math.max(0, first - 1), Math.min(bars.length, last + 2));
}

/** Where a value lies among bars of equal width, as a share of them all; null = outside. */
export function placeAmong(bars: Bar[], value: number): number | null {
  const i = bars.findIndex((bar) => value > bar.low && value <= bar.high);
  if (i < 0) return null;
  const { low, high } = bars[i]!;
  const within = high === Infinity ? 0.5 : (value - low) / (high - low);
  return (i + within) / bars.length;
}
