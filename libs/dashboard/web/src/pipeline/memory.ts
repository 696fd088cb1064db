// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import { chipLook, chipOf, chipText } from "../devices/states";
import { isPressed, make, setHidden, setText } from "../dom";
import { formatBytes, formatCount } from "../format";
import { objects, type Device, type Table } from "../wire";
import { emptyRow } from "./batches";

const SHOWN = 20;
const COLUMNS = 5;

/** Which devices' models take the memory, the largest first. */
export class Memory {
  readonly body = make("tbody");
  readonly note = make("span", { class: "sub" });
  readonly more = make("button", { type: "button", class: "small more", text: "Show more", hidden: true });
  private shown = SHOWN;

  /** `open` is called with the device that somebody wants to see, `poke` when more rows are wanted. */
  constructor(
    private readonly open: (device: string) => void,
    poke: () => void,
  ) {
    this.more.addEventListener("click", () => {
      this.shown += SHOWN;
      poke();
    });
  }

  async refresh(warmUp: number): Promise<void> {
    const answer = await ask<Table & { matching: number }>("devices", { sort: "modelBytes", limit: this.shown });
    if (isPressed(this.body)) return; // shown with the next answer
    const devices = objects<Device>(answer);
    const focused = this.body.contains(document.activeElement) ? document.activeElement!.textContent : null;
    const most = Math.max(1, ...devices.map((device) => device.modelBytes ?? 0));
    const rows = devices.map((device) => this.row(device, most, warmUp));
    this.body.replaceChildren(...(rows.length > 0 ? rows : [emptyRow("No device yet.", COLUMNS)]));
    setText(this.note, `the largest ${formatCount(rows.length)} of ${formatCount(answer.matching)}`);
    setHidden(this.more, answer.matching <= this.shown);
    if (focused) [...this.body.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
  }

  private row(device: Device, most: number, warmUp: number): HTMLElement {
    const { device: name, modelBytes } = device;
    const open = make("button", { type: "button", class: "link", text: name, onclick: () => this.open(name) });
    const chip = make("span", { class: "chip", "data-state": chipLook(chipOf(device)), text: chipText(device, warmUp) });
    const fill = make("i");
    fill.style.width = `${(100 * (modelBytes ?? 0)) / most}%`;
    const bar = make("div", { class: "meter", "aria-hidden": "true" }, fill);
    return make(
      "tr",
      {},
      make("td", {}, open),
      make("td", { class: "number", text: modelBytes == null ? "not in memory" : formatBytes(modelBytes) }),
      make("td", {}, bar),
      make("td", { class: "number", text: formatCount(device.modelAge) }),
      make("td", {}, chip),
    );
  }
}
