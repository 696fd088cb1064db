// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { layOut } from "../src/columns";
import type { Point, Status } from "../src/wire";

function point(sequence: number, time: number | null, anomaly: number | null = 0, status: Status = "ok"): Point {
  return {
    sequence, time, value: sequence, prediction: 0, error: sequence, anomaly, predictionNext: 0, score: null,
    expectedLow: null, expectedHigh: null, status, reason: "", modelAge: sequence,
  };
}

describe("layOut", () => {
  it("shows the newest points of the window by event time in seconds", () => {
    const columns = layOut([point(1, 1_000), point(2, 2_000), point(3, 3_000)], 2);
    expect(columns.byTime).toBe(true);
    expect(columns.x).toEqual([2, 3]);
    expect(columns.value).toEqual([2, 3]);
  });

  it("falls back to record numbers when a point has no time", () => {
    const columns = layOut([point(1, 1_000), point(2, null)], 10);
    expect(columns.byTime).toBe(false);
    expect(columns.x).toEqual([1, 2]);
  });

  it("puts late readings where their time belongs", () => {
    const columns = layOut([point(1, 5_000), point(2, 3_000), point(3, 5_000)], 10);
    expect(columns.x).toEqual([3, 5, 5]);
    expect(columns.value).toEqual([2, 1, 3]);
  });

  it("marks anomalies from 0.7 on and alarms, and tells those of the warm-up apart", () => {
    const rows = [point(1, 1, 0.69), point(2, 2, 0.7), point(3, 3, 0.1, "alarm"), point(4, 4, 1, "warming"), point(5, 5, null)];
    const columns = layOut(rows, 10);
    expect(columns.marked).toEqual([null, 2, 3, 4, null]);
    expect(columns.warming).toEqual([false, false, false, true, false]);
  });

  it("draws nothing from nothing", () => {
    expect(layOut([], 500).x).toEqual([]);
  });
});
