// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** What a frame may spend on jobs before the rest waits for the next one, in milliseconds. */
const BUDGET_MS = 4;

/** A piece of work; true = it has more to do in the next frame. */
type Work = (until: number) => boolean | void;

interface Job {
  work: Work;
  dirty: boolean;
}

export interface Clock {
  now(): number;
  frame(callback: () => void): void;
}

const browserClock: Clock = {
  now: () => performance.now(),
  frame: (callback) => void requestAnimationFrame(callback),
};

/**
 * Spreads drawing over frames: a job that is marked runs once in a coming frame, however often it was marked. Jobs
 * take turns and a frame begins no job once its budget is spent, so that no frame is late and no job starves.
 */
export class Frames {
  private readonly jobs: Job[] = [];
  private next = 0;
  private asked = false;

  constructor(private readonly clock: Clock = browserClock) {}

  /** Add a job; the function that comes back marks it. */
  add(work: Work): () => void {
    const job: Job = { work, dirty: false };
    this.jobs.push(job);
    return () => {
      job.dirty = true;
      this.ask();
    };
  }

  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    this.clock.frame(() => this.run());
  }

  private run(): void {
    this.asked = false;
    const until = this.clock.now() + BUDGET_MS;
    for (let seen = 0; seen < this.jobs.length; seen++) {
      const job = this.jobs[this.next]!;
      this.next = (this.next + 1) % this.jobs.length;
      if (!job.dirty) continue;
      job.dirty = false;
      if (job.work(until) === true) job.dirty = true;
      if (this.clock.now() >= until) break;
    }
    if (this.jobs.some((job) => job.dirty)) this.ask();
  }
}
