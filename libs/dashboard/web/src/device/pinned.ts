// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { ask } from "../api";
import type { Explanation, Point } from "../wire";

const PAUSE_MS = 250;

/** What the server knows about a record beyond the points: its rank and its columns. Asked for little by little. */
export class Explanations {
  private known: Explanation | null = null;
  private asked = "";
  private next = { device: "", sequence: 0 };
  private timer = 0;
  private last = 0;

  /** `came` is called with each answer. */
  constructor(private readonly came: (explanation: Explanation) => void) {}

  /** What is known of this record; what is not is asked for, not more often than `everyMs`. */
  of(device: string, sequence: number, everyMs: number): Explanation | null {
    const { known } = this;
    const fits = known !== null && known.device === device && known.sequence === sequence;
    if (!fits) this.want(device, sequence, everyMs);
    return fits ? known : null;
  }

  private want(device: string, sequence: number, everyMs: number): void {
    const key = `${device} ${sequence}`;
    if (key === this.asked) return;
    this.asked = key;
    this.next = { device, sequence };
    if (everyMs > 0 && this.timer) return; // the newest record when the time has come
    window.clearTimeout(this.timer);
    const wait = everyMs > 0 ? this.last + everyMs - Date.now() : 0;
    this.timer = window.setTimeout(() => void this.ask(), Math.max(PAUSE_MS, wait));
  }

  private async ask(): Promise<void> {
    const { device, sequence } = this.next;
    this.timer = 0;
    this.last = Date.now();
    try {
      this.known = await ask<Explanation>("explain", { device, sequence });
      this.came(this.known);
    } catch {
      // the record has left the history, or the server is older: the points alone must do
    }
  }
}

/** The point that an explanation holds. */
export function pointOf(explanation: Explanation): Point {
  const {
    sequence,
    time,
    value,
    prediction,
    error,
    anomaly,
    score,
    expectedLow,
    expectedHigh,
    status,
    reason,
    modelAge,
  } = explanation;
  return {
    sequence,
    time,
    value,
    prediction,
    error,
    anomaly,
    predictionNext: null,
    score,
    expectedLow,
    expectedHigh,
    status,
    reason,
    modelAge,
  };
}
