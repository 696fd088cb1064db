// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import uPlot from "uplot";

import { make, setText } from "../dom";
import { formatNumber, formatTime } from "../format";
import type { Point } from "../wire";
import { plainAxis, timeAxis, utc } from "./axes";
import { NO_COLUMNS, type Columns } from "./columns";
import { ORIGINAL, STRIPS, readColours, yAxis, yScale, type Colours, type Kind } from "./kinds";
import { marksPlugin, type Marked } from "./marks";

export interface ChartEvents {
  /** Another record lies under the cursor, moved or at rest; null = none. */
  hover(point: Point | null): void;
  choose(i: number): void;
  /** Somebody drew over this part of x. */
  zoom(from: number, to: number): void;
  leaveZoom(): void;
}

interface Panel {
  kind: Kind;
  figure: HTMLElement;
  title: HTMLElement;
  readouts: { item: HTMLElement; value: HTMLElement }[];
  time: HTMLElement;
  body: HTMLElement;
  plot: uPlot | null;
}

/** The charts of one device, with one cursor: the strips or the original's four. */
export class Charts {
  private readonly marked: Marked = { columns: NO_COLUMNS, pinned: null, threshold: 0.5 };
  private panels: Panel[] = [];
  private colours: Colours = readColours();
  private preset: "strips" | "original" = "strips";
  private hovered: number | null = null;
  /** The record at `hovered`: data that move under a resting cursor change it while its place stays. */
  private under: Point | null = null;
  private shape = "";
  private readonly sizes = new ResizeObserver(() => this.resize());
  private todo: Panel[] = [];

  constructor(
    private readonly place: HTMLElement,
    private readonly events: ChartEvents,
  ) {}

  get columns(): Columns {
    return this.marked.columns;
  }

  setPreset(preset: "strips" | "original"): void {
    this.preset = preset;
    this.shape = "";
  }

  setThreshold(threshold: number): void {
    this.marked.threshold = threshold;
  }

  setPinned(sequence: number | null): void {
    this.marked.pinned = sequence;
  }

  /** Draw anew with the colours of the theme. */
  restyle(): void {
    this.colours = readColours();
    this.shape = "";
  }

  /** Take new points; `paint` draws them. */
  take(columns: Columns): void {
    this.marked.columns = columns;
    if (this.hovered !== null && this.hovered >= columns.x.length) this.hovered = null;
    const shape = `${this.preset} ${columns.byTime} ${Object.values(columns.has).join()}`;
    if (shape !== this.shape) this.build(shape);
    this.todo = [...this.panels];
  }

  /** Draw chart by chart until the time is up; true = some are left. */
  paint(until: number): boolean {
    for (let panel = this.todo.shift(); panel; panel = this.todo.shift()) {
      this.drawPanel(panel);
      if (performance.now() >= until) break;
    }
    return this.todo.length > 0;
  }

  private build(shape: string): void {
    this.shape = shape;
    this.panels.forEach((panel) => panel.plot?.destroy());
    this.sizes.disconnect();
    const { columns } = this;
    const kinds = (this.preset === "strips" ? STRIPS : ORIGINAL).filter((kind) => kind.wanted?.(columns) ?? true);
    const box = make("div", {
      class: this.preset === "strips" && !columns.has.error ? "strips no-error" : this.preset,
    });
    this.panels = kinds.map((kind) => this.makePanel(kind));
    box.append(...this.panels.map((panel) => panel.figure));
    this.place.replaceChildren(box);
    this.panels.forEach((panel) => this.sizes.observe(panel.body));
  }

  private makePanel(kind: Kind): Panel {
    const title = make("span");
    const time = make("span", { class: "item" });
    const readouts = kind.readouts.map((readout) => {
      const value = make("b");
      const key = make("span", { class: "key" });
      key.style.background = this.colours[readout.colour] + (readout.faint ? "55" : "");
      return { item: make("span", { class: "item" }, key, `${readout.label} `, value), value };
    });
    const caption = make(
      "figcaption",
      {},
      title,
      make("span", { class: "readout" }, ...readouts.map((r) => r.item), time),
    );
    const body = make("div", { class: "plot", role: "img", "aria-label": "No record is drawn yet" });
    const figure = make("figure", { "data-chart": kind.key }, caption, body);
    return { kind, figure, title, readouts, time, body, plot: null };
  }

  private drawPanel(panel: Panel): void {
    const { columns } = this;
    panel.plot ??= this.makePlot(panel);
    panel.plot.setData(panel.kind.data(columns));
    panel.figure.dataset["points"] = String(columns.x.length);
    this.tell(panel);
    const count = columns.x.length;
    const anomalies = columns.marked.reduce<number>((sum, marked) => sum + (marked === null ? 0 : 1), 0);
    const last = formatNumber(columns.value[count - 1]);
    const label = `${panel.kind.title(columns)}: ${count} records, the last measurement is ${last}; ${anomalies} anomalies`;
    if (panel.body.getAttribute("aria-label") !== label) panel.body.setAttribute("aria-label", label);
  }

  /** Where the chosen record is among the points; null = none is chosen, or it is not here. */
  private pinnedAt(): number | null {
    const { pinned, columns } = this.marked;
    const i = pinned === null ? -1 : columns.points.findIndex((point) => point.sequence === pinned);
    return i < 0 ? null : i;
  }

  /** The heading tells the values under the cursor, else those of the chosen record, else the newest. */
  private tell(panel: Panel): void {
    const { columns } = this;
    const i = this.hovered ?? this.pinnedAt() ?? columns.x.length - 1;
    setText(panel.title, panel.kind.title(columns));
    panel.kind.readouts.forEach((readout, r) => {
      const text = i >= 0 ? readout.text(columns, i) : null;
      const { item, value } = panel.readouts[r]!;
      item.hidden = text === null;
      setText(value, text ?? "");
    });
    const point = columns.points[i];
    setText(
      panel.time,
      !point ? "" : point.time === null ? `record ${point.sequence}` : `${formatTime(point.time)} UTC`,
    );
  }

  private makePlot(panel: Panel): uPlot {
    const plot = new uPlot(this.options(panel.kind, panel.body), panel.kind.data(this.columns), panel.body);
    plot.over.addEventListener("dblclick", () => this.events.leaveZoom());
    plot.over.addEventListener("click", () => {
      const i = plot.cursor.idx;
      if (i !== null && i !== undefined) this.events.choose(i);
    });
    return plot;
  }

  private options(kind: Kind, body: HTMLElement): uPlot.Options {
    const { byTime, has } = this.columns;
    const axis = plainAxis(this.colours);
    const xAxis: uPlot.Axis = byTime ? timeAxis(this.colours) : { ...axis, size: 30 };
    const axes: uPlot.Axis[] = [
      kind.xAxis === false ? { ...xAxis, values: () => [], size: 6, ticks: { show: false } } : xAxis,
      { ...axis, size: 54, ...yAxis(kind, has.score) },
    ];
    if (kind.rightShare) axes.push({ ...axis, scale: "share", side: 1, size: 34, grid: { show: false } });
    return {
      width: body.clientWidth,
      height: body.clientHeight,
      tzDate: utc,
      scales: { x: { time: byTime }, y: yScale(kind, has.score), share: { range: [0, 1] } },
      series: [{}, ...kind.series(this.colours).map((series) => ({ ...series, gaps: this.gaps }))],
      bands: kind.bands?.(this.colours) ?? [],
      axes,
      padding: [6, kind.rightShare ? 0 : 18, 0, 0], // the last tick's text is half outside
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: "device", setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
      },
      hooks: { setSelect: [(u) => this.selected(u)], setCursor: [(u) => this.moved(u)] },
      plugins: [marksPlugin(kind.marks, this.marked, this.colours)],
    };
  }

  /** No line is drawn over a time without records. */
  private readonly gaps: uPlot.Series.GapsRefiner = (u, series, first, last, gaps) => {
    const { gap } = this.columns;
    const x = u.data[0];
    const y = u.data[series]!;
    if (gap === Infinity) return gaps;
    const more: uPlot.Series.Gaps = [];
    for (let i = first + 1; i <= last; i++) {
      if (x[i]! - x[i - 1]! <= gap || y[i] === null || y[i - 1] === null) continue;
      more.push([Math.round(u.valToPos(x[i - 1]!, "x", true)), Math.round(u.valToPos(x[i]!, "x", true))]);
    }
    return more.length === 0 ? gaps : [...gaps, ...more].sort((a, b) => a[0] - b[0]);
  };

  private selected(u: uPlot): void {
    const { left, width } = u.select;
    if (width < 4) return;
    const [from, to] = [u.posToVal(left, "x"), u.posToVal(left + width, "x")];
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.events.zoom(from, to);
  }

  private moved(u: uPlot): void {
    const i = (u.cursor.left ?? -1) < 0 ? null : (u.cursor.idx ?? null);
    const point = (i === null ? null : this.columns.points[i]) ?? null;
    if (i === this.hovered && point === this.under) return;
    this.hovered = i;
    this.under = point;
    this.panels.forEach((panel) => this.tell(panel));
    this.events.hover(point);
  }

  private resize(): void {
    for (const { plot, body } of this.panels) {
      if (!plot || body.clientWidth === 0) continue;
      if (plot.width !== body.clientWidth || plot.height !== body.clientHeight) {
        plot.setSize({ width: body.clientWidth, height: body.clientHeight });
      }
    }
  }
}
