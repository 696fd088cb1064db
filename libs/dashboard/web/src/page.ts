// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { Alerts } from "./alerts/alerts";
import { Poller, ask } from "./api";
import { DevicePanel, type Wanted } from "./device/panel";
import { DevicesView } from "./devices/view";
import { byId, setHidden } from "./dom";
import { FleetView } from "./fleet/view";
import { Frames } from "./frames";
import { showEmpty, showHead, showPause, showWindows } from "./head";
import { Overview, showConnection, showFacts } from "./overview";
import { Pipeline } from "./pipeline/pipeline";
import { Address, type Place, type Preset, type Tab } from "./place";
import { LiveStream } from "./stream";
import { Tabs } from "./tabs";
import { setUpTheme } from "./theme";
import { say } from "./toast";
import { objects, type Anomaly, type Batch, type Info, type Point, type Update } from "./wire";

const LEAST_HISTORY = 500; // what any server keeps of a device
const ADDRESS_MS = 250; // browsers refuse addresses that change all the time

/** The page shows only the original's charts, in a frame of another one. */
const EMBEDDED = new URLSearchParams(location.search).get("embed") === "original";

/** The record that an address names; null = none. */
function wantedOf({ at, record }: Place): Wanted | null {
  return at === null && record === null ? null : { at, record };
}

/** The page: joins what is known and what is drawn. */
export class Page {
  private readonly address = new Address();
  private place = this.address.read();
  private info: Info | null = null;
  private readonly frames = new Frames();
  private readonly overview = new Overview();
  private readonly tabs = new Tabs((tab) => this.showTab(tab));
  private readonly drawHead = this.frames.add(() => this.paintHead());
  private readonly drawTiles = this.frames.add(() => this.overview.paint());
  readonly panel = new DevicePanel(
    this.frames,
    () => this.moved(),
    () => void this.copyLink(),
  );
  readonly devices = new DevicesView(
    this.frames,
    (device) => {
      this.choose(device);
      this.reveal();
    },
    () => this.listed(),
  );
  readonly fleet = new FleetView(this.frames, (device, time, alarm) => void this.chooseCell(device, time, alarm));
  private readonly drawPipeline = this.frames.add((until) => this.pipeline.paint(until));
  private readonly pipeline = new Pipeline(
    byId("view-pipeline"),
    () => this.drawPipeline(),
    (device) => this.open(device),
  );
  private readonly alerts = new Alerts(byId("view-alerts"), (alarm) => this.open(alarm.device, alarm));
  private readonly survey = new Poller(() => this.panel.survey(), 5_000);
  private addressTimer = 0;
  private readonly stream = new LiveStream({
    update: (update) => this.take(update),
    heartbeat: (now) => {
      this.overview.heartbeat(now);
      this.drawTiles();
    },
    state: (state, since) => {
      if (state === "live" && this.connection !== "live") void this.loadInfo();
      this.connection = state;
      showConnection(state, since);
    },
  });
  private connection = "connecting";

  start(): void {
    setUpTheme(byId("theme"), () => this.restyle());
    byId("pause").addEventListener("click", () => this.togglePause());
    byId("window").addEventListener("change", () => this.setWindow(Number(byId<HTMLSelectElement>("window").value)));
    byId("preset").addEventListener("click", (event) => {
      const preset = (event.target as HTMLElement).dataset["preset"];
      if (preset) this.setPreset(preset as Preset);
    });
    byId("search").addEventListener("input", () => this.fleet.setSearch(byId<HTMLInputElement>("search").value));
    window.addEventListener("hashchange", () => this.goTo(this.address.read()));
    this.panel.history.window = this.place.window;
    document.body.classList.toggle("embedded", EMBEDDED);
    this.setPreset(EMBEDDED ? "original" : this.place.preset);
    showWindows(this.place.window, 2_000);
    const { device } = this.place;
    this.place.device = "";
    if (device) this.choose(device, wantedOf(this.place));
    else this.follow();
    this.showTab(this.place.tab);
    this.drawHead();
  }

  showTab(tab: Tab): void {
    if (EMBEDDED) tab = "devices";
    this.place.tab = tab;
    this.tabs.show(tab);
    this.devices.want(tab === "devices");
    this.fleet.want(tab === "devices" && !EMBEDDED);
    this.survey.want(tab === "devices");
    this.pipeline.want(tab === "pipeline");
    this.alerts.want(tab === "alerts");
    this.writeAddress();
  }

  choose(device: string, wanted: Wanted | null = null): void {
    if (device !== this.place.device) {
      this.place.device = device;
      this.panel.choose(device);
      this.devices.setChosen(device);
      this.fleet.setChosen(device);
      this.follow();
      this.survey.poke();
    } else if (!wanted) return;
    this.wanted = wanted;
    this.goToWanted();
    this.writeAddress();
    this.drawHead();
  }

  togglePause(): void {
    if (this.panel.live) this.panel.hold();
    else this.panel.goLive();
  }

  setPreset(preset: Preset): void {
    this.place.preset = preset;
    for (const button of byId("preset").querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset["preset"] === preset));
    this.panel.setPreset(preset);
    this.writeAddress();
  }

  togglePreset(): void {
    this.setPreset(this.place.preset === "strips" ? "original" : "strips");
  }

  toggleTheme(): void {
    byId("theme").click();
  }

  async copyLink(): Promise<void> {
    this.putAddress();
    try {
      await navigator.clipboard.writeText(location.href);
      say("Link copied");
    } catch {
      say("Copy the link from the address bar"); // without TLS browsers let no page of another host write there
    }
  }

  private setWindow(points: number): void {
    const longer = points > this.panel.history.live.length;
    this.place.window = points;
    this.panel.setWindow(points);
    showWindows(points, this.info?.history ?? 2_000);
    if (longer) this.follow();
    else this.stream.setLimit(points);
    this.writeAddress();
  }

  private follow(): void {
    const limit = Math.min(this.place.window, this.info?.history ?? LEAST_HISTORY);
    this.stream.follow({ device: this.place.device, limit });
  }

  private take(update: Update): void {
    this.overview.take(update, update.batches ? objects<Batch>(update.batches) : []);
    this.drawTiles();
    this.devices.setTotals(update.totals);
    const { points } = update;
    if (points) {
      this.panel.take(points.device, points.replace, objects<Point>(points));
      if (points.replace) this.survey.poke();
      this.goToWanted();
    }
    this.drawHead();
  }

  private async loadInfo(): Promise<void> {
    let info: Info;
    try {
      info = await ask<Info>("info");
    } catch {
      return; // asked again when the connection is back
    }
    if (this.info && this.info.server !== info.server) {
      this.overview.forget();
      this.fleet.forget();
      this.alerts.forget();
      if (this.panel.forget()) say("The server was started anew: the charts are live again");
    }
    const first = this.info === null;
    this.info = info;
    if (first && this.place.window > LEAST_HISTORY) this.follow();
    this.stream.setHeartbeat(info.heartbeat);
    showFacts(info);
    showWindows(this.place.window, info.history);
    this.panel.setInfo(info);
    this.devices.setInfo(info);
    this.pipeline.setInfo(info);
    setHidden(byId("tile-batch").parentElement!, info.role === "view");
    this.drawHead();
  }

  /** A record that a link or an alert names, until its device's points are here. */
  private wanted: Wanted | null = null;

  private goToWanted(): void {
    const { wanted, panel } = this;
    if (!wanted || !panel.history.newest) return;
    this.wanted = null;
    const found = panel.goToWanted(wanted);
    found.then((told) => told && say(told)).catch(() => undefined);
  }

  /** Show a device, or the record of an alarm. */
  private open(device: string, alarm?: Anomaly): void {
    this.showTab("devices");
    this.choose(device, alarm && { at: null, record: alarm.sequence, alarm });
    this.reveal();
  }

  private async chooseCell(device: string, time: number, alarm: boolean): Promise<void> {
    this.choose(device);
    this.reveal();
    if (!alarm) return;
    const record = await this.fleet.alarmNear(device, time).catch(() => null);
    if (record !== null && device === this.place.device) this.choose(device, { at: null, record });
  }

  /** Where the charts lie below the list, bring them into sight. */
  private reveal(): void {
    if (matchMedia("(max-width: 1060px)").matches) byId("panel").scrollIntoView({ block: "start" });
  }

  private listed(): void {
    this.overview.states = this.devices.states;
    this.drawTiles();
    const first = this.devices.firstDevice();
    if (!this.place.device && first) this.choose(first);
    this.drawHead();
  }

  private goTo(place: Place): void {
    if (place.window !== this.place.window) this.setWindow(place.window);
    if (place.preset !== this.place.preset) this.setPreset(place.preset);
    if (place.tab !== this.place.tab) this.showTab(place.tab);
    if (place.device) this.choose(place.device, wantedOf(place));
  }

  private moved(): void {
    this.drawHead();
    this.writeAddress();
  }

  private writeAddress(): void {
    window.clearTimeout(this.addressTimer);
    this.addressTimer = window.setTimeout(() => this.putAddress(), ADDRESS_MS);
  }

  private putAddress(): void {
    const { focus } = this.panel;
    if (!this.wanted) {
      this.place.at = focus?.time ?? null;
      this.place.record = focus && focus.time === null ? focus.sequence : null;
    }
    if (!this.address.write(this.place)) this.goTo(this.address.read());
  }

  private paintHead(): void {
    const { device } = this.place;
    const row = this.devices.find(device);
    const { newest } = this.panel.history;
    const known = device !== "" && (newest !== null || row !== null);
    setHidden("device", !known);
    setHidden("empty", known);
    if (known) {
      showHead(device, row, newest, this.info);
      showPause(this.panel.live, this.panel.history.waiting());
    } else {
      showEmpty(this.devices.missing(device) ? device : "", this.overview.totals !== null, this.info);
    }
  }

  private restyle(): void {
    this.panel.restyle();
    this.fleet.restyle();
    this.pipeline.restyle();
  }
}
