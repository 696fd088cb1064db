// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { byId, setText } from "./dom";
import { counted, formatClock, formatCount, formatMillis, formatRate } from "./format";
import type { Batch, Info, State, Totals, Update } from "./wire";
import type { ConnectionState } from "./stream";

const RATE_WINDOW_MS = 5_000;

/** What the tiles tell: how much flows, how it stands. */
export class Overview {
  totals: Totals | null = null;
  /** Devices by state; older servers do not tell. */
  states: Totals["states"];
  private lastBatch: Batch | null = null;
  private samples: { now: number; records: number }[] = [];
  private ready = true;
  private reason = "";

  take(update: Update, batches: Batch[]): void {
    if (this.totals && update.totals.records < this.totals.records) this.forget(); // the server began anew
    this.totals = update.totals;
    this.ready = update.ready;
    this.reason = update.reason;
    this.lastBatch = batches[batches.length - 1] ?? this.lastBatch;
    this.sample(update.now, update.totals.records);
  }

  /** Note the time of a heartbeat, so that the rate falls to 0 when nothing comes. */
  heartbeat(now: number): void {
    if (this.totals) this.sample(now, this.totals.records);
  }

  forget(): void {
    this.samples = [];
    this.lastBatch = null;
  }

  /** Records per second over the last few seconds; null while it cannot be told. */
  rate(): number | null {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || !last || last.now - first.now < 400) return null;
    return ((last.records - first.records) * 1000) / (last.now - first.now);
  }

  paint(): void {
    const { totals, lastBatch } = this;
    byId("notice").hidden = this.ready;
    if (!this.ready) setText("notice", `Not ready: ${this.reason}`);
    if (!totals) return;
    setText("tile-rate", formatRate(this.rate()));
    setText("tile-rate-hint", `${counted(totals.records, "record")} in all`);
    setText("tile-devices", formatCount(totals.devices));
    setText("tile-devices-hint", statesText(totals.devices, this.states));
    setText("tile-alarms", formatCount(totals.alarms));
    setText("tile-alarms-hint", totals.invalid > 0 ? counted(totals.invalid, "invalid record") : "no invalid records");
    if (!lastBatch) return;
    setText("tile-batch", formatMillis(lastBatch.processingTime));
    const overruns = totals.overruns > 0 ? ` · ${counted(totals.overruns, "overrun")}` : "";
    setText(
      "tile-batch-hint",
      `${counted(lastBatch.inputRows, "record")} · delay ${formatMillis(lastBatch.totalDelay)}${overruns}`,
    );
  }

  private sample(now: number, records: number): void {
    this.samples.push({ now, records });
    while (this.samples.length > 2 && now - this.samples[1]!.now >= RATE_WINDOW_MS) this.samples.shift();
  }
}

const TOLD: readonly State[] = ["alerting", "invalid", "silent", "warming", "evicted"];

function statesText(devices: number, states: Totals["states"]): string {
  if (devices === 0) return "none yet";
  if (!states) return "";
  const parts = TOLD.filter((state) => (states[state] ?? 0) > 0).map(
    (state) => `${formatCount(states[state]!)} ${state}`,
  );
  return parts.join(" · ") || "all ok";
}

const STATE_TEXT: Record<ConnectionState, (since: number) => string> = {
  connecting: () => "Connecting",
  live: () => "Live",
  reconnecting: () => "Reconnecting",
  stale: (since) => (since > 0 ? `Stale since ${formatClock(since)}` : "No connection"),
};

export function showConnection(state: ConnectionState, since: number): void {
  byId("connection").dataset["state"] = state;
  setText("connection-text", STATE_TEXT[state](since));
  document.body.classList.toggle("stale", state === "stale");
}

export function showFacts(info: Info): void {
  const topics =
    info.inputTopic && info.outputTopic
      ? `${info.inputTopic} → ${info.outputTopic}`
      : info.inputTopic || info.outputTopic;
  const share =
    info.partitionsTotal > 0 && info.partitionsOwned < info.partitionsTotal
      ? `${info.partitionsOwned} of ${info.partitionsTotal} partitions`
      : "";
  const preset = info.preset ? `preset ${info.preset}` : "";
  setText("facts", [topics, preset, share].filter(Boolean).join(" · "));
  byId("facts").title = info.version ? `Cortado ${info.version}` : "";
}
