// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import "uplot/dist/uPlot.min.css";
import "./style.css";

import { Charts } from "./charts";
import { layOut } from "./columns";
import { DeviceList } from "./device_list";
import { chipState, chipText, formatNumber, formatTime } from "./format";
import { byId, showConnection, showFacts, showNotice, showTiles } from "./overview";
import { readPlace, writePlace } from "./place";
import { Store, type SortKey } from "./store";
import { LiveStream } from "./stream";
import { setUpTheme } from "./theme";
import type { Device, Info, Point } from "./wire";

const WINDOWS = [100, 250, 500, 1_000, 2_000, 5_000, 10_000];
const REORDER_MS = 1_000;

/** The page: joins the store, the live stream and what is drawn. */
class Page {
  private readonly store = new Store();
  private info: Info | null = null;
  private place = readPlace(location.hash);
  private frozen: Point[] | null = null;
  private listed: string[] = [];
  private listedOrder = -1;
  private listedAt = 0;
  private frame = 0;
  private readonly charts = new Charts(byId("charts"), (zoomed) => this.pause(zoomed));
  private readonly list = new DeviceList(byId("device-list"), (device) => this.choose(device), () => this.info?.warmUp ?? 0);
  private readonly stream = new LiveStream({
    update: (update) => {
      if (update.devices?.replace) void this.loadInfo();
      this.store.apply(update);
      this.draw();
    },
    heartbeat: (now) => {
      this.store.heartbeat(now);
      this.draw();
    },
    state: showConnection,
  });

  start(): void {
    setUpTheme(byId("theme"), () => this.charts.restyle());
    byId("search").addEventListener("input", () => this.reorder());
    byId("sort").addEventListener("change", () => this.reorder());
    byId("pause").addEventListener("click", () => this.pause(this.frozen === null));
    byId("window").addEventListener("change", () => this.setWindow(Number(byId<HTMLSelectElement>("window").value)));
    window.addEventListener("hashchange", () => this.goTo(location.hash));
    document.addEventListener("keydown", (event) => this.key(event));
    this.showWindows();
    this.follow();
    this.draw();
  }

  private async loadInfo(): Promise<void> {
    try {
      const answer = await fetch("api/v1/info");
      if (!answer.ok) return;
      this.info = (await answer.json()) as Info;
    } catch {
      return; // the stream tells of the lost connection, and asks again when it is back
    }
    this.store.history = this.info.history;
    this.stream.setHeartbeat(this.info.heartbeat);
    showFacts(this.info);
    this.showWindows();
    this.draw();
  }

  private follow(): void {
    this.store.choose(this.place.device);
    this.stream.follow({ device: this.place.device, limit: this.place.window });
  }

  private choose(device: string): void {
    if (device === this.place.device) return;
    this.place.device = device;
    this.pause(false);
    history.replaceState(null, "", writePlace(this.place));
    this.follow();
    this.draw();
  }

  private goTo(hash: string): void {
    const place = readPlace(hash);
    if (place.window !== this.place.window) this.setWindow(place.window);
    if (place.device) this.choose(place.device);
  }

  private setWindow(points: number): void {
    const longer = points > this.place.window;
    this.place.window = points;
    history.replaceState(null, "", writePlace(this.place));
    this.showWindows();
    this.pause(false);
    if (longer) this.follow();
    else this.stream.setLimit(points);
    this.draw();
  }

  private pause(paused: boolean): void {
    this.frozen = paused ? (this.frozen ?? this.store.points) : null;
    const button = byId("pause");
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? "Resume" : "Pause";
    if (!paused) this.draw();
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = target.matches("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing) target.blur();
    if (typing && !(target.id === "search" && event.key.startsWith("Arrow"))) return;
    const steps: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 };
    const step = steps[event.key];
    if (step !== undefined) this.list.move(step);
    else if (event.key === "/") byId("search").focus();
    else if (event.key === " " && target.tagName !== "BUTTON") this.pause(this.frozen === null);
    else return;
    event.preventDefault();
  }

  private reorder(): void {
    this.listedOrder = -1;
    this.draw();
  }

  private draw(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      showTiles(this.store);
      showNotice(this.store);
      this.drawList();
      this.drawDevice();
    });
  }

  /** The order changes at most once a second: rows that jump about cannot be read. */
  private drawList(): void {
    const now = performance.now();
    const { store } = this;
    const count = store.devices.size;
    if (this.listedOrder < 0 || (store.order !== this.listedOrder && now - this.listedAt > REORDER_MS)) {
      const search = byId<HTMLInputElement>("search").value;
      const sort = byId<HTMLSelectElement>("sort").value as SortKey;
      this.listed = store.list(search, sort).map((device) => device.device);
      this.listedOrder = count > 0 ? store.order : -1;
      this.listedAt = now;
    }
    const devices = this.listed.map((name) => store.devices.get(name)).filter((device): device is Device => !!device);
    this.list.show(devices, this.place.device, count > 0 ? "No device matches." : "No devices yet.");
    if (!this.place.device && devices[0]) this.choose(devices[0].device);
  }

  private drawDevice(): void {
    const device = this.store.devices.get(this.place.device);
    byId("device").hidden = !device;
    byId("empty").hidden = !!device;
    if (!device) {
      this.drawEmpty();
      return;
    }
    const chip = byId("device-chip");
    byId("device-name").textContent = device.device;
    chip.textContent = chipText(device, this.info?.warmUp ?? 0);
    chip.dataset["state"] = chipState(device);
    const time = device.time === null ? "" : ` at ${formatTime(device.time)} UTC`;
    byId("device-facts").textContent =
      `${formatNumber(device.value)}${time} · record ${device.sequence} · ${device.alarms} alarms · partition ${device.partition}`;
    document.title = `${device.device} · Cortado`;
    if (this.frozen) this.showWaiting(this.frozen);
    else this.charts.show(layOut(this.store.points, this.place.window));
  }

  /** Say how many records came since the pause. */
  private showWaiting(frozen: Point[]): void {
    const { points } = this.store;
    const last = frozen[frozen.length - 1];
    const waiting = points.length - (last ? points.lastIndexOf(last) + 1 : 0);
    byId("pause").textContent = waiting > 0 ? `Resume (${waiting} new)` : "Resume";
  }

  private drawEmpty(): void {
    const topic = this.info?.inputTopic || "TOPIC";
    const heading = this.store.totals === null ? "Connecting to the detector" : "Waiting for the first record";
    const missing = this.place.device && this.store.devices.size > 0;
    const lines = missing
      ? [`No record of ${this.place.device} yet`, "It appears here with its first record. Meanwhile choose another device on the left."]
      : [heading, "Devices appear here with their first record. To send some:"];
    const command = missing ? "" : `cortado generate FILE.csv --topic ${topic}`;
    const empty = byId("empty");
    const text = [...lines, command].join("\n");
    if (empty.dataset["text"] === text) return;
    empty.dataset["text"] = text;
    const title = document.createElement("h2");
    title.textContent = lines[0]!;
    const body = document.createElement("p");
    body.textContent = lines[1]!;
    const code = document.createElement("code");
    code.textContent = command;
    empty.replaceChildren(title, body, ...(command ? [code] : []));
  }

  private showWindows(): void {
    const select = byId<HTMLSelectElement>("window");
    const history = this.info?.history ?? 2_000;
    const sizes = [...new Set([...WINDOWS.filter((size) => size <= history), this.place.window])].sort((a, b) => a - b);
    const key = `${sizes.join()}:${this.place.window}`;
    if (select.dataset["key"] === key) return;
    select.dataset["key"] = key;
    select.replaceChildren(
      ...sizes.map((size) => new Option(`${size.toLocaleString("en-US")} points`, String(size), false, size === this.place.window)),
    );
  }
}

new Page().start();
