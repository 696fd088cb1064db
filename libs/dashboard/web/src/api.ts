// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** What an answer of the server that is no success says. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Query = Record<string, string | number | undefined | null>;

function address(path: string, query: Query): string {
  const values = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") values.set(key, String(value));
  }
  const text = values.toString();
  return text ? `api/v1/${path}?${text}` : `api/v1/${path}`;
}

/** Ask the REST interface. Throws Problem, or what fetch throws while there is no connection. */
export async function ask<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address(path, query), { signal: signal ?? null });
  if (answer.ok) return (await answer.json()) as T;
  const text = await answer.text();
  let detail = text;
  try {
    detail = (JSON.parse(text) as { detail?: string }).detail ?? text;
  } catch {
    // not a problem document: the text says it
  }
  throw new Problem(answer.status, detail);
}

const LAST_PAUSE_MS = 8_000;

/**
 * Asks for something again and again while it is wanted: the next question comes `pauseMs` after the last answer, later
 * after failures, at once when poked. A hidden page asks nothing.
 */
export class Poller {
  private timer = 0;
  private running = false;
  private again = false;
  private wanted = false;
  private failures = 0;

  constructor(
    private readonly question: () => Promise<void>,
    private readonly pauseMs: number,
  ) {
    document.addEventListener("visibilitychange", () => this.wanted && !document.hidden && this.poke());
  }

  want(wanted: boolean): void {
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    window.clearTimeout(this.timer);
    if (wanted) this.poke();
  }

  /** Ask now; if a question is under way, right after it. */
  poke(): void {
    if (!this.wanted) return;
    window.clearTimeout(this.timer);
    if (this.running) this.again = true;
    else void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    this.again = false;
    try {
      await this.question();
      this.failures = 0;
    } catch {
      this.failures++; // the connection's state is told by the live stream
    }
    this.running = false;
    if (!this.wanted || document.hidden) return;
    const pause = Math.min(this.pauseMs * 2 ** this.failures, LAST_PAUSE_MS);
    this.timer = window.setTimeout(() => void this.run(), this.again ? 0 : pause);
  }
}
