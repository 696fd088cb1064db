// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { colour, make } from "../dom";
import { formatTime } from "../format";
import type { Point } from "../wire";
import { isMarked } from "./columns";
import type { Stretch } from "./history";

export interface ScrubEvents {
  look(stretch: Stretch): void;
  /** The window was moved to the newest record. */
  live(): void;
}

const PAD = 5;

/** The strip of all that is held of a device, with a window that one drags over it. */
export class Scrub {
  private readonly canvas = make("canvas", { "aria-hidden": "true" });
  private readonly box = make("div", { class: "view-box" });
  private points: Point[] = [];
  /** Points that may have come since the survey. */
  private newest: Point[] = [];
  private extent: Stretch = { from: 0, to: 1 };
  private stretch: Stretch = { from: 0, to: 1 };
  private drag: { kind: "move" | "from" | "to"; x: number; stretch: Stretch } | null = null;

  constructor(
    private readonly place: HTMLElement,
    private readonly events: ScrubEvents,
  ) {
    this.box.append(make("div", { class: "grip left" }), make("div", { class: "grip right" }));
    place.append(this.canvas, this.box);
    place.setAttribute("role", "slider");
    place.setAttribute("tabindex", "0");
    place.setAttribute("aria-label", "Place in the device's history");
    place.addEventListener("pointerdown", (event) => this.begin(event));
    place.addEventListener("pointermove", (event) => this.move(event));
    place.addEventListener("pointerup", () => (this.drag = null));
    place.addEventListener("pointercancel", () => (this.drag = null));
    place.addEventListener("dblclick", () => this.events.live());
    new ResizeObserver(() => this.paint()).observe(place);
  }

  /** Points per pixel at most, so that a survey asks for no more than can be seen. */
  get width(): number {
    return Math.max(600, this.place.clientWidth);
  }

  setPoints(points: Point[]): void {
    this.points = points;
    this.paint();
  }

  /** Show where the charts are in what is held. */
  show(extent: Stretch, stretch: Stretch, live: boolean, newest: Point[]): void {
    this.newest = newest;
    const moved = extent.from !== this.extent.from || extent.to !== this.extent.to;
    this.extent = extent;
    if (moved) this.paint();
    if (!this.drag) this.stretch = stretch;
    const span = Math.max(1, extent.to - extent.from);
    const left = Math.max(0, (stretch.from - extent.from) / span);
    const right = Math.min(1, (stretch.to - extent.from) / span);
    this.box.style.left = `${(left * 100).toFixed(2)}%`;
    this.box.style.width = `${((right - left) * 100).toFixed(2)}%`;
    const set = (name: string, value: string): void => {
      if (this.place.getAttribute(name) !== value) this.place.setAttribute(name, value);
    };
    set("aria-valuemin", String(extent.from));
    set("aria-valuemax", String(extent.to));
    set("aria-valuenow", String(stretch.to));
    set(
      "aria-valuetext",
      live ? "the newest records" : `records ${stretch.from} to ${stretch.to}${this.timeOf(stretch.to)}`,
    );
  }

  paint(): void {
    const { canvas, place } = this;
    const [width, height] = [place.clientWidth, place.clientHeight];
    if (width === 0) return;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    const ctx = canvas.getContext("2d")!;
    ctx.scale(devicePixelRatio, devicePixelRatio);
    const last = this.points[this.points.length - 1]?.sequence ?? 0;
    const all = [...this.points, ...this.newest.filter((point) => point.sequence > last)];
    const values = all.filter((point) => point.value !== null);
    if (values.length < 2) return;
    const low = values.reduce((least, point) => Math.min(least, point.value!), Infinity);
    const high = values.reduce((most, point) => Math.max(most, point.value!), -Infinity);
    const span = Math.max(1, this.extent.to - this.extent.from);
    const x = (point: Point): number => ((point.sequence - this.extent.from) / span) * width;
    const y = (value: number): number =>
      height - PAD - 5 - ((value - low) / (high - low || 1)) * (height - 2 * PAD - 5);
    ctx.beginPath();
    values.forEach((point, i) =>
      i === 0 ? ctx.moveTo(x(point), y(point.value!)) : ctx.lineTo(x(point), y(point.value!)),
    );
    ctx.strokeStyle = colour("measurement");
    ctx.globalAlpha = 0.75;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour("alarm");
    for (const point of values) {
      if (point.status !== "warming" && isMarked(point)) ctx.fillRect(x(point) - 1, height - PAD - 1, 2, 5);
    }
  }

  private timeOf(sequence: number): string {
    const near = this.points.find((point) => point.sequence >= sequence);
    return near?.time === null || near === undefined ? "" : `, ${formatTime(near.time)} UTC`;
  }

  private begin(event: PointerEvent): void {
    this.place.setPointerCapture(event.pointerId);
    const target = event.target as HTMLElement;
    const kind = target.classList.contains("left") ? "from" : target.classList.contains("right") ? "to" : "move";
    if (kind === "move" && target !== this.box) this.centre(event);
    this.drag = { kind, x: event.clientX, stretch: this.stretch };
  }

  private centre(event: PointerEvent): void {
    const { left, width } = this.place.getBoundingClientRect();
    const middle = this.extent.from + ((event.clientX - left) / width) * (this.extent.to - this.extent.from);
    const half = (this.stretch.to - this.stretch.from) / 2;
    this.go({ from: middle - half, to: middle + half });
  }

  private move(event: PointerEvent): void {
    if (!this.drag || event.clientX === this.drag.x) return;
    const { kind, x, stretch } = this.drag;
    const by = ((event.clientX - x) / this.place.clientWidth) * (this.extent.to - this.extent.from);
    if (kind === "move") this.go({ from: stretch.from + by, to: stretch.to + by });
    else if (kind === "from") this.go({ from: Math.min(stretch.from + by, stretch.to - 9), to: stretch.to });
    else this.go({ from: stretch.from, to: Math.max(stretch.to + by, stretch.from + 9) });
  }

  private go(stretch: Stretch): void {
    this.stretch = stretch;
    if (stretch.to >= this.extent.to && (this.drag?.kind ?? "move") === "move") this.events.live();
    else this.events.look(stretch);
  }
}
