// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Update } from "./wire";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "stale";

export interface StreamListener {
  update(update: Update): void;
  heartbeat(now: number): void;
  state(state: ConnectionState, since: number): void;
}

export interface StreamTarget {
  device: string;
  /** Points to begin with. */
  limit: number;
}

/** What this page wants beside the points: the device list, the fleet and the alerts are asked for piece by piece. */
const PARTS = "batches";

const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 4_000;
/** What is shown is stale so long after the last word, once the connection is lost. */
const STALE_AFTER_MS = 5_000;
/** A server that hangs closes nothing: so many heartbeats without a word are a lost connection. */
const SILENT_HEARTBEATS = 2.5;

/**
 * The live connection. It reconnects by itself and goes on after the last event that came; the server sends everything
 * anew if it has been restarted.
 */
export class LiveStream {
  private source: EventSource | null = null;
  private cursor = "";
  private target: StreamTarget = { device: "", limit: 500 };
  private retry = FIRST_RETRY_MS;
  private retryTimer = 0;
  private silenceTimer = 0;
  private staleTimer = 0;
  private lastHeard = 0;

  constructor(
    private readonly listener: StreamListener,
    private silenceMs = SILENT_HEARTBEATS * 5_000,
  ) {
    // A laptop that wakes up, or a network that is back, should not wait for the next try.
    window.addEventListener("online", () => this.source || this.open("resume"));
  }

  setHeartbeat(heartbeatMs: number): void {
    this.silenceMs = SILENT_HEARTBEATS * heartbeatMs;
    if (this.source) this.watchSilence(); // the server may say no more from now on
  }

  /** Follow this device from now on; its points come anew, the device list goes on. */
  follow(target: StreamTarget): void {
    this.target = target;
    this.open("since");
  }

  /** Say how many points are kept, without asking for them anew. */
  setLimit(limit: number): void {
    this.target.limit = limit;
  }

  private open(cursorName: "resume" | "since"): void {
    this.close();
    const query = new URLSearchParams({ device: this.target.device, limit: String(this.target.limit), parts: PARTS });
    if (this.cursor) query.set(cursorName, this.cursor);
    const source = new EventSource(`events?${query}`);
    this.source = source;
    this.watchSilence();
    source.addEventListener("update", (event) => {
      this.cursor = event.lastEventId;
      this.heard();
      this.listener.update(JSON.parse(event.data) as Update);
    });
    source.addEventListener("heartbeat", (event) => {
      this.heard();
      this.listener.heartbeat((JSON.parse(event.data) as { now: number }).now);
    });
    source.onerror = () => this.lost();
  }

  private close(): void {
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.silenceTimer);
    this.source?.close();
    this.source = null;
  }

  private heard(): void {
    this.lastHeard = Date.now();
    this.retry = FIRST_RETRY_MS;
    window.clearTimeout(this.staleTimer);
    this.staleTimer = 0;
    this.watchSilence();
    this.listener.state("live", this.lastHeard);
  }

  private watchSilence(): void {
    window.clearTimeout(this.silenceTimer);
    this.silenceTimer = window.setTimeout(() => this.lost(), this.silenceMs);
  }

  private lost(): void {
    this.close();
    if (!this.staleTimer) {
      this.listener.state("reconnecting", this.lastHeard);
      // Of a server that hangs the last word is older than that already.
      const left = (this.lastHeard || Date.now()) + STALE_AFTER_MS - Date.now();
      this.staleTimer = window.setTimeout(() => this.listener.state("stale", this.lastHeard), Math.max(0, left));
    }
    this.retryTimer = window.setTimeout(() => this.open("resume"), this.retry);
    this.retry = Math.min(2 * this.retry, LAST_RETRY_MS);
  }
}
