// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { formatClock, formatCount, formatMillis, formatRate } from "./format";
import type { Store } from "./store";
import type { ConnectionState } from "./stream";
import type { Info } from "./wire";

/** Find an element that index.html has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function setText(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/** The tiles on top: how much flows, how it stands. */
export function showTiles(store: Store): void {
  const { totals, lastBatch } = store;
  if (!totals) return;
  setText("tile-rate", formatRate(store.rate()));
  setText("tile-rate-hint", `${formatCount(totals.records)} records in all`);
  setText("tile-devices", formatCount(totals.devices));
  const states = store.countByStatus();
  const parts = (["warming", "alarm", "invalid"] as const).filter((state) => states[state] > 0);
  setText("tile-devices-hint", parts.map((state) => `${formatCount(states[state])} ${state}`).join(", ") || (totals.devices > 0 ? "all ok" : "none yet"));
  setText("tile-alarms", formatCount(totals.alarms));
  setText("tile-alarms-hint", totals.invalid > 0 ? `${formatCount(totals.invalid)} invalid records` : "no invalid records");
  if (!lastBatch) return;
  setText("tile-batch", formatMillis(lastBatch.processingTime));
  const overruns = totals.overruns > 0 ? `, ${formatCount(totals.overruns)} overruns` : "";
  const records = lastBatch.inputRows === 1 ? "1 record" : `${formatCount(lastBatch.inputRows)} records`;
  setText("tile-batch-hint", `${records} · delay ${formatMillis(lastBatch.totalDelay)}${overruns}`);
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

/** What is wrong with the server itself, if anything. */
export function showNotice(store: Store): void {
  const notice = byId("notice");
  notice.hidden = store.ready;
  if (!store.ready) setText("notice", `Not ready: ${store.reason}`);
}

export function showFacts(info: Info): void {
  const topics = info.inputTopic && info.outputTopic ? `${info.inputTopic} → ${info.outputTopic}` : "";
  const share =
    info.partitionsTotal > 0 && info.partitionsOwned < info.partitionsTotal
      ? `${info.partitionsOwned} of ${info.partitionsTotal} partitions`
      : "";
  const preset = info.preset ? `preset ${info.preset}` : "";
  setText("facts", [topics, preset, share].filter(Boolean).join(" · "));
  byId("facts").title = info.version ? `Cortado ${info.version}` : "";
}
