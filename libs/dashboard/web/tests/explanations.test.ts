// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Explanations, pointOfAlarm } from "../src/device/explanations";
import type { Anomaly, Explanation } from "../src/wire";

const answerTo = (device: string, sequence: number): Explanation =>
  ({ device, sequence, rank: { place: 1, of: 9 } }) as Explanation;

describe("Explanations", () => {
  let asked: [number, string][] = [];
  let status = 200;
  let began = 0;
  const came: (number | null)[] = [];
  let explanations: Explanations;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", { setTimeout, clearTimeout });
    vi.stubGlobal("fetch", async (address: string) => {
      const query = new URL(address, "http://x/").searchParams;
      asked.push([Date.now() - began, query.get("sequence")!]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (status === 0) throw new TypeError("no connection");
      const answer = answerTo(query.get("device")!, Number(query.get("sequence")));
      return { ok: status === 200, status, json: async () => answer, text: async () => "{}" };
    });
    began = Date.now();
    asked = [];
    status = 200;
    came.length = 0;
    explanations = new Explanations((explanation) => came.push(explanation?.sequence ?? null));
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  /** A record each 50 ms of which the newest is wanted; the first question is in a hurry. */
  async function live(milliseconds: number): Promise<void> {
    for (let i = 1; i <= milliseconds / 50; i++) {
      explanations.want("a", i, i, came.length === 0);
      await vi.advanceTimersByTimeAsync(50);
    }
  }

  it("asks about the newest record at once and then once a second, however many come", async () => {
    await live(3_900);
    expect(asked.map(([time]) => time)).toEqual([0, 1_000, 2_000, 3_000]);
    expect(came).toEqual(asked.map(([, sequence]) => Number(sequence)));
    expect(explanations.of("a", came[3]!)?.rank).toEqual({ place: 1, of: 9 });
    expect(explanations.of("b", came[3]!)).toBeNull();
  });

  it("asks at once about a record that somebody waits for, and about the last of many", async () => {
    await live(1_200);
    for (let record = 3; record <= 7; record++) {
      explanations.want("a", record, 24, true);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.slice(2)).toEqual([[1_250, "7"]]);
  });

  it("asks again about a record when newer ones have come, and not else", async () => {
    for (let i = 0; i < 50; i++) {
      explanations.want("a", 7, i < 25 ? 100 : 101, explanations.of("a", 7) === null);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked).toEqual([[0, "7"], [2_500, "7"]]);
  });

  it("asks no more about a record that the server has lost, but does after a lost connection", async () => {
    status = 404;
    const want = (newest: number): void => explanations.want("a", 7, newest, true);
    for (let newest = 1; newest < 5; newest++) {
      want(newest);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect([asked.length, came]).toEqual([1, [null]]);
    explanations.forget();
    status = 0;
    want(5);
    await vi.advanceTimersByTimeAsync(1_000);
    status = 200;
    want(6);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([asked.length, came]).toEqual([3, [null, null, 7]]);
  });

  it("drops an answer of a former server and says that it had none", async () => {
    explanations.want("a", 7, 7, true);
    await vi.advanceTimersByTimeAsync(10);
    explanations.forget();
    await vi.advanceTimersByTimeAsync(100);
    expect([came, explanations.of("a", 7)]).toEqual([[null], null]);
  });
});

describe("an alarm whose points are lost", () => {
  it("is a point by itself", () => {
    const alarm = { device: "a", sequence: 3, time: 5, value: 9, expectedLow: 1, expectedHigh: 2, score: 0.9, reason: "range" };
    expect(pointOfAlarm(alarm as Anomaly)).toMatchObject({ sequence: 3, time: 5, value: 9, status: "alarm", reason: "range" });
  });
});
