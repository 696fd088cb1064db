// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Device } from "./wire";

/** A measurement in at most four significant digits. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(4)));
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function formatRate(value: number | null): string {
  if (value === null) return "–";
  return value >= 100 ? formatCount(value) : String(Number(value.toFixed(1)));
}

export function formatMillis(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  if (value >= 100) return `${Math.round(value)} ms`;
  return `${Number(value.toPrecision(2))} ms`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** An event time, always in UTC. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const seconds = date.getUTCSeconds();
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${seconds ? `:${two(seconds)}` : ""}`;
}

/** The time of day on the clock of whoever looks. */
export function formatClock(time: number): string {
  const date = new Date(time);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const SIGNS = { warming: "◔", ok: "●", alarm: "▲", invalid: "✕", clipped: "◭" } as const;

/** The newest record's status; a device that is fine but for its encoder's range is "clipped". */
export function chipState(device: Pick<Device, "status" | "clipped">): keyof typeof SIGNS {
  return device.status === "ok" && device.clipped ? "clipped" : device.status;
}

/** The state chip: a sign beside the colour, for those who do not see the colour. */
export function chipText(device: Pick<Device, "status" | "modelAge" | "reason" | "clipped">, warmUp: number): string {
  const state = chipState(device);
  const sign = SIGNS[state];
  if (device.status === "warming") {
    return warmUp > 0 ? `${sign} warming ${Math.min(device.modelAge, warmUp)} of ${warmUp}` : `${sign} warming`;
  }
  return device.status === "alarm" && device.reason ? `${sign} alarm: ${device.reason}` : `${sign} ${state}`;
}

export function lastAnomalyText(device: Device): string {
  if (device.lastAnomalyVersion === null) return "no anomaly yet";
  if (device.lastAnomalyTime !== null) return `▲ ${formatTime(device.lastAnomalyTime)}`;
  return `▲ record ${device.lastAnomalySequence}`;
}

/** The path of a sparkline in a box; gaps where values are missing. */
export function sparkPath(values: (number | null)[], width: number, height: number): string {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return "";
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = width / Math.max(1, values.length - 1);
  let path = "";
  let pen = "M";
  values.forEach((value, i) => {
    if (value === null) {
      pen = "M";
      return;
    }
    path += `${pen}${(i * step).toFixed(1)} ${(height - ((value - low) / span) * height).toFixed(1)}`;
    pen = "L";
  });
  return path;
}
