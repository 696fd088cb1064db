// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { make } from "../dom";
import { counted, formatAge, formatBytes, formatClock, formatCount, formatMillis } from "../format";
import type { Engine, EventKind, JournalEntry, Lane } from "../wire";
import { emptyRow } from "./batches";

function count(value: number | null | undefined): string {
  return value == null ? "–" : formatCount(value);
}

/** Lanes with their state, their lag and their newest snapshot. */
export function laneRows(lanes: Lane[], now: number): HTMLElement[] {
  if (lanes.length === 0) return [emptyRow("This worker owns no partition now.", 9)];
  return lanes.map((lane) => {
    const chip = make("span", { class: "chip", "data-state": lane.state, text: lane.state });
    if (lane.reason) chip.title = lane.reason;
    const lag = lane.lagSeconds === null ? "–" : lane.lagSeconds === 0 ? "0 s" : formatAge(lane.lagSeconds * 1000);
    const age = lane.snapshotTime !== null ? now - lane.snapshotTime : lane.snapshotAge;
    return make(
      "tr",
      {},
      make("td", { text: String(lane.partition) }),
      make("td", {}, chip, lane.reason ? make("span", { class: "sub reason", text: ` ${lane.reason}` }) : null),
      make("td", { class: "number", text: count(lane.lag) }),
      make("td", { class: "number", text: lag }),
      make("td", { class: "number", text: count(lane.nextOffset) }),
      make("td", {
        class: "number",
        text: lane.resident == null ? count(lane.devices) : `${count(lane.resident)} of ${count(lane.devices)}`,
      }),
      make("td", { class: "number", text: age === null ? "none yet" : `${formatAge(age)} ago` }),
      make("td", { class: "number", text: formatBytes(lane.snapshotBytes) }),
      make("td", { class: "number", text: formatMillis(lane.snapshotDuration) }),
    );
  });
}

/** Where the memory is, and what happened since the start. */
export function engineFacts(engine: Engine): [string, string][] {
  const { memory } = engine;
  const facts: [string, string | null][] = [
    ["Models in memory", `${formatCount(memory.resident)} of ${counted(memory.devices, "device")}`],
    ["Memory of the models", memory.modelBytes == null ? null : formatBytes(memory.modelBytes)],
    [
      "Memory a model",
      memory.modelBytes == null || memory.resident === 0 ? null : formatBytes(memory.modelBytes / memory.resident),
    ],
    ["Memory of the process", memory.processBytes == null ? null : formatBytes(memory.processBytes)],
    ["Memory of this page's history", memory.pageBytes == null ? null : formatBytes(memory.pageBytes)],
    ["Models evicted, loaded", `${formatCount(memory.evictions)}, ${formatCount(memory.loads)}`],
    ["Batches, overruns", `${formatCount(engine.batches)}, ${formatCount(engine.overruns)}`],
    ["Dead letters, ignored", `${formatCount(engine.deadLetters)}, ${formatCount(engine.ignored)}`],
    ["Snapshots, rebalances", `${formatCount(engine.snapshots)}, ${formatCount(engine.rebalances)}`],
    ["Errors", formatCount(engine.errors)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

export const KINDS: Record<EventKind, string> = {
  start: "start",
  rebalance: "rebalance",
  snapshot: "snapshot",
  dead_letter: "dead letter",
  error: "error",
  ready: "ready",
  admin: "admin",
};

/** What happened to the engine, newest first. */
export function journalRows(entries: JournalEntry[], kind: EventKind | ""): HTMLElement[] {
  const shown = entries.filter((entry) => kind === "" || entry.kind === kind).reverse();
  if (shown.length === 0) return [emptyRow(kind ? `No ${KINDS[kind]} so far.` : "Nothing so far.", 4)];
  return shown.map((entry) => {
    const unready = entry.kind === "ready" && entry.message.startsWith("not ready");
    const bad = entry.kind === "error" || entry.kind === "dead_letter";
    const look = bad ? "alarm" : unready ? "silent" : "ok";
    const times = (entry.count ?? 1) > 1 ? ` (${formatCount(entry.count!)} times)` : "";
    return make(
      "tr",
      {},
      make("td", { text: formatClock(entry.time) }),
      make(
        "td",
        {},
        make("span", {
          class: "chip",
          "data-state": look,
          text: unready ? "not ready" : (KINDS[entry.kind] ?? entry.kind),
        }),
      ),
      make("td", { class: "number", text: entry.partition === null ? "all" : String(entry.partition) }),
      make("td", { class: "wide", text: `${entry.message}${times}` }),
    );
  });
}
