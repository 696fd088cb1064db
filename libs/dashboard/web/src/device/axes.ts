// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import uPlot from "uplot";

import { formatClock } from "../format";
import type { Colours } from "./kinds";

/** How times stand under an axis: the day where it changes, and the year where that changes. */
const TIME_TICKS: (string | number | null)[][] = [
  [31_536_000, "{YYYY}", null, null, null, null, null, null, 1],
  [2_419_200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [3_600, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, ":{ss}", "\n{D} {MMM} {HH}:{mm}", null, "\n{D} {MMM} {HH}:{mm}", null, "\n{HH}:{mm}", null, 1],
  [0.001, ":{ss}.{fff}", "\n{HH}:{mm}", null, "\n{HH}:{mm}", null, "\n{HH}:{mm}", null, 1],
];

export function plainAxis(colours: Pick<Colours, "axis" | "grid">): uPlot.Axis {
  return {
    stroke: colours.axis,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1, size: 4 },
    font: "11px system-ui, sans-serif",
  };
}

export function timeAxis(colours: Pick<Colours, "axis" | "grid">): uPlot.Axis {
  return { ...plainAxis(colours), values: TIME_TICKS as uPlot.Axis["values"], size: 40 };
}

/** Times by the clock of whoever looks, in one line. */
export function clockAxis(colours: Pick<Colours, "axis" | "grid">): uPlot.Axis {
  const text = (seconds: number, step: number): string => {
    const clock = formatClock(seconds * 1000);
    return step < 60 ? clock : clock.slice(0, 5);
  };
  return {
    ...plainAxis(colours),
    space: 80,
    values: (_, ticks, __, ___, step) => ticks.map((tick) => text(tick, step)),
  };
}

/** Event times are told in UTC. */
export function utc(seconds: number): Date {
  return uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC");
}
