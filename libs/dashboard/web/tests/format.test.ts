// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { chipText } from "../src/devices/states";
import {
  formatAge,
  formatBytes,
  formatMillis,
  formatNumber,
  formatRate,
  formatScore,
  formatShare,
  formatTime,
  lastAnomalyText,
  sparkPath,
} from "../src/format";
import type { Device } from "../src/wire";

describe("numbers and times", () => {
  it("shows measurements in four significant digits", () => {
    const shown = [0.0312345, 12.3456, 0, -5, 12345.6, 0.00001234, null].map(formatNumber);
    expect(shown).toEqual(["0.03123", "12.35", "0", "-5", "12,346", "1.23e-5", "–"]);
  });

  it("shows rates and durations", () => {
    expect([null, 0, 4.25, 1234.5].map(formatRate)).toEqual(["–", "0", "4.3", "1,235"]);
    expect([0.834, 12.34, 250.4, 1_250, 12_000].map(formatMillis)).toEqual([
      "0.83 ms",
      "12 ms",
      "250 ms",
      "1.25 s",
      "12 s",
    ]);
  });

  it("shows ages, sizes and shares", () => {
    expect([900, 61_000, 3_600_000, 5_460_000, 3 * 86_400_000].map(formatAge)).toEqual([
      "1 s",
      "1 min 1 s",
      "1 h",
      "1 h 31 min",
      "3 d",
    ]);
    expect([512, 1536, 10 * 1024 ** 2, null].map(formatBytes)).toEqual(["512 B", "1.5 KiB", "10.0 MiB", "–"]);
    expect([0.25, 0.00001, 0.99999, 1].map(formatShare)).toEqual(["25%", "< 0.1%", "> 99.9%", "100%"]);
  });

  it("never rounds a score to certainty", () => {
    expect([0.5, 0.99996, 0.00004, 1, 0, null].map(formatScore)).toEqual([
      "0.5",
      "> 0.9999",
      "< 0.0001",
      "1",
      "0",
      "–",
    ]);
  });

  it("shows event times in UTC", () => {
    expect(formatTime(Date.UTC(1998, 0, 3, 4))).toBe("1998-01-03 04:00");
    expect(formatTime(Date.UTC(1998, 0, 3, 4, 5, 6))).toBe("1998-01-03 04:05:06");
  });
});

describe("devices", () => {
  it("gives each state a sign beside the colour", () => {
    const old = { modelAge: 900, clipped: false };
    expect(chipText({ status: "warming", modelAge: 120, clipped: false }, 400)).toBe("◔ warming 120 of 400");
    expect(chipText({ status: "warming", modelAge: 120, clipped: false }, 0)).toBe("◔ warming");
    expect(chipText({ status: "alarm", ...old, clipped: true }, 400)).toBe("▲ alerting");
    expect(chipText({ status: "ok", ...old, clipped: true }, 400)).toBe("◭ clipped");
    expect(chipText({ status: "invalid", ...old }, 400)).toBe("✕ invalid");
    expect(chipText({ status: "ok", state: "silent", ...old }, 400)).toBe("◌ silent");
    expect(chipText({ status: "alarm", state: "evicted", ...old }, 400)).toBe("◇ evicted");
  });

  it("tells the last anomaly by time, else by record", () => {
    const device = { lastAnomalyVersion: 5, lastAnomalyTime: null, lastAnomalySequence: 77 } as Device;
    expect(lastAnomalyText(device)).toBe("▲ record 77");
    expect(lastAnomalyText({ ...device, lastAnomalyTime: 0 })).toBe("▲ 1970-01-01 00:00");
    expect(lastAnomalyText({ ...device, lastAnomalyVersion: null })).toBe("no anomaly yet");
  });

  it("draws sparklines with gaps where values are missing", () => {
    expect(sparkPath([0, 1, null, 1, 0], 40, 10)).toBe("M0.0 10.0L10.0 0.0M30.0 0.0L40.0 10.0");
    expect(sparkPath([3, 3], 10, 10)).toBe("M0.0 10.0L10.0 10.0");
    expect(sparkPath([1, null], 10, 10)).toBe("");
  });
});
