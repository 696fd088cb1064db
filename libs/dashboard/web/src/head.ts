// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { chipLook, chipMeaning, chipOf, chipText } from "./devices/states";
import { byId, make, setText } from "./dom";
import { counted, formatNumber, formatTime } from "./format";
import type { Device, Info, Point } from "./wire";

const WINDOWS = [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 50_000];

/** The state of the chosen device: its row in the list, or its newest point where that is newer. */
function stateNow(
  row: Device | null,
  newest: Point | null,
): Pick<Device, "status" | "state" | "clipped" | "modelAge"> | null {
  if (row && (!newest || row.sequence >= newest.sequence)) return row;
  if (!newest) return null;
  return { status: newest.status, clipped: row?.clipped ?? false, modelAge: newest.modelAge };
}

/** The heading over the charts: the device, its state and its newest record. */
export function showHead(device: string, row: Device | null, newest: Point | null, info: Info | null): void {
  setText("device-name", device);
  const chip = byId("device-chip");
  const state = stateNow(row, newest);
  chip.hidden = state === null;
  if (state) {
    setText(chip, chipText(state, info?.warmUp ?? 0));
    chip.dataset["state"] = chipLook(chipOf(state));
    chip.title = chipMeaning(chipOf(state));
  }
  const last = newest ?? row;
  const facts: (string | null)[] = [
    last && `${formatNumber(last.value)}${last.time === null ? "" : ` at ${formatTime(last.time)} UTC`}`,
    last && `record ${last.sequence}`,
    row && counted(row.alarms, "alarm"),
    row && `partition ${row.partition}`,
    row?.clipped && row.clippedShare ? `${Math.round(row.clippedShare * 100)}% clipped` : null,
  ];
  const text = facts.filter(Boolean).join(" · ");
  setText("device-facts", text);
  byId("device-facts").title = text;
  const title = `${device} · Cortado`;
  if (document.title !== title) document.title = title;
}

/** The sizes of the window, up to what the server keeps. */
export function showWindows(current: number, history: number): void {
  const select = byId<HTMLSelectElement>("window");
  const sizes = [...new Set([...WINDOWS.filter((size) => size <= history), current])].sort((a, b) => a - b);
  const key = `${sizes.join()}:${current}`;
  if (select.dataset["key"] === key) return;
  select.dataset["key"] = key;
  select.replaceChildren(
    ...sizes.map((size) => new Option(`${size.toLocaleString("en-US")} points`, String(size), false, size === current)),
  );
}

export function showPause(live: boolean, waiting: number): void {
  const button = byId("pause");
  button.setAttribute("aria-pressed", String(!live));
  setText(button, live ? "Pause" : waiting > 0 ? `Go live (${waiting.toLocaleString("en-US")} new)` : "Go live");
}

/** What to do while there is nothing to show. */
export function showEmpty(missing: string, connected: boolean, info: Info | null): void {
  const heading = connected ? "Waiting for the first record" : "Connecting to the detector";
  const topic = info?.inputTopic || "TOPIC";
  const lines = missing
    ? [
        `No record of ${missing} yet`,
        "It appears here with its first record. Meanwhile choose another device in the list.",
      ]
    : [
        heading,
        connected
          ? "Devices appear here with their next record; what their models have learned outlives restarts. To send some:"
          : "The page goes on by itself as soon as it answers.",
      ];
  const command = missing || !connected ? "" : `cortado generate FILE.csv --topic ${topic}`;
  const empty = byId("empty");
  const text = [...lines, command].join("\n");
  if (empty.dataset["text"] === text) return;
  empty.dataset["text"] = text;
  empty.replaceChildren(
    make("h2", { text: lines[0] }),
    make("p", { text: lines[1] }),
    ...(command ? [make("code", { text: command })] : []),
  );
}
