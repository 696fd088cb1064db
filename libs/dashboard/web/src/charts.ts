// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import uPlot from "uplot";

import { ANOMALY_THRESHOLD, type Columns } from "./columns";
import { formatNumber, formatTime } from "./format";

/** What a chart needs to know of the page's colours. */
interface Colours {
  measurement: string;
  error: string;
  anomaly: string;
  prediction: string;
  alarm: string;
  axis: string;
  grid: string;
}

interface Kind {
  key: string;
  title: string;
  data: (columns: Columns) => uPlot.AlignedData;
  series: (colours: Colours) => uPlot.Series[];
  /** The second chart's right axis, for a share of 0 to 1. */
  share?: boolean;
  plugin?: (charts: Charts, colours: Colours) => uPlot.Plugin;
}

const TIME_TICKS: (string | number | null)[][] = [
  [31_536_000, "{YYYY}", null, null, null, null, null, null, 1],
  [2_419_200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [3_600, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, ":{ss}", "\n{D} {MMM} {HH}:{mm}", null, "\n{D} {MMM} {HH}:{mm}", null, "\n{HH}:{mm}", null, 1],
  [0.001, ":{ss}.{fff}", "\n{HH}:{mm}", null, "\n{HH}:{mm}", null, "\n{HH}:{mm}", null, 1],
];

function line(label: string, stroke: string, more: Partial<uPlot.Series> = {}): uPlot.Series {
  return { label, stroke, width: 1.5, points: { show: false }, value: (_, v) => formatNumber(v), ...more };
}

function markerFill(u: uPlot, i: number): string {
  const { stroke } = u.series[i]!;
  return String(typeof stroke === "function" ? stroke(u, i) : (stroke ?? "transparent"));
}

function measurement(colours: Colours): uPlot.Series {
  return line("measurement", colours.measurement);
}

const KINDS: Kind[] = [
  {
    key: "anomalies",
    title: "Measurement and anomalous errors",
    data: (columns) => [columns.x, columns.value, columns.marked],
    series: (colours) => [
      measurement(colours),
      line("anomaly", colours.alarm, { paths: () => null, width: 0, fill: colours.alarm }),
    ],
    plugin: markAnomalies,
  },
  {
    key: "error",
    title: "Measurement and error",
    data: (columns) => [columns.x, columns.value, columns.error],
    series: (colours) => [measurement(colours), line("error", colours.error)],
  },
  {
    key: "anomaly",
    title: "Measurement and anomaly score",
    data: (columns) => [columns.x, columns.value, columns.anomaly],
    series: (colours) => [
      measurement(colours),
      line("anomaly", `${colours.anomaly}cc`, { scale: "share", width: 1, fill: `${colours.anomaly}33` }),
    ],
    share: true,
    plugin: drawThreshold,
  },
  {
    key: "prediction",
    title: "Measurement and prediction",
    data: (columns) => [columns.x, columns.value, columns.prediction],
    series: (colours) => [measurement(colours), line("prediction", colours.prediction, { dash: [5, 3] })],
  },
];

/** Draw each anomalous error as a stem from the prediction to the measurement with a dot; hollow while warming up. */
function markAnomalies(charts: Charts, colours: Colours): uPlot.Plugin {
  const draw = (u: uPlot): void => {
    const { x, marked, prediction, warming } = charts.columns;
    const { ctx, bbox } = u;
    const radius = 3.5 * devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = ctx.fillStyle = colours.alarm;
    ctx.lineWidth = 1.25 * devicePixelRatio;
    marked.forEach((value, i) => {
      if (value === null) return;
      const left = u.valToPos(x[i]!, "x", true);
      const top = u.valToPos(value, "y", true);
      const predicted = prediction[i];
      ctx.beginPath();
      if (predicted !== null && predicted !== undefined) {
        ctx.moveTo(left, u.valToPos(predicted, "y", true));
        ctx.lineTo(left, top);
        ctx.stroke();
      }
      ctx.beginPath();
      ctx.arc(left, top, radius, 0, 2 * Math.PI);
      if (warming[i]) ctx.stroke();
      else ctx.fill();
    });
    ctx.restore();
  };
  return { hooks: { draw } };
}

function drawThreshold(_: Charts, colours: Colours): uPlot.Plugin {
  const draw = (u: uPlot): void => {
    const { ctx, bbox } = u;
    const top = u.valToPos(ANOMALY_THRESHOLD, "share", true);
    ctx.save();
    ctx.strokeStyle = colours.anomaly;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, top);
    ctx.lineTo(bbox.left + bbox.width, top);
    ctx.stroke();
    ctx.restore();
  };
  return { hooks: { draw } };
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    measurement: of("measurement"),
    error: of("error"),
    anomaly: of("anomaly"),
    prediction: of("prediction"),
    alarm: of("alarm"),
    axis: of("muted"),
    grid: of("grid"),
  };
}

/** The original notebook's four charts of one device, with one cursor. */
export class Charts {
  columns: Columns = { byTime: true, x: [], value: [], prediction: [], error: [], anomaly: [], marked: [], warming: [] };
  private plots: uPlot[] = [];
  private readonly figures: HTMLElement[];
  private built = false;

  /** `zoomed` is called with true when somebody zooms in and with false when they leave the zoom. */
  constructor(
    place: HTMLElement,
    private readonly zoomed: (zoomed: boolean) => void,
  ) {
    this.figures = KINDS.map((kind) => {
      const figure = document.createElement("figure");
      figure.dataset["chart"] = kind.key;
      const caption = document.createElement("figcaption");
      caption.textContent = kind.title;
      const body = document.createElement("div");
      body.className = "plot";
      body.setAttribute("role", "img");
      figure.append(caption, body);
      place.append(figure);
      return figure;
    });
    new ResizeObserver(() => this.resize()).observe(place);
  }

  show(columns: Columns): void {
    const rebuild = !this.built || columns.byTime !== this.columns.byTime;
    this.columns = columns;
    if (rebuild) this.build();
    KINDS.forEach((kind, i) => {
      const plot = this.plots[i]!;
      plot.setData(kind.data(columns));
      // Without a pointer the legend tells the newest values.
      if ((plot.cursor.left ?? -1) < 0 && columns.x.length > 0) plot.setLegend({ idx: columns.x.length - 1 });
      this.figures[i]!.dataset["points"] = String(columns.x.length);
      this.describe(kind, this.figures[i]!);
    });
  }

  /** Draw anew with the colours of the theme. */
  restyle(): void {
    if (!this.built) return;
    this.build();
    this.show(this.columns);
  }

  private build(): void {
    this.plots.forEach((plot) => plot.destroy());
    const colours = readColours();
    this.plots = KINDS.map((kind, i) => {
      const body = this.figures[i]!.querySelector<HTMLElement>(".plot")!;
      const plot = new uPlot(this.options(kind, colours, body), kind.data(this.columns), body);
      plot.over.addEventListener("dblclick", () => this.zoomed(false));
      return plot;
    });
    this.built = true;
  }

  private options(kind: Kind, colours: Colours, body: HTMLElement): uPlot.Options {
    const byTime = this.columns.byTime;
    const axis: uPlot.Axis = {
      stroke: colours.axis,
      grid: { stroke: colours.grid, width: 1 },
      ticks: { stroke: colours.grid, width: 1, size: 4 },
      font: "11px system-ui, sans-serif",
    };
    const xAxis: uPlot.Axis = byTime ? { ...axis, values: TIME_TICKS as uPlot.Axis["values"], size: 42 } : { ...axis, size: 30 };
    const axes: uPlot.Axis[] = [xAxis, { ...axis, size: 52, values: (_, ticks) => ticks.map(formatNumber) }];
    if (kind.share) axes.push({ ...axis, scale: "share", side: 1, size: 34, grid: { show: false } });
    return {
      width: body.clientWidth,
      height: body.clientHeight,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { x: { time: byTime }, share: { range: [0, 1] } },
      series: [
        { label: byTime ? "time" : "record", value: (_, v) => (v === null ? "–" : byTime ? formatTime(v * 1000) : String(v)) },
        ...kind.series(colours),
      ],
      axes,
      padding: [8, kind.share ? 0 : 12, 0, 0],
      legend: { markers: { width: 0, fill: markerFill } },
      cursor: { y: false, sync: { key: "device", setSeries: false }, drag: { x: true, y: false }, points: { size: 6 } },
      hooks: { setSelect: [(u) => u.select.width > 0 && this.zoomed(true)] },
      plugins: kind.plugin ? [kind.plugin(this, colours)] : [],
    };
  }

  private resize(): void {
    this.plots.forEach((plot, i) => {
      const body = this.figures[i]!.querySelector<HTMLElement>(".plot")!;
      const legend = body.querySelector<HTMLElement>(".u-legend")?.offsetHeight ?? 0;
      const height = body.clientHeight - legend;
      if (plot.width !== body.clientWidth || plot.height !== height) plot.setSize({ width: body.clientWidth, height });
    });
  }

  /** Say in words what a reader of the screen cannot see. */
  private describe(kind: Kind, figure: HTMLElement): void {
    const count = this.columns.x.length;
    const value = formatNumber(this.columns.value[count - 1]);
    const anomalies = this.columns.marked.filter((marked) => marked !== null).length;
    const label = `${kind.title}, newest ${count} records; last measurement ${value}; ${anomalies} anomalies shown`;
    figure.querySelector(".plot")!.setAttribute("aria-label", label);
  }
}
