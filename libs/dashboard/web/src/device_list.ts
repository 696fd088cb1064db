// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { chipState, chipText, formatNumber, lastAnomalyText, sparkPath } from "./format";
import type { Device } from "./wire";

const ROW = 64;
const SPARK_WIDTH = 70;
const SPARK_HEIGHT = 22;
const SPARE_ROWS = 4;

interface Row {
  element: HTMLElement;
  name: HTMLElement;
  chip: HTMLElement;
  value: HTMLElement;
  anomaly: HTMLElement;
  spark: SVGPathElement;
  drawn: Device | null;
  warmUp: number;
}

/** The list of devices; only the rows in sight exist, so that ten thousand devices scroll like ten. */
export class DeviceList {
  private devices: Device[] = [];
  private readonly rows = new Map<string, Row>();
  private readonly inner = document.createElement("div");
  private chosen = "";
  private emptyText = "";

  constructor(
    private readonly box: HTMLElement,
    private readonly choose: (device: string) => void,
    private readonly warmUp: () => number,
  ) {
    this.inner.className = "device-rows";
    this.inner.setAttribute("role", "presentation");
    box.append(this.inner);
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(box);
  }

  show(devices: Device[], chosen: string, emptyText: string): void {
    this.devices = devices;
    this.chosen = chosen;
    this.emptyText = emptyText;
    this.draw();
  }

  /** Choose the next or a former device; the list scrolls along. */
  move(step: number): void {
    if (this.devices.length === 0) return;
    const now = this.devices.findIndex((device) => device.device === this.chosen);
    const next = Math.max(0, Math.min(this.devices.length - 1, now < 0 ? 0 : now + step));
    this.chosen = this.devices[next]!.device; // the next key may come before the next frame
    this.choose(this.chosen);
    this.reveal(next);
  }

  private reveal(index: number): void {
    const top = index * ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const bottom = top + ROW - this.box.clientHeight;
    if (bottom > this.box.scrollTop) this.box.scrollTop = bottom;
  }

  private draw(): void {
    this.inner.style.height = `${this.devices.length * ROW}px`;
    this.inner.dataset["empty"] = this.devices.length === 0 ? this.emptyText : "";
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE_ROWS);
    const count = Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE_ROWS;
    const inSight = this.devices.slice(first, first + count);
    const names = new Set(inSight.map((device) => device.device));
    for (const [name, row] of this.rows) {
      if (names.has(name)) continue;
      row.element.remove();
      this.rows.delete(name);
    }
    inSight.forEach((device, i) => this.drawRow(device, first + i));
    const active = this.rows.get(this.chosen);
    if (active) this.box.setAttribute("aria-activedescendant", active.element.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  private drawRow(device: Device, index: number): void {
    let row = this.rows.get(device.device);
    if (!row) {
      row = this.makeRow(device.device);
      this.rows.set(device.device, row);
      this.inner.append(row.element);
    }
    row.element.style.transform = `translateY(${index * ROW}px)`;
    row.element.setAttribute("aria-posinset", String(index + 1));
    row.element.setAttribute("aria-setsize", String(this.devices.length));
    row.element.setAttribute("aria-selected", String(device.device === this.chosen));
    const warmUp = this.warmUp();
    if (row.drawn === device && row.warmUp === warmUp) return;
    row.drawn = device;
    row.warmUp = warmUp;
    row.chip.textContent = chipText({ ...device, reason: "" }, warmUp);
    row.chip.dataset["state"] = chipState(device);
    row.value.textContent = formatNumber(device.value);
    row.anomaly.textContent = device.status === "warming" ? "" : lastAnomalyText(device);
    row.anomaly.title = device.lastAnomalyVersion === null ? "" : "Last anomaly (UTC)";
    row.spark.setAttribute("d", sparkPath(device.spark, SPARK_WIDTH, SPARK_HEIGHT));
  }

  private makeRow(name: string): Row {
    const element = document.createElement("div");
    element.className = "device-row";
    element.id = `device-${encodeURIComponent(name)}`;
    element.setAttribute("role", "option");
    const part = (className: string): HTMLElement => {
      const span = document.createElement("span");
      span.className = className;
      return span;
    };
    const row = { element, name: part("name"), chip: part("chip"), value: part("value"), anomaly: part("anomaly") };
    row.name.textContent = name;
    row.name.title = name;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "spark");
    svg.setAttribute("viewBox", `-1 -2 ${SPARK_WIDTH + 2} ${SPARK_HEIGHT + 4}`);
    svg.setAttribute("aria-hidden", "true");
    const spark = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.append(spark);
    element.append(row.name, row.value, row.chip, row.anomaly, svg);
    element.addEventListener("click", () => this.choose(name));
    return { ...row, spark, drawn: null, warmUp: 0 };
  }
}
