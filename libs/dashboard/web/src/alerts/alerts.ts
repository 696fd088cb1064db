// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { Poller, ask } from "../api";
import { isPressed, make, setText } from "../dom";
import { counted, formatAge, formatNumber, formatScore, formatTime } from "../format";
import { table } from "../pipeline/pipeline";
import { emptyRow } from "../pipeline/batches";
import { objects, type Anomaly, type Table } from "../wire";

const FIRST = 1_000;
const HELD = 10_000;
const SHOWN = 200;

/** The list of alarms, newest first. */
export class Alerts {
  private readonly body = make("tbody");
  private readonly search = make("input", {
    type: "search",
    placeholder: "Search devices",
    "aria-label": "Search alerts by device",
    autocomplete: "off",
    spellcheck: "false",
  });
  private readonly reason = make("select", { "aria-label": "Alerts shown by reason" });
  private readonly count = make("p", { class: "sub" });
  private readonly more = make("button", { type: "button", class: "small more", text: "Show more", hidden: true });
  private readonly poller = new Poller(() => this.refresh(), 1_000);
  private alerts: Anomaly[] = [];
  private cursor = "";
  private shown = SHOWN;
  private reasons = "";
  private drawn = "";

  /** `open` is called with the alarm that somebody wants to see. */
  constructor(
    place: HTMLElement,
    private readonly open: (alarm: Anomaly) => void,
  ) {
    this.search.addEventListener("input", () => this.filter());
    this.reason.addEventListener("change", () => this.filter());
    this.more.addEventListener("click", () => {
      this.shown += SHOWN;
      this.paint();
    });
    const headings = ["Event time (UTC)", "Device", "Reason", "Score#", "Value#", "Predicted#", "Expected#", "Seen"];
    place.append(
      make(
        "div",
        { class: "view-head" },
        make("h2", { text: "Alerts" }),
        this.count,
        make("span", { class: "space" }),
        this.search,
        this.reason,
      ),
      make("section", { class: "card rows alerts", "aria-label": "Alerts" }, table(headings, this.body), this.more),
    );
    this.showReasons();
    this.paint();
  }

  want(wanted: boolean): void {
    this.poller.want(wanted);
  }

  /** Begin anew: another server answers. */
  forget(): void {
    this.alerts = [];
    this.cursor = this.drawn = "";
    this.poller.poke();
  }

  private filter(): void {
    this.shown = SHOWN;
    this.paint();
  }

  private async refresh(): Promise<void> {
    const { cursor } = this;
    const answer = await ask<Table & { cursor: string }>("anomalies", { limit: cursor ? HELD : FIRST, since: cursor });
    if (cursor !== this.cursor) return;
    this.cursor = answer.cursor;
    const fresh = objects<Anomaly>(answer);
    const last = this.alerts[this.alerts.length - 1]?.version ?? -1;
    this.alerts = this.alerts.concat(fresh.filter((alert) => alert.version > last)).slice(-HELD);
    this.showReasons();
    if (!isPressed(this.body)) this.paint(); // else with the next answer
  }

  private showReasons(): void {
    const reasons = [...new Set(this.alerts.map((alert) => alert.reason).filter(Boolean))].sort();
    const key = reasons.join();
    if (key === this.reasons && this.reason.options.length > 0) return;
    this.reasons = key;
    const chosen = this.reason.value;
    this.reason.replaceChildren(new Option("All reasons", ""), ...reasons.map((reason) => new Option(reason, reason)));
    this.reason.value = reasons.includes(chosen) ? chosen : "";
    this.reason.hidden = reasons.length === 0;
  }

  private paint(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = this.alerts.filter((alert) => {
      const name = alert.device.toLowerCase();
      return words.every((word) => name.includes(word)) && (!this.reason.value || alert.reason === this.reason.value);
    });
    setText(
      this.count,
      this.alerts.length === matching.length
        ? counted(matching.length, "alarm")
        : `${matching.length} of ${counted(this.alerts.length, "alarm")}`,
    );
    const rows = matching.slice(-this.shown).reverse();
    this.more.hidden = matching.length <= this.shown;
    const key = `${rows.length} ${rows[0]?.version} ${rows[rows.length - 1]?.version}`;
    if (key === this.drawn) return this.age(rows);
    this.drawn = key;
    const none =
      this.alerts.length > 0
        ? "No alarm matches."
        : "No alarm so far. Alarms appear here when a device's record is an anomaly.";
    this.body.replaceChildren(...(rows.length > 0 ? rows.map((alert) => this.row(alert)) : [emptyRow(none, 8)]));
  }

  /** Only the ages change by themselves. */
  private age(rows: Anomaly[]): void {
    rows.forEach((alert, i) => {
      const cell = this.body.children[i]?.lastElementChild;
      if (cell instanceof HTMLElement) setText(cell, ago(alert));
    });
  }

  private row(alert: Anomaly): HTMLElement {
    const open = make("button", { type: "button", class: "link", text: alert.device, onclick: () => this.open(alert) });
    const { expectedLow: low, expectedHigh: high } = alert;
    const number = (text: string): HTMLElement => make("td", { class: "number", text });
    return make(
      "tr",
      {},
      make("td", { text: alert.time === null ? `record ${alert.sequence}` : formatTime(alert.time) }),
      make("td", {}, open),
      make("td", {}, make("span", { class: "chip", "data-state": "alarm", text: `▲ ${alert.reason || "alarm"}` })),
      number(formatScore(alert.score ?? alert.anomaly)),
      number(formatNumber(alert.value)),
      number(formatNumber(alert.prediction)),
      number(low === null || high === null ? "–" : `${formatNumber(low)} – ${formatNumber(high)}`),
      make("td", { class: "sub", text: ago(alert) }),
    );
  }
}

function ago(alert: Anomaly): string {
  return alert.seen === null ? "" : `${formatAge(Date.now() - alert.seen)} ago`;
}
