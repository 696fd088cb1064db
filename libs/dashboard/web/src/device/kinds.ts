// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type uPlot from "uplot";

import { colour } from "../dom";
import { formatNumber, formatScore } from "../format";
import type { Columns } from "./columns";
import { levelLabel, levelRange } from "./score_scale";

/** What a chart needs to know of the page's colours. */
export interface Colours {
  measurement: string;
  error: string;
  anomaly: string;
  prediction: string;
  alarm: string;
  axis: string;
  grid: string;
  text: string;
  raised: string;
}

export function readColours(): Colours {
  return {
    measurement: colour("measurement"),
    error: colour("error"),
    anomaly: colour("anomaly"),
    prediction: colour("prediction"),
    alarm: colour("alarm"),
    axis: colour("muted"),
    grid: colour("grid"),
    text: colour("text"),
    raised: colour("raised"),
  };
}

/** A value that the heading of a chart tells of the point under the cursor. */
export interface Readout {
  label: string;
  colour: keyof Colours;
  /** The colour is a wash. */
  faint?: boolean;
  text: (columns: Columns, i: number) => string | null;
}

export type MarkName = "anomalies" | "stems" | "warming" | "threshold" | "share" | "pin";

export interface Kind {
  key: string;
  title: (columns: Columns) => string;
  data: (columns: Columns) => uPlot.AlignedData;
  series: (colours: Colours) => uPlot.Series[];
  readouts: Readout[];
  marks: MarkName[];
  bands?: (colours: Colours) => uPlot.Band[];
  /** The y scale's form where it is not a plain one. */
  y?: "level" | "share" | "zero";
  /** A second axis on the right for a share of 0 to 1. */
  rightShare?: boolean;
  /** False: the x axis is told by the chart below. */
  xAxis?: boolean;
  /** The chart is left out where its data are. */
  wanted?: (columns: Columns) => boolean;
}

export function line(label: string, stroke: string, more: Partial<uPlot.Series> = {}): uPlot.Series {
  return { label, stroke, width: 1.5, points: { show: false }, ...more };
}

type NumberColumn = "value" | "prediction" | "error" | "anomaly";

export function readout(column: NumberColumn, tone: keyof Colours, label: string = column): Readout {
  return { label, colour: tone, text: (columns, i) => formatNumber(columns[column][i]) };
}

const band: Readout = {
  label: "expected",
  colour: "measurement",
  faint: true,
  text: (columns, i) => {
    const low = columns.low[i] ?? null;
    const high = columns.high[i] ?? null;
    return columns.has.band
      ? low === null || high === null
        ? "–"
        : `${formatNumber(low)} to ${formatNumber(high)}`
      : null;
  },
};

const score: Readout = {
  label: "score",
  colour: "anomaly",
  text: (columns, i) => (columns.has.score ? formatScore(columns.points[i]?.score) : null),
};

/** The page's own view of one device: value, error and score below each other with one time axis. */
export const STRIPS: Kind[] = [
  {
    key: "value",
    title: () => "Value",
    data: (c) => [c.x, c.high, c.low, c.prediction, c.value],
    series: (colours) => [
      line("highest expected", "transparent", { width: 0 }),
      line("lowest expected", "transparent", { width: 0 }),
      line("prediction", colours.prediction, { dash: [5, 3], width: 1.25 }),
      line("value", colours.measurement),
    ],
    bands: (colours) => [{ series: [1, 2], fill: `${colours.measurement}26` }],
    readouts: [readout("value", "measurement"), readout("prediction", "prediction"), band],
    marks: ["warming", "pin", "anomalies"],
    xAxis: false,
  },
  {
    key: "error",
    title: () => "Error",
    data: (c) => [c.x, c.error],
    series: (colours) => [line("error", colours.error, { fill: `${colours.error}33`, width: 1 })],
    readouts: [readout("error", "error")],
    marks: ["warming", "pin"],
    y: "zero",
    xAxis: false,
    wanted: (columns) => columns.has.error,
  },
  {
    key: "score",
    title: (c) => (c.has.score ? "Score" : "Anomaly"),
    data: (c) => [c.x, c.has.score ? c.level : c.anomaly],
    series: (colours) => [line("score", colours.anomaly, { width: 1.25 })],
    readouts: [score, readout("anomaly", "anomaly", "raw anomaly")],
    marks: ["warming", "pin", "threshold"],
    y: "level",
  },
];

const measurement = (colours: Colours): uPlot.Series => line("measurement", colours.measurement);
const measured = readout("value", "measurement", "measurement");

/** The four charts of the original notebook. */
export const ORIGINAL: Kind[] = [
  {
    key: "anomalies",
    title: () => "Measurement and anomalous errors",
    data: (c) => [c.x, c.value],
    series: (colours) => [measurement(colours)],
    readouts: [measured, { label: "anomaly", colour: "alarm", text: (c, i) => formatNumber(c.marked[i]) }],
    marks: ["pin", "stems"],
  },
  {
    key: "errors",
    title: () => "Measurement and error",
    data: (c) => [c.x, c.value, c.error],
    series: (colours) => [measurement(colours), line("error", colours.error)],
    readouts: [measured, readout("error", "error")],
    marks: ["pin"],
  },
  {
    key: "anomaly",
    title: () => "Measurement and anomaly score",
    data: (c) => [c.x, c.value, c.anomaly],
    series: (colours) => [
      measurement(colours),
      line("anomaly", `${colours.anomaly}cc`, { scale: "share", width: 1, fill: `${colours.anomaly}33` }),
    ],
    readouts: [measured, readout("anomaly", "anomaly")],
    marks: ["pin", "share"],
    rightShare: true,
  },
  {
    key: "prediction",
    title: () => "Measurement and prediction",
    data: (c) => [c.x, c.value, c.prediction],
    series: (colours) => [measurement(colours), line("prediction", colours.prediction, { dash: [5, 3] })],
    readouts: [measured, readout("prediction", "prediction")],
    marks: ["pin"],
  },
];

/** How the y scale of a kind is laid out, given whether there are scores. */
export function yScale(kind: Kind, hasScore: boolean): uPlot.Scale {
  if (kind.y === "level" && hasScore) return { range: (_, __, high) => levelRange(high) };
  if (kind.y === "level" || kind.y === "share") return { range: [0, 1.04] };
  if (kind.y === "zero") return { range: (_, __, high) => [0, high > 0 ? high * 1.1 : 1] };
  return {};
}

/** The y axis' labels of a kind. */
export function yAxis(kind: Kind, hasScore: boolean): Partial<uPlot.Axis> {
  if (kind.y === "level" && hasScore) {
    return {
      splits: (u, _, low, high) => {
        const room = u.bbox.height / devicePixelRatio / (high - low);
        const step = Math.max(1, Math.ceil(15 / Math.max(1, room)));
        const places: number[] = [];
        for (let level = Math.ceil(low); level <= high; level++) if (level % step === 0) places.push(level);
        return places;
      },
      values: (_, ticks) => ticks.map(levelLabel),
    };
  }
  if (kind.y === "level") return { splits: () => [0, 0.5, 1], values: (_, ticks) => ticks.map(String) };
  return { values: (_, ticks) => ticks.map(formatNumber) };
}
