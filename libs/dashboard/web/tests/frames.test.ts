// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { Frames, type Clock } from "../src/frames";

/** A clock that stands still until told, with frames that come when told. */
class HandClock implements Clock {
  time = 0;
  callbacks: (() => void)[] = [];
  now = (): number => this.time;
  frame = (callback: () => void): void => void this.callbacks.push(callback);
  tick(): boolean {
    const callback = this.callbacks.shift();
    callback?.();
    return callback !== undefined;
  }
}

describe("frames", () => {
  it("runs a marked job once in a frame, however often it was marked", () => {
    const clock = new HandClock();
    const frames = new Frames(clock);
    let runs = 0;
    const mark = frames.add(() => void runs++);
    for (let i = 0; i < 5; i++) mark();
    expect(runs).toBe(0);
    expect(clock.tick()).toBe(true);
    expect(runs).toBe(1);
    expect(clock.tick()).toBe(false);
  });

  it("begins no job once the frame's time is spent, and lets the others have the next frame", () => {
    const clock = new HandClock();
    const frames = new Frames(clock);
    const order: string[] = [];
    const jobs = ["a", "b", "c"].map((name) =>
      frames.add(() => {
        order.push(name);
        clock.time += 3;
      }),
    );
    jobs.forEach((mark) => mark());
    clock.tick();
    expect(order).toEqual(["a", "b"]);
    jobs[0]!();
    clock.tick();
    expect(order).toEqual(["a", "b", "c", "a"]);
  });

  it("goes on with a job that has more to do", () => {
    const clock = new HandClock();
    const frames = new Frames(clock);
    let left = 3;
    frames.add((until) => {
      expect(until).toBe(clock.time + 4);
      return --left > 0;
    })();
    while (clock.tick());
    expect(left).toBe(0);
  });
});
