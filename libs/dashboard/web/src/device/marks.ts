// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type uPlot from "uplot";

import type { Columns } from "./columns";
import type { Colours, MarkName } from "./kinds";
import { ANOMALY_THRESHOLD, scoreLevel } from "./score_scale";

/** What the marks are drawn from. */
export interface Marked {
  columns: Columns;
  /** The record that the explanation is about, if somebody chose it. */
  pinned: number | null;
  /** The threshold in force for the score. */
  threshold: number;
}

type Draw = (u: uPlot, marked: Marked, colours: Colours) => void;

/** Draw within the plot's area. */
function inside(u: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/** A dot on each anomalous value; hollow while warming up. With stems, a line shows the error. */
function dots(u: uPlot, { columns }: Marked, colours: Colours, stems: boolean): void {
  const radius = 3.5 * devicePixelRatio;
  inside(u, (ctx) => {
    ctx.strokeStyle = ctx.fillStyle = colours.alarm;
    ctx.lineWidth = 1.25 * devicePixelRatio;
    columns.marked.forEach((value, i) => {
      if (value === null) return;
      const left = u.valToPos(columns.x[i]!, "x", true);
      const top = u.valToPos(value, "y", true);
      const predicted = columns.prediction[i] ?? null;
      if (stems && predicted !== null) {
        ctx.beginPath();
        ctx.moveTo(left, u.valToPos(predicted, "y", true));
        ctx.lineTo(left, top);
        ctx.stroke();
      }
      ctx.beginPath();
      ctx.arc(left, top, radius, 0, 2 * Math.PI);
      if (columns.points[i]!.status === "warming") ctx.stroke();
      else ctx.fill();
    });
  });
}

/** A ground behind the records of the warm-up. */
function warming(u: uPlot, { columns }: Marked, colours: Colours): void {
  const { points, x } = columns;
  inside(u, (ctx) => {
    ctx.globalCompositeOperation = "destination-over";
    ctx.fillStyle = colours.raised;
    for (let i = 0; i < points.length; ) {
      if (points[i]!.status !== "warming") {
        i++;
        continue;
      }
      const first = i;
      while (i < points.length && points[i]!.status === "warming") i++;
      const left = u.valToPos(x[first]!, "x", true);
      const right = u.valToPos(x[Math.min(i, points.length - 1)]!, "x", true);
      ctx.fillRect(left, u.bbox.top, Math.max(1, right - left), u.bbox.height);
    }
  });
}

function level(u: uPlot, scale: string, at: number, stroke: string): void {
  inside(u, (ctx) => {
    const top = u.valToPos(at, scale, true);
    ctx.strokeStyle = stroke;
    ctx.lineWidth = 1.25 * devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(u.bbox.left, top);
    ctx.lineTo(u.bbox.left + u.bbox.width, top);
    ctx.stroke();
  });
}

/** The threshold with its name, and a dot on each alarm. */
function threshold(u: uPlot, marked: Marked, colours: Colours): void {
  const { columns } = marked;
  const at = columns.has.score ? scoreLevel(marked.threshold)! : ANOMALY_THRESHOLD;
  level(u, "y", at, colours.alarm);
  inside(u, (ctx) => {
    ctx.fillStyle = colours.alarm;
    columns.marked.forEach((value, i) => {
      const y = columns.has.score ? columns.level[i] : columns.anomaly[i];
      if (value === null || y === null || y === undefined) return;
      ctx.beginPath();
      ctx.arc(u.valToPos(columns.x[i]!, "x", true), u.valToPos(y, "y", true), 2.75 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    });
  });
}

/** A line through the record that the explanation is about. */
function pin(u: uPlot, { columns, pinned }: Marked, colours: Colours): void {
  if (pinned === null) return;
  const i = columns.points.findIndex((point) => point.sequence === pinned);
  if (i < 0) return;
  inside(u, (ctx) => {
    const left = Math.round(u.valToPos(columns.x[i]!, "x", true)) + 0.5;
    ctx.strokeStyle = colours.text;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(left, u.bbox.top);
    ctx.lineTo(left, u.bbox.top + u.bbox.height);
    ctx.stroke();
  });
}

const DRAWS: Record<MarkName, Draw> = {
  anomalies: (u, marked, colours) => dots(u, marked, colours, false),
  stems: (u, marked, colours) => dots(u, marked, colours, true),
  warming,
  threshold,
  share: (u, _, colours) => level(u, "share", ANOMALY_THRESHOLD, colours.anomaly),
  pin,
};

export function marksPlugin(names: MarkName[], marked: Marked, colours: Colours): uPlot.Plugin {
  return { hooks: { draw: (u) => names.forEach((name) => DRAWS[name](u, marked, colours)) } };
}
