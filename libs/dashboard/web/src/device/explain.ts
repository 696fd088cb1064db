// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { draw, make, setHidden, setText } from "../dom";
import { formatBytes, formatNumber, formatScore, formatTime } from "../format";
import type { Explanation, Point } from "../wire";
import { burst } from "./burst";
import { isMarked } from "./columns";
import { HIGHEST, LOWEST, levelLabel, scoreLevel } from "./score_scale";
import { rankText, verdict } from "./verdict";

/** Which record is explained: one that somebody looks at, the newest, or the last of charts that hold still. */
export type Which = "this" | "newest" | "last";

const TITLES: Record<Which, string> = { this: "This record", newest: "Newest record", last: "Last record shown" };

/** What the panel tells about one record. */
export interface Explained {
  which: Which;
  point: Point;
  device: string;
  /** False: the history has lost the record, and its alarm is all that is known. */
  kept: boolean;
  warmUp: number;
  threshold: number;
  rank: { place: number; of: number } | null;
  columns: Explanation["columns"];
  modelBytes: number | null;
}

export interface ExplainEvents {
  /** Go to the anomaly before (-1) or after (1) the record. */
  step(direction: -1 | 1): void;
  unpin(): void;
  copyLink(): void;
}

const WIDTH = 244;
const NOT_KEPT = "The points of that time are no longer kept. This is what the alarm holds; the charts begin after it.";

/** The panel that says why a record is an anomaly, or why not. */
export class Explain {
  private shown = "";
  private readonly title = make("h2");
  private readonly record = make("p", { class: "sub" });
  private readonly unpin: HTMLElement;

  constructor(
    private readonly place: HTMLElement,
    events: ExplainEvents,
  ) {
    // The buttons stay while what is below them is made anew: a click may take longer than an answer.
    const steps = STEPS.map(([key, label, path]) => stepButton(key, label, path, () => press(key, events)));
    this.unpin = steps[steps.length - 1]!;
    place.replaceChildren(make("div", {}, make("header", {}, this.title, make("div", { class: "steps" }, ...steps)), this.record));
  }

  show(what: Explained | null): void {
    setHidden(this.place, what === null);
    if (!what) {
      this.shown = "";
      return;
    }
    const key = JSON.stringify(what);
    if (key === this.shown) return;
    this.shown = key;
    this.showHead(what);
    const [head, ...former] = this.place.children;
    former.forEach((part) => part.remove());
    head!.after(
      make("p", { class: "verdict", text: verdict(what.point, what.warmUp, what.point.modelAge) }),
      what.kept ? "" : make("p", { class: "sub not-kept", text: NOT_KEPT }),
      ...[expected(what), scored(what), burst(what.point, what.columns, WIDTH), model(what)].filter((part): part is HTMLElement => part !== null),
    );
  }

  private showHead({ point, which }: Explained): void {
    const when = point.time === null ? "" : ` · ${formatTime(point.time)} UTC`;
    setText(this.title, TITLES[which]);
    setText(this.record, `Record ${point.sequence}${when}`);
    setHidden(this.unpin, which === "newest");
  }
}

type Step = "before" | "after" | "link" | "unpin";

const STEPS: [Step, string, string][] = [
  ["before", "Anomaly before (p)", "M14.5 6l-6 6 6 6"],
  ["after", "Next anomaly (n)", "M9.5 6l6 6-6 6"],
  [
    "link",
    "Copy a link to this record (c)",
    "M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7L11.7 7.3M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.2-1.2",
  ],
  ["unpin", "Follow the newest record (l)", "M6 6l12 12M18 6L6 18"],
];

function press(step: Step, events: ExplainEvents): void {
  if (step === "link") events.copyLink();
  else if (step === "unpin") events.unpin();
  else events.step(step === "before" ? -1 : 1);
}

function stepButton(step: Step, label: string, path: string, onclick: () => void): HTMLElement {
  return make(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, "data-explain": step, onclick },
    draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: path })),
  );
}

function pairs(rows: [string, string | null][]): HTMLElement {
  const known = rows.filter(([, value]) => value !== null);
  return make(
    "dl",
    { class: "pairs" },
    ...known.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value! })]),
  );
}

/** Seen against predicted: a line with the band, a tick for the prediction and a dot for the value. */
function expected({ point }: Explained): HTMLElement | null {
  const { value, prediction, expectedLow: low, expectedHigh: high, error } = point;
  if (value === null) return null;
  const rows = pairs([
    ["Seen", formatNumber(value)],
    ["Predicted", prediction === null ? null : formatNumber(prediction)],
    ["Expected band", low === null || high === null ? null : `${formatNumber(low)} – ${formatNumber(high)}`],
    ["Error", error === null ? null : formatNumber(error)],
  ]);
  const places = [value, prediction, low, high].filter((place): place is number => place !== null);
  const least = Math.min(...places);
  const span = Math.max(...places) - least;
  if (places.length < 2 || span === 0) return make("section", {}, make("h3", { text: "Predicted and seen" }), rows);
  const x = (place: number): number => 7 + ((place - least) / span) * (WIDTH - 14);
  // Red is for anomalies; that a value lies outside the band is seen by its place.
  const outside = isMarked(point);
  const picture = draw(
    "svg",
    { viewBox: `0 0 ${WIDTH} 26`, role: "img", "aria-label": "The value against the prediction and the expected band" },
    draw("line", { x1: 2, x2: WIDTH - 2, y1: 13, y2: 13, class: "axis" }),
    low !== null &&
      high !== null &&
      draw("rect", { x: x(low), width: Math.max(2, x(high) - x(low)), y: 7, height: 12, rx: 3, class: "band" }),
    prediction !== null && draw("line", { x1: x(prediction), x2: x(prediction), y1: 4, y2: 22, class: "predicted" }),
    draw("circle", { cx: x(value), cy: 13, r: 5, class: outside ? "seen out" : "seen" }),
  );
  return make("section", {}, make("h3", { text: "Predicted and seen" }), picture as unknown as HTMLElement, rows);
}

/** The score on its log scale with the threshold, and its rank. */
function scored({ point, threshold, rank }: Explained): HTMLElement | null {
  const { score, anomaly } = point;
  if (score === null && anomaly === null) return null;
  const isScore = score !== null;
  const shown = isScore ? score : anomaly!;
  const share = (at: number): number => (isScore ? (scoreLevel(at)! - LOWEST) / (HIGHEST - LOWEST) : at);
  const boundary = isScore ? threshold : 0.7;
  const x = (at: number): number => 2 + share(at) * (WIDTH - 4);
  const ticks = isScore ? [-1, 0, 1, 2, 3] : [];
  const picture = draw(
    "svg",
    { viewBox: `0 0 ${WIDTH} 30`, role: "img", "aria-label": `${formatNumber(shown)}; the threshold is ${boundary}` },
    draw("rect", { x: 2, y: 6, width: WIDTH - 4, height: 7, rx: 3.5, class: "track" }),
    draw("rect", {
      x: 2,
      y: 6,
      width: Math.max(4, x(shown) - 2),
      height: 7,
      rx: 3.5,
      class: shown >= boundary ? "fill over" : "fill",
    }),
    draw("line", { x1: x(boundary), x2: x(boundary), y1: 2, y2: 17, class: "boundary" }),
    ...ticks.map((level) =>
      draw("text", {
        x: 2 + ((level - LOWEST) / (HIGHEST - LOWEST)) * (WIDTH - 4),
        y: 28,
        "text-anchor": "middle",
        text: levelLabel(level),
      }),
    ),
    !isScore && draw("text", { x: x(boundary), y: 28, "text-anchor": "middle", text: "0.7" }),
  );
  return make(
    "section",
    {},
    make("h3", { text: isScore ? "Score" : "Anomaly" }),
    make("p", { class: "big", text: formatScore(shown) }),
    picture as unknown as HTMLElement,
    pairs([
      ["In its history", rank ? rankText(rank) : null],
      ["Raw anomaly", isScore && anomaly !== null ? formatScore(anomaly) : null],
    ]),
  );
}

function model({ point, warmUp, modelBytes, kept }: Explained): HTMLElement | null {
  if (!kept) return null;
  const { modelAge } = point;
  const warming = point.status === "warming" && warmUp > 0;
  const meter = make("div", { class: "meter" }, make("i"));
  (meter.firstElementChild as HTMLElement).style.width = `${Math.min(100, (100 * modelAge) / Math.max(1, warmUp))}%`;
  const age = modelAge.toLocaleString("en-US");
  return make(
    "section",
    {},
    make("h3", { text: "Model" }),
    pairs([
      [warming ? "Learned" : "Age", warming ? `${age} of ${warmUp} records` : `${age} records`],
      ["In memory", modelBytes === null ? null : formatBytes(modelBytes)],
    ]),
    warming ? meter : null,
  );
}
