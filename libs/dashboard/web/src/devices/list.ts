// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { draw, make, setText } from "../dom";
import { formatNumber, lastAnomalyText, sparkPath } from "../format";
import type { Device } from "../wire";
import { chipLook, chipMeaning, chipOf, chipText } from "./states";

const ROW = 58;
const SPARK_WIDTH = 70;
const SPARK_HEIGHT = 20;
const SPARE_ROWS = 6;
const AIMING_MS = 1_000;
const TALLEST = 12_000_000; // browsers cut taller boxes; 200,000 rows fit

interface Row {
  element: HTMLElement;
  name: HTMLElement;
  chip: HTMLElement;
  value: HTMLElement;
  anomaly: HTMLElement;
  spark: SVGElement;
  drawn: Device | null;
}

export interface ListEvents {
  choose(device: string): void;
  /** Other rows came into sight. */
  sight(first: number, count: number): void;
}

/** The list of devices. Only the rows in sight exist, each at its place. */
export class DeviceList {
  private readonly inner = make("div", { class: "device-rows", role: "presentation" });
  private readonly rows: Row[] = [];
  private get: (place: number) => Device | null = () => null;
  private count = 0;
  private chosen = "";
  private warmUp = 0;
  private first = -1;
  private pointed = -Infinity;

  constructor(
    private readonly box: HTMLElement,
    private readonly events: ListEvents,
  ) {
    box.append(this.inner);
    box.addEventListener("scroll", () => this.paint(), { passive: true });
    new ResizeObserver(() => this.paint()).observe(box);
    for (const kind of ["pointermove", "pointerdown"])
      box.addEventListener(kind, () => (this.pointed = performance.now()), { passive: true });
  }

  show(get: (place: number) => Device | null, count: number, chosen: string, warmUp: number, emptyText: string): void {
    this.get = get;
    this.count = count;
    this.chosen = chosen;
    this.warmUp = warmUp;
    this.inner.style.height = `${Math.min(TALLEST, count * ROW)}px`;
    this.inner.dataset["empty"] = count === 0 ? emptyText : "";
    this.paint();
  }

  reveal(place: number): void {
    const top = place * ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const bottom = top + ROW - this.box.clientHeight;
    if (bottom > this.box.scrollTop) this.box.scrollTop = bottom;
  }

  scrollToTop(): void {
    this.box.scrollTop = 0;
  }

  /** The rows in sight with some to spare. */
  get sight(): { first: number; count: number } {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE_ROWS);
    return { first, count: Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE_ROWS };
  }

  /** A pointer has just been moved over the list: its user is about to hit a row. */
  get aimedAt(): boolean {
    return performance.now() - this.pointed < AIMING_MS;
  }

  private paint(): void {
    const { first, count } = this.sight;
    const shown = Math.max(0, Math.min(count, this.count - first));
    while (this.rows.length < shown) this.rows.push(this.makeRow());
    this.rows.forEach((row, i) => {
      row.element.hidden = i >= shown;
      if (i < shown) this.drawRow(row, first + i);
    });
    const active = this.rows.find((row) => !row.element.hidden && row.drawn?.device === this.chosen);
    if (active) this.box.setAttribute("aria-activedescendant", active.element.id);
    else this.box.removeAttribute("aria-activedescendant");
    if (first !== this.first) this.events.sight(first, count);
    this.first = first;
  }

  private drawRow(row: Row, place: number): void {
    const device = this.get(place);
    const { element } = row;
    element.style.transform = `translateY(${place * ROW}px)`;
    element.setAttribute("aria-posinset", String(place + 1));
    element.setAttribute("aria-setsize", String(this.count));
    element.setAttribute("aria-selected", String(device !== null && device.device === this.chosen));
    if (row.drawn === device) return;
    row.drawn = device;
    setText(row.name, device?.device ?? "…");
    row.name.title = device?.device ?? "";
    const chip = device ? chipOf(device) : null;
    row.chip.hidden = chip === null;
    setText(row.value, device ? formatNumber(device.value) : "");
    const tells = device && chip !== "warming" && chip !== "alerting";
    setText(row.anomaly, tells ? lastAnomalyText(device) : "");
    row.spark.setAttribute("d", device ? sparkPath(device.spark, SPARK_WIDTH, SPARK_HEIGHT) : "");
    element.dataset["dim"] = String(chip === "silent" || chip === "evicted");
    if (!device || !chip) return;
    setText(row.chip, chipText(device, this.warmUp));
    row.chip.dataset["state"] = chipLook(chip);
    row.chip.title = chipMeaning(chip);
  }

  private makeRow(): Row {
    const part = (name: string): HTMLElement => make("span", { class: name });
    const parts = { name: part("name"), chip: part("chip"), value: part("value"), anomaly: part("anomaly") };
    parts.anomaly.title = "Last anomaly, by event time in UTC";
    const spark = draw("path");
    const viewBox = `-1 -2 ${SPARK_WIDTH + 2} ${SPARK_HEIGHT + 4}`;
    const picture = draw("svg", { class: "spark", viewBox, "aria-hidden": "true" }, spark);
    const element = make("div", { class: "device-row", role: "option", id: `row-${this.rows.length}` });
    element.append(parts.name, parts.value, parts.chip, parts.anomaly, picture);
    const row: Row = { element, ...parts, spark, drawn: null };
    element.addEventListener("click", () => row.drawn && this.events.choose(row.drawn.device));
    this.inner.append(element);
    return row;
  }
}
