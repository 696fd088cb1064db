// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { chipText, formatMillis, formatNumber, formatRate, formatTime, lastAnomalyText, sparkPath } from "../src/format";
import { readPlace, writePlace } from "../src/place";
import type { Device } from "../src/wire";

describe("numbers and times", () => {
  it("shows measurements in four significant digits", () => {
    const shown = [0.0312345, 12.3456, 0, -5, 12345.6, 0.00001234, null].map(formatNumber);
    expect(shown).toEqual(["0.03123", "12.35", "0", "-5", "12,346", "1.23e-5", "–"]);
  });

  it("shows rates and durations", () => {
    expect([null, 0, 4.25, 1234.5].map(formatRate)).toEqual(["–", "0", "4.3", "1,235"]);
    expect([0.834, 12.34, 250.4, 12_000].map(formatMillis)).toEqual(["0.83 ms", "12 ms", "250 ms", "12.0 s"]);
  });

  it("shows event times in UTC", () => {
    expect(formatTime(Date.UTC(1998, 0, 3, 4))).toBe("1998-01-03 04:00");
    expect(formatTime(Date.UTC(1998, 0, 3, 4, 5, 6))).toBe("1998-01-03 04:05:06");
  });
});

describe("devices", () => {
  it("gives each state a sign beside the colour", () => {
    expect(chipText({ status: "warming", modelAge: 120, reason: "", clipped: false }, 400)).toBe("◔ warming 120 of 400");
    expect(chipText({ status: "warming", modelAge: 120, reason: "", clipped: false }, 0)).toBe("◔ warming");
    expect(chipText({ status: "alarm", modelAge: 900, reason: "flat", clipped: true }, 400)).toBe("▲ alarm: flat");
    expect(chipText({ status: "ok", modelAge: 900, reason: "", clipped: true }, 400)).toBe("◭ clipped");
    expect(chipText({ status: "invalid", modelAge: 900, reason: "", clipped: false }, 400)).toBe("✕ invalid");
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

describe("the address", () => {
  it("keeps device and window, whatever the device is called", () => {
    const place = { device: "a b&c#1/ü", window: 250 };
    expect(readPlace(writePlace(place))).toEqual(place);
    expect(writePlace({ device: "x", window: 500 })).toBe("#device=x");
  });

  it("ignores nonsense", () => {
    expect(readPlace("#window=-3&other=1")).toEqual({ device: "", window: 500 });
    expect(readPlace("")).toEqual({ device: "", window: 500 });
  });
});
