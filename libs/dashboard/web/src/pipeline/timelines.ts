// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import uPlot from "uplot";

import { clockAxis, plainAxis } from "../device/axes";
import { readColours, type Colours } from "../device/kinds";
import { draw, make, setText } from "../dom";
import { formatMillis, formatRate } from "../format";
import { objects, type Timeline, type TimelinePart } from "../wire";
import { ROWS, barsOf, histogramOf, meanOf, placeAmong, type Row } from "./rows";

interface Panel {
  row: Row;
  now: HTMLElement;
  mean: HTMLElement;
  body: HTMLElement;
  histogram: HTMLElement;
  plot: uPlot | null;
}

const WIDTH = 220;
const HEIGHT = 74;

function format(row: Row, value: number | null): string {
  if (row.unit === "time") return formatMillis(value);
  return value === null ? "–" : `${formatRate(value)}/s`;
}

/** The engine's figures over time, each with its histogram: Spark's streaming page. */
export class Timelines {
  readonly element = make("div", { class: "timelines" });
  private readonly panels: Panel[];
  private colours: Colours = readColours();
  private interval = 0;
  private timeline: Timeline | null = null;
  private todo: Panel[] = [];
  private parts: TimelinePart[] = [];

  /** `zoom` is called with the part of time that somebody drew over. */
  constructor(private readonly zoom: (from: number, to: number) => void) {
    this.panels = ROWS.map((row) => this.makePanel(row));
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  /** Take an answer; `paint` draws it. */
  take(timeline: Timeline): void {
    this.timeline = timeline;
    this.parts = objects<TimelinePart>(timeline);
    this.interval = timeline.batchInterval;
    this.todo = [...this.panels];
  }

  paint(until: number): boolean {
    for (let panel = this.todo.shift(); panel; panel = this.todo.shift()) {
      this.drawPanel(panel);
      if (performance.now() >= until) break;
    }
    return this.todo.length > 0;
  }

  restyle(): void {
    this.colours = readColours();
    for (const panel of this.panels) {
      panel.plot?.destroy();
      panel.plot = null;
    }
    this.todo = this.timeline ? [...this.panels] : [];
  }

  private makePanel(row: Row): Panel {
    const now = make("strong", { text: "–" });
    const mean = make("span", { class: "sub" });
    const body = make("div", { class: "plot", role: "img", "aria-label": row.title });
    const histogram = make("div", { class: "histogram" });
    const words = make("div", { class: "words" }, make("h3", { text: row.title }), now, mean);
    words.title = row.hint;
    this.element.append(make("div", { class: "timeline", "data-figure": row.figure }, words, body, histogram));
    return { row, now, mean, body, histogram, plot: null };
  }

  private drawPanel(panel: Panel): void {
    const { row } = panel;
    const { parts } = this;
    const values = parts.map((part) => part[row.figure]);
    const times = parts.map((part) => part.time / 1000);
    panel.plot ??= this.makePlot(panel);
    const peaks =
      row.unit === "time"
        ? parts.map((part) => part[`${row.figure}Max` as keyof TimelinePart] as number | null)
        : values;
    panel.plot.setData([times, peaks, values]);
    const newest = [...values].reverse().find((value) => value !== null) ?? null;
    const mean = meanOf(parts, row.figure);
    setText(panel.now, format(row, newest));
    setText(panel.mean, mean === null ? "no batch in this time" : `average ${format(row, mean)}`);
    panel.body.setAttribute("aria-label", `${row.title}: now ${format(row, newest)}, average ${format(row, mean)}`);
    this.drawHistogram(panel);
  }

  private drawHistogram({ row, histogram }: Panel): void {
    const bars = barsOf(histogramOf(this.timeline!, this.parts, row.figure));
    if (bars.length === 0) {
      histogram.replaceChildren();
      return;
    }
    const most = Math.max(...bars.map((bar) => bar.count));
    const step = WIDTH / bars.length;
    const total = bars.reduce((sum, bar) => sum + bar.count, 0);
    const nodes = bars.map((bar, i) => {
      const height = bar.count === 0 ? 0 : Math.max(1.5, (bar.count / most) * (HEIGHT - 18));
      const range =
        bar.high === Infinity ? `above ${format(row, bar.low)}` : `${format(row, bar.low)} to ${format(row, bar.high)}`;
      return draw(
        "rect",
        {
          x: (i * step + 0.5).toFixed(1),
          width: Math.max(1, step - 1).toFixed(1),
          y: (HEIGHT - 14 - height).toFixed(1),
          height: height.toFixed(1),
          class: "count",
        },
        draw("title", { text: `${range}: ${bar.count.toLocaleString("en-US")}` }),
      );
    });
    const limit = row.interval ? placeAmong(bars, this.interval) : null;
    const line =
      limit !== null && draw("line", { x1: limit * WIDTH, x2: limit * WIDTH, y1: 0, y2: HEIGHT - 14, class: "limit" });
    const last = bars[bars.length - 1]!;
    const ends = [
      draw("text", { x: 0, y: HEIGHT - 2, text: format(row, bars[0]!.low) }),
      draw("text", {
        x: WIDTH,
        y: HEIGHT - 2,
        "text-anchor": "end",
        text: last.high === Infinity ? `> ${format(row, last.low)}` : format(row, last.high),
      }),
    ];
    const label = `Histogram of ${row.title}: ${total.toLocaleString("en-US")} batches`;
    const base = draw("line", { x1: 0, x2: WIDTH, y1: HEIGHT - 13.5, y2: HEIGHT - 13.5, class: "base" });
    histogram.replaceChildren(
      draw(
        "svg",
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
        base,
        ...nodes,
        line,
        ...ends,
      ),
    );
  }

  private makePlot(panel: Panel): uPlot {
    const { row, body } = panel;
    const tone = row.unit === "rate" ? this.colours.measurement : this.colours.prediction;
    const axis = plainAxis(this.colours);
    const options: uPlot.Options = {
      width: body.clientWidth,
      height: body.clientHeight,
      scales: { y: { range: (_, __, high) => [0, (high || 1) * 1.12] } },
      series: [
        {},
        { stroke: `${tone}66`, width: 1, points: { show: false } },
        { stroke: tone, width: 1.5, fill: `${tone}22`, points: { show: false } },
      ],
      axes: [
        { ...clockAxis(this.colours), size: 24 },
        {
          ...axis,
          size: 62,
          space: 24,
          values: (_, ticks) => ticks.map((tick) => (tick === 0 ? "0" : format(row, tick))),
        },
      ],
      padding: [4, 10, 0, 0],
      legend: { show: false },
      cursor: { y: false, sync: { key: "engine" }, drag: { x: true, y: false, setScale: false }, points: { size: 5 } },
      hooks: {
        setSelect: [(u) => this.selected(u)],
        draw: row.interval ? [(u) => this.drawInterval(u)] : [],
        setCursor: [(u) => this.tell(u, panel)],
      },
    };
    return new uPlot(options, [[], [], []], body);
  }

  /** The line that a batch should stay under. */
  private drawInterval(u: uPlot): void {
    const high = u.scales["y"]?.max ?? 0;
    if (!this.interval || this.interval > high) return;
    const { ctx, bbox } = u;
    const top = u.valToPos(this.interval, "y", true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = this.colours.alarm;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(bbox.left, top);
    ctx.lineTo(bbox.left + bbox.width, top);
    ctx.stroke();
    ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    ctx.fillText("batch interval", bbox.left + bbox.width - 3 * devicePixelRatio, top - 3 * devicePixelRatio);
    ctx.restore();
  }

  private tell(u: uPlot, { row, now }: Panel): void {
    const i = (u.cursor.left ?? -1) < 0 ? null : u.cursor.idx;
    const values = this.parts.map((part) => part[row.figure]);
    const newest = [...values].reverse().find((value) => value !== null) ?? null;
    setText(now, format(row, i === null || i === undefined ? newest : (values[i] ?? null)));
  }

  private selected(u: uPlot): void {
    const { left, width } = u.select;
    if (width < 4) return;
    const [from, to] = [u.posToVal(left, "x"), u.posToVal(left + width, "x")];
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.zoom(Math.floor(from * 1000), Math.ceil(to * 1000));
  }

  private resize(): void {
    for (const { plot, body } of this.panels) {
      if (plot && body.clientWidth > 0) plot.setSize({ width: body.clientWidth, height: body.clientHeight });
    }
  }
}
