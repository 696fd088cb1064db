// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveStream, type ConnectionState } from "../src/stream";
import type { Update } from "../src/wire";

class FakeSource {
  static made: FakeSource[] = [];
  onerror: (() => void) | null = null;
  closed = false;
  private readonly listeners = new Map<string, (event: { data: string; lastEventId: string }) => void>();

  constructor(readonly url: string) {
    FakeSource.made.push(this);
  }
  addEventListener(name: string, listener: (event: { data: string; lastEventId: string }) => void): void {
    this.listeners.set(name, listener);
  }
  close(): void {
    this.closed = true;
  }
  emit(name: string, data: unknown, lastEventId = ""): void {
    this.listeners.get(name)!({ data: JSON.stringify(data), lastEventId });
  }
}

function newest(): FakeSource {
  return FakeSource.made[FakeSource.made.length - 1]!;
}

describe("LiveStream", () => {
  const states: ConnectionState[] = [];
  const updates: Update[] = [];
  let stream: LiveStream;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", FakeSource);
    vi.stubGlobal("window", Object.assign(new EventTarget(), { setTimeout, clearTimeout }));
    FakeSource.made = [];
    states.length = 0;
    updates.length = 0;
    stream = new LiveStream({
      update: (update) => updates.push(update),
      heartbeat: () => undefined,
      state: (state) => states[states.length - 1] !== state && states.push(state),
    });
    stream.follow({ device: "a b", limit: 500 });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("resumes after the last event when the connection breaks", () => {
    expect(newest().url).toBe("events?device=a+b&limit=500&parts=batches");
    newest().emit("update", { now: 1 }, "s.1.2.3");
    newest().onerror!();
    expect(newest().closed).toBe(true);
    vi.advanceTimersByTime(400);
    expect(newest().url).toBe("events?device=a+b&limit=500&parts=batches&resume=s.1.2.3");
    newest().emit("update", { now: 2 }, "s.2.2.3");
    expect(states).toEqual(["live", "reconnecting", "live"]);
    expect(updates.length).toBe(2);
  });

  it("takes silence for a lost connection, and heartbeats for a live one", () => {
    stream.setHeartbeat(1_000);
    newest().emit("update", { now: 1 }, "s.1.1.1");
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(2_000);
      newest().emit("heartbeat", { now: i });
    }
    expect(FakeSource.made.length).toBe(1);
    vi.advanceTimersByTime(2_500);
    expect(states).toEqual(["live", "reconnecting"]);
    expect(FakeSource.made[0]!.closed).toBe(true);
  });

  it("says that the data are stale after a while, and tries on", () => {
    newest().emit("update", { now: 1 }, "s.1.1.1");
    for (let i = 0; i < 6; i++) {
      newest().onerror!();
      vi.advanceTimersByTime(4_000);
    }
    expect(states).toEqual(["live", "reconnecting", "stale"]);
    newest().emit("update", { now: 2 }, "s.2.2.2");
    expect(states[states.length - 1]).toBe("live");
  });

  it("goes by the server's heartbeat as soon as it is known", () => {
    newest().emit("update", { now: 1 }, "s.1.1.1");
    stream.setHeartbeat(1_000);
    vi.advanceTimersByTime(2_500);
    expect(states).toEqual(["live", "reconnecting"]);
  });

  it("counts from the last word: a server that hangs is stale as soon as that is noticed", () => {
    newest().emit("update", { now: 1 }, "s.1.1.1");
    vi.advanceTimersByTime(12_499);
    expect(states).toEqual(["live"]);
    vi.advanceTimersByTime(2);
    expect(states).toEqual(["live", "reconnecting", "stale"]);
    newest().emit("update", { now: 2 }, "s.2.2.2");
    vi.advanceTimersByTime(3_000);
    newest().onerror!();
    vi.advanceTimersByTime(1_999);
    expect(states.slice(3)).toEqual(["live", "reconnecting"]);
    vi.advanceTimersByTime(1);
    expect(states.slice(3)).toEqual(["live", "reconnecting", "stale"]);
  });

  it("keeps the device list's place when another device is followed", () => {
    newest().emit("update", { now: 1 }, "s.1.1.1");
    const old = newest();
    stream.follow({ device: "b", limit: 250 });
    expect(old.closed).toBe(true);
    expect(newest().url).toBe("events?device=b&limit=250&parts=batches&since=s.1.1.1");
  });
});
