// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from "vitest";

import { layOut } from "../src/device/columns";
import { History } from "../src/device/history";
import { HIGHEST, LOWEST, levelLabel, levelRange, scoreLevel } from "../src/device/score_scale";
import type { Point } from "../src/wire";

function point(sequence: number, more: Partial<Point> = {}): Point {
  return {
    sequence,
    time: sequence * 1_000,
    value: sequence,
    prediction: null,
    error: null,
    anomaly: 0,
    predictionNext: null,
    score: null,
    expectedLow: null,
    expectedHigh: null,
    status: "ok",
    reason: "",
    modelAge: sequence,
    ...more,
  };
}

const points = (from: number, to: number): Point[] => Array.from({ length: to - from + 1 }, (_, i) => point(from + i));
const sequences = (history: History): number[] => history.shown().map((p) => p.sequence);

function filled(): History {
  const history = new History(() => undefined);
  history.choose("d");
  history.window = 10;
  history.limit = 50;
  history.apply("d", true, points(1, 40));
  return history;
}

afterEach(() => vi.unstubAllGlobals());

describe("a device's history", () => {
  it("shows the newest of the window and moves on", () => {
    const history = filled();
    expect(sequences(history)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
    history.apply("d", false, points(41, 43));
    expect(sequences(history)[9]).toBe(43);
    history.apply("other", false, points(1, 2));
    expect(history.newest?.sequence).toBe(43);
    history.apply("d", false, points(44, 99));
    expect(history.live.length).toBe(50);
  });

  it("holds still and counts what waits", () => {
    const history = filled();
    history.hold();
    history.apply("d", false, points(41, 45));
    expect(sequences(history)[9]).toBe(40);
    expect(history.waiting()).toBe(5);
    history.goLive();
    expect(sequences(history)[9]).toBe(45);
    expect(history.waiting()).toBe(0);
  });

  it("looks at a former stretch, moved into what is held", () => {
    const history = filled();
    history.look({ from: 5, to: 14 });
    expect(sequences(history)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    history.look({ from: -20, to: -11 });
    expect(history.stretch).toEqual({ from: 1, to: 10 });
    history.look({ from: 35, to: 60 });
    expect(history.stretch).toEqual({ from: 15, to: 40 });
    history.look({ from: 1, to: 9_000 });
    expect(history.stretch).toEqual({ from: 1, to: 40 });
  });

  it("asks the server for what is no longer here", async () => {
    const changed = vi.fn();
    const asked: string[] = [];
    vi.stubGlobal("fetch", (url: string) => {
      asked.push(url);
      const rows = points(3, 12);
      const columns = Object.keys(rows[0]!);
      return Promise.resolve(new Response(JSON.stringify({ columns, rows: rows.map((p) => Object.values(p)) })));
    });
    const history = new History(changed);
    history.choose("d");
    history.apply("d", true, points(10, 40));
    history.held = { points: 38, firstSequence: 3, lastSequence: 40, firstTime: null, lastTime: null };
    history.look({ from: 3, to: 12 });
    expect(sequences(history)).toEqual([10, 11, 12]);
    await vi.waitFor(() => expect(changed).toHaveBeenCalled());
    expect(asked).toEqual(["api/v1/series?device=d&fromSequence=3&toSequence=12&points=4000"]);
    expect(sequences(history)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });
});

describe("columns", () => {
  it("marks alarms, and where there is no score anomalies of at least 0.7", () => {
    const shown = layOut([
      point(1, { anomaly: 0.7 }),
      point(2, { anomaly: 0.9, score: 0.2 }),
      point(3, { status: "alarm", score: 0.8 }),
      point(4, { anomaly: 0.69 }),
    ]);
    expect(shown.marked).toEqual([1, null, 3, null]);
    expect(shown.has).toEqual({ score: true, band: false, error: false });
  });

  it("goes by time, or by record where one has none, and puts late readings in their place", () => {
    expect(layOut([point(1), point(3, { time: 500 }), point(2)]).x).toEqual([0.5, 1, 2]);
    const byRecord = layOut([point(1), point(2, { time: null })]);
    expect(byRecord.byTime).toBe(false);
    expect(byRecord.x).toEqual([1, 2]);
    expect(layOut([]).x).toEqual([]);
  });
});

describe("gaps", () => {
  it("lie where far more time passes than usual", () => {
    const hourly = Array.from({ length: 20 }, (_, i) => point(i + 1, { time: 3_600_000 * (i < 10 ? i : i + 30) }));
    expect(layOut(hourly).gap).toBe(36_000);
    expect(layOut(hourly.slice(0, 5)).gap).toBe(Infinity);
    expect(layOut(hourly.map((p) => ({ ...p, time: null }))).gap).toBe(Infinity);
    expect(layOut(hourly.map((p) => ({ ...p, time: 5_000 }))).gap).toBe(Infinity);
  });
});

describe("the score's log scale", () => {
  it("has the boundary at 0 and nines in equal steps", () => {
    expect(scoreLevel(0.5)).toBe(0);
    expect([0.9, 0.99, 0.999].map((score) => Math.round(scoreLevel(score)!))).toEqual([1, 2, 3]);
    expect([scoreLevel(0), scoreLevel(1), scoreLevel(null)]).toEqual([LOWEST, HIGHEST, null]);
    for (let score = 0.02; score < 1; score += 0.01)
      expect(scoreLevel(score)!).toBeGreaterThan(scoreLevel(score - 0.01)!);
  });

  it("labels its places and grows upward only where there is something", () => {
    expect([-2, -1, 0, 1, 2, 3].map(levelLabel)).toEqual(["0.01", "0.1", "0.5", "0.9", "0.99", "0.999"]);
    expect(levelRange(null)).toEqual([-2.15, 2.25]);
    expect(levelRange(3.2)).toEqual([-2.15, 4.25]);
  });
});
