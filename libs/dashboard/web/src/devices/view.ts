// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { Poller } from "../api";
import { byId, make, setHidden, setText } from "../dom";
import { formatCount } from "../format";
import type { Frames } from "../frames";
import type { Device, Info, State, Totals } from "../wire";
import { Directory, type SortKey } from "./directory";
import { DeviceList } from "./list";
import { STATES, signOf } from "./states";

/** The device list with its search, its order and its filter by state. */
export class DevicesView {
  private readonly directory = new Directory();
  private readonly list: DeviceList;
  private readonly poller: Poller;
  private readonly redraw: () => void;
  private readonly filters = new Map<State, HTMLButtonElement>();
  private chosen = "";
  private asked = "";
  private warmUp = 0;
  private totals: Totals | null = null;

  /** `listed` is called when the list has been asked for anew. */
  constructor(
    frames: Frames,
    private readonly choose: (device: string) => void,
    private readonly listed: () => void,
  ) {
    this.redraw = frames.add(() => this.paint());
    this.poller = new Poller(() => this.refresh(), 1_000);
    this.list = new DeviceList(byId("device-list"), {
      choose,
      sight: (first, count) => this.directory.look(first, count) && this.poller.poke(),
    });
    const search = byId<HTMLInputElement>("search");
    const sort = byId<HTMLSelectElement>("sort");
    search.addEventListener("input", () => this.wish({ search: search.value }));
    sort.addEventListener("change", () => this.wish({ sort: sort.value as SortKey }));
    STATES.forEach((state) => this.makeFilter(state));
  }

  want(wanted: boolean): void {
    this.poller.want(wanted);
  }

  setInfo(info: Info): void {
    this.warmUp = info.warmUp;
    this.poller.poke();
    this.redraw();
  }

  setTotals(totals: Totals): void {
    const more = totals.devices !== this.totals?.devices;
    this.totals = totals;
    if (more) this.poller.poke();
    this.redraw();
  }

  setChosen(device: string): void {
    this.chosen = device;
    if (!this.find(device)) this.poller.poke();
    this.redraw();
  }

  find(device: string): Device | null {
    return device ? this.directory.find(device) : null;
  }

  /** The device was asked for and is not known. */
  missing(device: string): boolean {
    return device !== "" && this.asked === device && this.find(device) === null && (this.totals?.devices ?? 0) > 0;
  }

  /** Devices by state, as the newest answer has them. */
  get states(): Totals["states"] {
    return this.directory.totals?.states;
  }

  firstDevice(): string | null {
    return this.directory.get(0)?.device ?? null;
  }

  /** Choose the next or a former device; the list scrolls along. */
  move(step: number): void {
    const count = this.directory.matching ?? 0;
    if (count === 0) return;
    const now = this.directory.placeOf(this.chosen);
    const next = Math.max(0, Math.min(count - 1, now === null && Math.abs(step) < 1e6 ? 0 : (now ?? 0) + step));
    this.list.reveal(next);
    const device = this.directory.get(next);
    if (device) this.choose(device.device);
    else void this.chooseAt(next);
  }

  private async chooseAt(place: number): Promise<void> {
    const device = await this.directory.at(place).catch(() => null);
    if (device) this.choose(device.device);
  }

  private wish(wish: { search?: string; sort?: SortKey; state?: State | null }): void {
    this.directory.setWish(wish);
    this.list.scrollToTop();
    this.poller.poke();
  }

  private async refresh(): Promise<void> {
    const { chosen } = this;
    const { first, count } = this.list.sight;
    const unknown = this.directory.look(first, count);
    // No row goes away under the pointer, whether it came before the question or before its answer.
    const rests = (): boolean => this.list.aimedAt && !unknown && this.find(chosen) !== null;
    if (rests() || !(await this.directory.refresh(chosen, rests))) return;
    this.asked = chosen;
    this.redraw();
    this.listed();
  }

  private paint(): void {
    const { directory, totals } = this;
    this.paintFilters();
    const alerting = this.states?.alerting ?? 0;
    setHidden("alerts-badge", alerting === 0);
    setText("alerts-badge", formatCount(alerting));
    if (directory.matching === null) return; // the former rows stay until the new ones come
    const empty = (totals?.devices ?? 0) > 0 ? "No device matches." : "No devices yet.";
    this.list.show((place) => directory.get(place), directory.matching, this.chosen, this.warmUp, empty);
    const all = totals?.devices ?? directory.matching;
    setText(
      "list-foot",
      directory.matching === all
        ? `${formatCount(all)} devices`
        : `${formatCount(directory.matching)} of ${formatCount(all)} devices`,
    );
  }

  private makeFilter(state: State): void {
    const button = make("button", { type: "button", "aria-pressed": "false", hidden: true, "data-state": state });
    button.addEventListener("click", () => {
      const on = this.directory.wish.state !== state;
      for (const [name, other] of this.filters) other.setAttribute("aria-pressed", String(on && name === state));
      this.wish({ state: on ? state : null });
    });
    this.filters.set(state, button);
    byId("states").append(button);
  }

  private paintFilters(): void {
    const states = this.states ?? {};
    for (const [state, button] of this.filters) {
      const count = states[state] ?? 0;
      setHidden(button, count === 0 && button.getAttribute("aria-pressed") !== "true");
      setText(button, `${signOf(state)} ${formatCount(count)} ${state}`);
    }
  }
}
