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

/** A score of 0 to 1; what is not quite certain is never shown as certain. */
export function formatScore(score: number | null | undefined): string {
  if (score === null || score === undefined) return "–";
  if (score > 0.9999 && score < 1) return "> 0.9999";
  if (score > 0 && score < 0.0001) return "< 0.0001";
  return String(Number(score.toFixed(4)));
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function formatRate(value: number | null): string {
  if (value === null) return "–";
  return value >= 100 ? formatCount(value) : String(Number(value.toFixed(1)));
}

export function formatMillis(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value >= 120_000) return formatAge(value);
  if (value >= 1_000) return `${Number((value / 1000).toFixed(value < 10_000 ? 2 : 1))} s`;
  if (value >= 100) return `${Math.round(value)} ms`;
  if (value === 0) return "0 ms";
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

/** How long something took or how old it is, in its two largest units. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 && minutes < 10 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return "–";
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < BYTE_UNITS.length - 1; unit++) size /= 1024;
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** A share of a whole as a percentage that never says 100 % or 0 % of what is not quite that. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1%";
  if (percent < 100 && percent > 99.9) return "> 99.9%";
  return `${Number(percent.toFixed(1))}%`;
}

/** 1 record, 2 records. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
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
