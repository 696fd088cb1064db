// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { Poller, Problem, ask } from "../api";
import { byId, make, setHidden, setText } from "../dom";
import { formatAge } from "../format";
import type { Frames } from "../frames";
import { objects, type Anomaly, type Table } from "../wire";
import { FleetClient, STEPS } from "./client";
import { COLUMNS } from "./grid";
import { FleetMap } from "./map";

/** The fleet's card: the heat map with its span and size. */
export class FleetView {
  private readonly client: FleetClient;
  private readonly map: FleetMap;
  private readonly poller: Poller;
  private readonly redraw: () => void;
  private readonly span = make("select", { "aria-label": "Time shown in the heat map", class: "small" });
  private large = false;

  constructor(frames: Frames, choose: (device: string, time: number, alarm: boolean) => void) {
    this.redraw = frames.add((until) => this.map.paint(until));
    this.client = new FleetClient({
      columns: (first, count) => this.map.columnsChanged(first, count),
      anew: () => this.map.redo(),
    });
    this.map = new FleetMap(byId("fleet-body"), byId("fleet-legend"), this.client.grid, {
      choose,
      changed: () => this.redraw(),
      worst: (row, column) => this.client.worst(row, column),
      columns: (count) => this.nameSpans(count),
      sight: (sight) => {
        this.client.setSight(sight);
        this.poller.poke();
      },
    });
    this.poller = new Poller(() => this.refresh(), 1_000);
    for (const step of STEPS) this.span.append(new Option("", String(step)));
    this.nameSpans(COLUMNS);
    this.span.addEventListener("change", () => this.setStep(Number(this.span.value)));
    byId("fleet-span").append(this.span);
    byId("fleet-size").addEventListener("click", () => this.toggleSize());
  }

  want(wanted: boolean): void {
    this.poller.want(wanted);
  }

  setSearch(search: string): void {
    this.client.setSearch(search);
    this.poller.poke();
  }

  setChosen(device: string): void {
    this.map.setChosen(device);
    this.client.device = device;
    this.poller.poke();
  }

  restyle(): void {
    this.map.restyle();
  }

  /** Begin anew: another server answers. */
  forget(): void {
    this.client.forget();
    this.map.redo();
    this.poller.poke();
  }

  toggleSize(): void {
    this.large = !this.large;
    byId("fleet").dataset["large"] = String(this.large);
    const button = byId("fleet-size");
    button.setAttribute("aria-expanded", String(this.large));
    setText(button, this.large ? "Shrink" : "Expand");
    this.map.setLarge(this.large);
  }

  /** The number of the device's alarm that was seen nearest to a time; null = none near. */
  async alarmNear(device: string, time: number): Promise<number | null> {
    const alarms = objects<Anomaly>(await ask<Table>("anomalies", { device, limit: 1_000 }));
    const near = (alarm: Anomaly): number => Math.abs((alarm.seen ?? Infinity) - time - this.client.step / 2);
    const best = alarms.sort((a, b) => near(a) - near(b))[0];
    return best && near(best) < 2 * this.client.step + 5_000 ? best.sequence : null;
  }

  /** A server that has no such map leaves the card out. */
  private async refresh(): Promise<void> {
    try {
      await this.client.refresh();
      setHidden("fleet", false);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) setHidden("fleet", true);
      throw error;
    }
  }

  /** Where not all columns that are held fit, less time is shown. */
  private nameSpans(columns: number): void {
    for (const option of this.span.options) option.text = `last ${formatAge(Number(option.value) * columns)}`;
  }

  private setStep(step: number): void {
    this.client.setStep(step);
    this.poller.poke();
  }
}
