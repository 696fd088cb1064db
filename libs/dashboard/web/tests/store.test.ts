// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { Store } from "../src/store";
import type { Totals, Update } from "../src/wire";

const DEVICE_COLUMNS = ["device", "value", "status", "lastAnomalyVersion", "spark"];

function totals(records: number): Totals {
  return { records, alarms: 0, invalid: 0, batches: 0, overruns: 0, evicted: 0, devices: 1 };
}

function update(now: number, records: number, more: Partial<Update> = {}): Update {
  return { now, ready: true, reason: "", totals: totals(records), ...more };
}

function devices(rows: unknown[][], replace = false): Partial<Update> {
  return { devices: { replace, columns: DEVICE_COLUMNS, rows } };
}

function points(device: string, sequences: number[], replace = false): Partial<Update> {
  return { points: { device, replace, columns: ["sequence"], rows: sequences.map((sequence) => [sequence]) } };
}

describe("Store", () => {
  it("adds live values to the sparkline that came first, and bounds it", () => {
    const store = new Store();
    store.apply(update(0, 0, devices([["a", 3, "ok", null, [1, 2, 3]]], true)));
    for (let i = 4; i <= 60; i++) store.apply(update(i, i, devices([["a", i, "ok", null, []]])));
    const spark = store.devices.get("a")!.spark;
    expect(spark.length).toBe(40);
    expect(spark[39]).toBe(60);
    expect(spark[0]).toBe(21);
  });

  it("takes the points of the chosen device only, bounded by the history", () => {
    const store = new Store(5);
    store.choose("a");
    store.apply(update(0, 0, points("a", [1, 2, 3], true)));
    store.apply(update(0, 0, points("b", [9])));
    store.apply(update(0, 0, points("a", [4, 5, 6])));
    expect(store.points.map((point) => point.sequence)).toEqual([2, 3, 4, 5, 6]);
    store.choose("b");
    expect(store.points).toEqual([]);
  });

  it("starts over when the server does", () => {
    const store = new Store();
    store.choose("a");
    store.apply(update(0, 100, { ...devices([["a", 1, "ok", null, [1]]], true), ...points("a", [100], true) }));
    store.apply(update(1_000, 3, { ...devices([["b", 1, "ok", null, [1]]], true), ...points("a", [1, 2], true) }));
    expect([...store.devices.keys()]).toEqual(["b"]);
    expect(store.points.map((point) => point.sequence)).toEqual([1, 2]);
    expect(store.rate()).toBeNull();
  });

  it("tells the rate over the last seconds, and 0 when only heartbeats come", () => {
    const store = new Store();
    for (let i = 0; i <= 100; i++) store.apply(update(i * 100, i * 50));
    expect(store.rate()).toBeCloseTo(500);
    store.heartbeat(15_000);
    store.heartbeat(20_000);
    store.heartbeat(25_000);
    expect(store.rate()).toBe(0);
  });

  it("sorts by last anomaly, name and state, and searches by every word", () => {
    const store = new Store();
    store.apply(
      update(0, 0, devices([["north 1", 1, "ok", 5, []], ["north 2", 1, "alarm", 9, []], ["south 1", 1, "warming", null, []]])),
    );
    const names = (search: string, sort: "anomaly" | "name" | "state") => store.list(search, sort).map((d) => d.device);
    expect(names("", "anomaly")).toEqual(["north 2", "north 1", "south 1"]);
    expect(names("", "name")).toEqual(["north 1", "north 2", "south 1"]);
    expect(names("", "state")).toEqual(["north 2", "south 1", "north 1"]);
    expect(names("1 NORTH", "name")).toEqual(["north 1"]);
    expect(store.countByStatus()).toEqual({ warming: 1, ok: 1, alarm: 1, invalid: 0 });
  });

  it("keeps the newest batch", () => {
    const store = new Store();
    const columns = ["batch", "processingTime"];
    store.apply(update(0, 0, { batches: { columns, rows: [[1, 5], [2, 7]] } }));
    store.apply(update(1, 0));
    expect(store.lastBatch).toEqual({ batch: 2, processingTime: 7 });
  });
});
