// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import { byId } from "../dom";
import type { Frames } from "../frames";
import type { Preset } from "../place";
import { objects, type Anomaly, type Explanation, type Info, type Point, type Table } from "../wire";
import { Charts } from "./charts";
import { isMarked, layOut } from "./columns";
import type { Which } from "./explain";
import { History, type Stretch } from "./history";
import { pointOf, pointOfAlarm } from "./explanations";
import { SCORE_THRESHOLD } from "./score_scale";
import { Scrub } from "./scrub";
import { Teller } from "./teller";

/** A record that somebody asked for, by its number or its time. */
export interface Wanted {
  at: number | null;
  record: number | null;
  /** What is known of it, should the history no longer hold it. */
  alarm?: Anomaly;
}

const NOT_HELD = "The history does not hold that record";
const NOT_YET = "There is no record of that time yet: this is the newest";

/** One device: its charts, the strip of its history and the explanation of a record. */
export class DevicePanel {
  readonly history = new History(() => this.redraw());
  private readonly charts: Charts;
  private readonly scrub: Scrub;
  private readonly teller: Teller;
  private readonly redraw: () => void;
  private readonly retell: () => void;
  private pinned: number | null = null;
  private pinnedPoint: Point | null = null;
  /** False: of the pinned record there is only what its alarm holds. */
  private kept = true;
  private hovered: Point | null = null;
  private info: Info | null = null;

  /** `moved` is called when another part of the history is looked at, or another record. */
  constructor(
    frames: Frames,
    private readonly moved: () => void,
    copyLink: () => void,
  ) {
    this.charts = new Charts(byId("charts"), {
      hover: (point) => this.hover(point),
      choose: (i) => this.pin(this.charts.columns.points[i]!),
      zoom: (from, to) => this.zoomTo(from, to),
      leaveZoom: () => this.goLive(),
    });
    this.scrub = new Scrub(byId("scrub"), { look: (stretch) => this.look(stretch), live: () => this.goLive() });
    this.teller = new Teller(
      byId("explain"),
      { step: (direction) => void this.step(direction), unpin: () => this.goLive(), copyLink },
      (explanation) => this.explained(explanation),
    );
    let laidOut = false;
    const paint = frames.add((until) => {
      if (!laidOut) this.layOut();
      laidOut = true;
      return this.charts.paint(until);
    });
    this.redraw = () => {
      laidOut = false;
      paint();
      this.retell();
    };
    this.retell = frames.add(() => this.tell());
  }

  setInfo(info: Info): void {
    this.info = info;
    this.history.limit = Math.max(info.history, this.history.window);
    this.charts.setThreshold(info.threshold ?? SCORE_THRESHOLD);
    this.redraw();
  }

  setPreset(preset: Preset): void {
    this.charts.setPreset(preset);
    this.redraw();
  }

  restyle(): void {
    this.charts.restyle();
    this.scrub.paint();
    this.redraw();
  }

  choose(device: string): void {
    this.history.choose(device);
    this.hovered = null;
    this.teller.forget();
    this.setPinned(null, null);
    this.scrub.setPoints([]);
    this.redraw();
  }

  /** Another server answers: it may hold less, and others. What was looked at is let go; true = something was. */
  forget(): boolean {
    const still = !this.live;
    this.history.held = null;
    this.teller.forget();
    this.scrub.setPoints([]);
    if (still) this.goLive();
    return still;
  }

  /** New points have come. */
  take(device: string, replace: boolean, points: Point[]): void {
    this.history.apply(device, replace, points);
    if (this.history.stretch === null) this.redraw();
    else this.retell();
  }

  /** Ask for the coarse picture of the whole history. */
  async survey(): Promise<void> {
    if (!this.history.newest) return; // nothing is known of it yet
    this.scrub.setPoints(await this.history.survey(Math.min(2_000, this.scrub.width)));
    this.retell();
  }

  setWindow(points: number): void {
    this.history.window = points;
    this.history.limit = Math.max(this.info?.history ?? 2_000, points);
    this.goLive();
  }

  get live(): boolean {
    return this.history.stretch === null;
  }

  /** The record in the middle of attention, for a link; null = live. */
  get focus(): Point | null {
    if (this.pinned !== null) return this.pinnedPoint ?? this.find(this.pinned);
    const points = this.history.stretch ? this.history.shown() : [];
    return points[Math.floor(points.length / 2)] ?? null;
  }

  hold(): void {
    this.history.hold();
    this.after();
  }

  goLive(): void {
    this.history.goLive();
    this.setPinned(null, null);
    this.after();
  }

  look(stretch: Stretch): void {
    this.history.look(stretch);
    this.after();
  }

  /** Go back (-) or forth by a share of what is seen. */
  shift(share: number): void {
    const { history } = this;
    const stretch = history.shownStretch();
    const extent = history.extent();
    if (!stretch || !extent) return;
    const by = Math.round((stretch.to - stretch.from) * share);
    if (by > 0 && stretch.to + by >= extent.to) this.goLive();
    else this.look({ from: stretch.from + by, to: stretch.to + by });
  }

  /** See fewer records, or more with a factor over 1; the middle stays. */
  zoom(factor: number): void {
    const stretch = this.history.shownStretch();
    if (!stretch) return;
    const middle = this.pinned ?? (stretch.from + stretch.to) / 2;
    const half = ((stretch.to - stretch.from) / 2) * factor;
    this.look({ from: middle - half, to: middle + half });
  }

  /** Go to a record and explain it. */
  goTo(sequence: number, point: Point | null = null, kept = true): void {
    this.setPinned(sequence, point ?? this.find(sequence), kept);
    const shown = this.history.shownStretch();
    const length = this.history.stretch && shown ? shown.to - shown.from : this.history.window;
    this.history.look({ from: sequence - length * 0.6, to: sequence + length * 0.4 });
    this.after();
  }

  /** Go to the record of a number or a time; what somebody must be told of it, if anything. */
  async goToWanted(wanted: Wanted): Promise<string> {
    const { device } = this.history;
    const { at, record } = wanted;
    const point = record !== null ? await this.history.record(record) : await this.history.find(at!);
    const alarm = point ? null : (wanted.alarm ?? (await this.alarmOf(device, wanted)));
    if (device !== this.history.device) return ""; // somebody chose another one meanwhile
    if (point) this.goTo(point.sequence, point);
    else if (alarm) this.goTo(alarm.sequence, pointOfAlarm(alarm), false);
    else return NOT_HELD;
    const newest = this.history.newest?.time ?? Infinity;
    return at !== null && at > newest ? NOT_YET : "";
  }

  /** Alarms are held for longer than points. */
  private async alarmOf(device: string, { at, record }: Wanted): Promise<Anomaly | null> {
    const alarms = await this.alarms(device);
    return alarms.find((alarm) => (record !== null ? alarm.sequence === record : alarm.time === at)) ?? null;
  }

  /** Go to the anomaly before or after the record. */
  async step(direction: -1 | 1): Promise<void> {
    const { device, newest } = this.history;
    const from = this.pinned ?? (this.focus ?? newest)?.sequence;
    if (from === undefined) return;
    const here = this.history.live
      .filter((point) => isMarked(point) && point.status !== "warming")
      .map((point) => point.sequence);
    const all = new Set([...here, ...(await this.alarms(device)).map((alarm) => alarm.sequence)]);
    const held = this.history.extent()?.from ?? 0; // alarms are held for longer than points
    const wanted = [...all]
      .filter((sequence) => sequence >= held && (sequence - from) * direction > 0)
      .sort((a, b) => (a - b) * direction);
    if (wanted[0] !== undefined && device === this.history.device) this.goTo(wanted[0]);
  }

  private async alarms(device: string): Promise<Anomaly[]> {
    try {
      return objects<Anomaly>(await ask<Table>("anomalies", { device, limit: 10_000 }));
    } catch {
      return []; // those in the charts must do
    }
  }

  private after(): void {
    this.redraw();
    this.moved();
  }

  private find(sequence: number): Point | null {
    return (
      this.history.shown().find((p) => p.sequence === sequence) ??
      this.history.live.find((p) => p.sequence === sequence) ??
      null
    );
  }

  private pin(point: Point): void {
    this.history.hold();
    this.setPinned(point.sequence, point);
    this.after();
  }

  private setPinned(sequence: number | null, point: Point | null, kept = true): void {
    this.pinned = sequence;
    this.pinnedPoint = point;
    this.kept = kept;
    this.charts.setPinned(sequence);
  }

  private hover(point: Point | null): void {
    this.hovered = point;
    this.retell();
  }

  private zoomTo(from: number, to: number): void {
    const { x, points } = this.charts.columns;
    const within = points.filter((_, i) => x[i]! >= from && x[i]! <= to).map((point) => point.sequence);
    if (within.length === 0) return;
    this.look({ from: Math.min(...within), to: Math.max(...within) });
  }

  private layOut(): void {
    const points = this.history.shown();
    if (this.pinned !== null) this.pinnedPoint ??= this.find(this.pinned);
    this.charts.take(layOut(points));
    const [extent, stretch] = [this.history.extent(), this.history.shownStretch()];
    if (extent && stretch) this.scrub.show(extent, stretch, this.live, this.history.live);
  }

  private explained(explanation: Explanation | null): void {
    if (explanation?.device === this.history.device && this.pinned === explanation.sequence)
      this.pinnedPoint ??= pointOf(explanation);
    this.retell();
  }

  /** The record under the cursor, else the chosen one, else the last that is shown: the newest, while live. */
  private looked(): { which: Which; point: Point | null } {
    if (this.hovered) return { which: "this", point: this.hovered };
    if (this.pinned !== null) return { which: "this", point: this.pinnedPoint };
    if (this.live) return { which: "newest", point: this.history.newest };
    const { points } = this.charts.columns;
    return { which: "last", point: points[points.length - 1] ?? null };
  }

  private tell(): void {
    const { device, newest } = this.history;
    const { which, point } = this.looked();
    const sequence = point?.sequence ?? this.pinned;
    if (sequence !== null) {
      const kept = this.kept || point !== this.pinnedPoint;
      this.teller.tell({ device, which, sequence, point, newest: newest?.sequence ?? 0, kept }, this.info);
    } else if (!newest) this.teller.hide();
  }
}
