// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Explanation, Info, Point } from "../wire";
import { Explain, type ExplainEvents, type Which } from "./explain";
import { Explanations, pointOf } from "./explanations";
import { ANOMALY_THRESHOLD, SCORE_THRESHOLD } from "./score_scale";

/** What is looked at on the panel of a device. */
export interface Looked {
  device: string;
  which: Which;
  /** Its number is known before its point where it is far back. */
  sequence: number;
  point: Point | null;
  /** The number of the device's newest record. */
  newest: number;
  kept: boolean;
}

/** Joins the record that is looked at with what the server says of it, and shows both. */
export class Teller {
  private readonly explain: Explain;
  private readonly explanations = new Explanations((explanation) => this.answered(explanation));
  /** The answer that is shown while the charts are live, until the next one. */
  private told: Explanation | null = null;
  /** The last record that somebody looked at: an answer about it is none about the newest. */
  private apart = 0;

  /** `came` is called with each answer; null = the server had none. */
  constructor(
    place: HTMLElement,
    events: ExplainEvents,
    private readonly came: (explanation: Explanation | null) => void,
  ) {
    this.explain = new Explain(place, events);
  }

  /** Another device is looked at, or another server answers. */
  forget(): void {
    this.told = null;
    this.explanations.forget();
  }

  hide(): void {
    this.explain.show(null);
  }

  tell(looked: Looked, info: Info | null): void {
    const { device, sequence, point, newest } = looked;
    const live = looked.which === "newest";
    if (!live) {
      this.told = null;
      this.apart = sequence;
    }
    const answer = this.told ?? this.explanations.of(device, sequence);
    this.explanations.want(device, sequence, newest, answer === null);
    // At many records a second no answer is about the newest one: it is shown with the record that it is about.
    const shown = live && answer ? pointOf(answer) : point;
    if (shown) this.show(looked, shown, answer, info);
  }

  private answered(explanation: Explanation | null): void {
    this.told = explanation?.sequence === this.apart ? null : explanation;
    this.came(explanation);
  }

  private show({ which, device, kept }: Looked, point: Point, answer: Explanation | null, info: Info | null): void {
    const threshold = answer?.threshold ?? info?.threshold ?? SCORE_THRESHOLD;
    this.explain.show({
      which,
      point,
      device,
      kept,
      warmUp: info?.warmUp ?? answer?.warmUp ?? 0,
      threshold: point.score === null ? ANOMALY_THRESHOLD : threshold,
      rank: answer?.rank ?? null,
      columns: answer?.columns ?? null,
      modelBytes: answer?.modelBytes ?? null,
    });
  }
}
