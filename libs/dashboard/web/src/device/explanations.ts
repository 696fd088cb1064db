// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { Problem, ask } from "../api";
import type { Anomaly, Explanation, Point } from "../wire";

/** Between two questions at least: a mouse passes over many records. */
const HURRIED_MS = 250;
/** Between two questions while records come and nobody waits for a certain one. */
const EVERY_MS = 1_000;

interface Question {
  device: string;
  sequence: number;
  /** The device's newest record: a rank is of its time. */
  newest: number;
}

/**
 * What the server knows about a record beyond the points: its rank and its columns. One question is asked at a time, at a
 * bounded pace, and always the last one that was wanted.
 */
export class Explanations {
  private known: Explanation | null = null;
  private asked = "";
  private refused = "";
  private next: Question | null = null;
  private timer = 0;
  private busy = false;
  private began = -Infinity;

  /** `came` is called with each answer; null = the server had none. */
  constructor(private readonly came: (explanation: Explanation | null) => void) {}

  /** The last answer, if it is about this record. */
  of(device: string, sequence: number): Explanation | null {
    const { known } = this;
    return known?.device === device && known.sequence === sequence ? known : null;
  }

  /** Ask about a record, also about one that is known as soon as newer ones have come; `hurry` = somebody waits for it. */
  want(device: string, sequence: number, newest: number, hurry: boolean): void {
    if (`${device} ${sequence}` === this.refused) return;
    if (keyOf({ device, sequence, newest }) === this.asked) {
      this.next = null; // an earlier wish is out of date
      return;
    }
    this.next = { device, sequence, newest };
    if (!this.busy) this.wait(hurry ? HURRIED_MS : EVERY_MS);
  }

  /** Another server answers. */
  forget(): void {
    this.known = this.next = null;
    this.asked = this.refused = "";
  }

  private wait(pause: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), Math.max(0, this.began + pause - Date.now()));
  }

  private async ask(): Promise<void> {
    const question = this.next;
    if (!question) return;
    this.next = null;
    this.busy = true;
    this.began = Date.now();
    this.asked = keyOf(question);
    const { device, sequence } = question;
    let answer: Explanation | null = null;
    try {
      answer = await ask<Explanation>("explain", { device, sequence });
    } catch (error) {
      // The record has left the history, or the server is older: the points alone must do.
      if (error instanceof Problem) this.refused = `${device} ${sequence}`;
    }
    this.busy = false;
    const fits = this.asked === keyOf(question); // else it was forgotten meanwhile
    if (answer && fits) this.known = answer;
    this.came(fits ? answer : null); // whoever wants more says so again
  }
}

function keyOf({ device, sequence, newest }: Question): string {
  return `${device} ${sequence} ${newest}`;
}

/** The point that an explanation holds. */
export function pointOf(held: Omit<Point, "predictionNext">): Point {
  const { sequence, time, value, prediction, error, anomaly, score, expectedLow, expectedHigh, status, reason, modelAge } =
    held;
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

/** The point that an alarm holds; the age of its model then is not told. */
export function pointOfAlarm(alarm: Anomaly): Point {
  return pointOf({ ...alarm, status: "alarm", modelAge: 0 });
}
