// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { batchTime, inWork } from "../src/pipeline/batches";
import { barsOf, histogramOf, meanOf, placeAmong } from "../src/pipeline/rows";
import { spanOf } from "../src/pipeline/span";
import { choose } from "../src/devices/directory";
import type { Batch, Device, Timeline, TimelinePart } from "../src/wire";

const part = (batches: number, processingTime: number | null): TimelinePart =>
  ({ batches, processingTime, inputRate: 10 * batches }) as TimelinePart;

describe("the engine's figures", () => {
  it("average over batches, rates over time", () => {
    const parts = [part(1, 10), part(3, 50), part(0, null)];
    expect(meanOf(parts, "processingTime")).toBe(40);
    expect(meanOf(parts, "inputRate")).toBeCloseTo(40 / 3);
    expect(meanOf([part(0, null), part(0, null), ...parts], "inputRate")).toBeCloseTo(40 / 3);
    expect(meanOf([part(0, null)], "processingTime")).toBeNull();
    expect(meanOf([part(0, null)], "inputRate")).toBeNull();
  });

  it("are asked for by parts that are over and of whole seconds", () => {
    expect(spanOf(1_000_900, 300_000, 500)).toEqual({ from: 700_000, to: 1_000_000, points: 300 });
    expect(spanOf(1_000_300, 300_000, 500)).toMatchObject({ to: 999_000 }); // its last batch may still be told
    for (const interval of [200, 500, 3_000, 7_500]) {
      for (const length of [300_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000]) {
        const { from, to, points } = spanOf(1_700_000_123_456, length, interval);
        const step = (to - from) / points;
        const unit = length < 3_600_000 ? 1_000 : 10_000;
        expect([step % unit, from % unit], `${length} ${interval}`).toEqual([0, 0]);
        expect(step).toBeGreaterThanOrEqual(interval);
        expect(points * step).toBeGreaterThanOrEqual(length);
        expect(points).toBeLessThanOrEqual(300);
      }
    }
  });

  it("make bars without the empty ends", () => {
    const bars = barsOf({ bounds: [1, 2, 5, 10, 20], counts: [0, 0, 4, 2, 0, 0] });
    expect(bars).toEqual([
      { low: 1, high: 2, count: 0 },
      { low: 2, high: 5, count: 4 },
      { low: 5, high: 10, count: 2 },
      { low: 10, high: 20, count: 0 },
    ]);
    expect(barsOf({ bounds: [1], counts: [0, 3] })).toEqual([
      { low: 0, high: 1, count: 0 },
      { low: 1, high: Infinity, count: 3 },
    ]);
    expect(barsOf({ bounds: [1], counts: [0, 0] })).toEqual([]);
  });

  it("place the batch interval among the bars", () => {
    const bars = barsOf({ bounds: [10, 20, 40], counts: [1, 1, 1, 0] });
    expect(placeAmong(bars, 15)).toBeCloseTo(1.5 / bars.length);
    expect(placeAmong(bars, 500)).toBeCloseTo(3.5 / bars.length);
    expect(placeAmong([], 5)).toBeNull();
  });

  it("count the parts where the server tells no histogram", () => {
    const timeline = { histograms: {} } as Timeline;
    const histogram = histogramOf(timeline, [part(1, 0), part(1, 12), part(1, 12), part(0, null)], "processingTime");
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(histogram.counts[11]).toBe(2);
  });
});

describe("the batches", () => {
  const ended = (batch: number, run?: number): Batch => ({ batch, time: 9_000, processingTime: 400, run }) as Batch;
  const active = { batch: 7, time: 1, inputRows: 2 };

  it("are in work until they have ended, those of former processes aside", () => {
    expect(inWork(active, [ended(5, 2), ended(6, 2)], 2)).toBe(active);
    expect(inWork(active, [ended(6, 2), ended(7, 2)], 2)).toBeNull();
    expect(inWork(active, [ended(8, 2)], 2)).toBeNull();
    expect(inWork(active, [ended(7, 1), ended(80, 1)], 2)).toBe(active);
    expect(inWork(active, [ended(7)], 2)).toBeNull(); // an older server tells no run
    expect(inWork(null, [ended(7, 2)], 2)).toBeNull();
  });

  it("are named by the time when they began", () => {
    expect(batchTime(ended(7))).toBe(8_600);
  });
});

describe("a server that sends all devices", () => {
  const device = (name: string, more: Partial<Device> = {}): Device =>
    ({ device: name, status: "ok", lastAnomalyVersion: null, score: null, anomaly: 0, ...more }) as Device;
  const rows = (): Device[] => [
    device("b", { lastAnomalyVersion: 5 }),
    device("a", { lastAnomalyVersion: 9, anomaly: 0.2 }),
    device("c x", { status: "alarm", score: 0.9 }),
  ];
  const names = (search: string, sort: "anomaly" | "name" | "state" | "score", state: "ok" | null = null): string[] =>
    choose(rows(), { search, sort, state }).map((row) => row.device);

  it("has them chosen and sorted here", () => {
    expect(names("", "anomaly")).toEqual(["a", "b", "c x"]);
    expect(names("", "name")).toEqual(["a", "b", "c x"]);
    expect(names("", "state")[0]).toBe("c x");
    expect(names("", "score")).toEqual(["c x", "a", "b"]);
    expect(names("X c", "name")).toEqual(["c x"]);
    expect(names("", "name", "ok")).toEqual(["a", "b"]);
  });
});
