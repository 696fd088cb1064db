// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** What to ask the server for. */
export interface Span {
  from: number;
  to: number;
  points: number;
}

/** The server sums batches by seconds for less than an hour, by ten seconds beyond. */
const SECOND = 1_000;
const TEN_SECONDS = 10_000;
const HOUR = 3_600_000;
/** How long the last batch of a second may need to be told. */
const SETTLED = 400;
const MOST_PARTS = 300;

/**
 * The newest parts of a length of time that are over. Each is of whole sums of the server, so that none holds one second
 * more than its neighbour, and none is shorter than a batch: the newest part tells how things stand.
 */
export function spanOf(now: number, length: number, interval: number): Span {
  const unit = length < HOUR ? SECOND : TEN_SECONDS;
  const step = Math.ceil(Math.max(unit, length / MOST_PARTS, interval) / unit) * unit;
  const points = Math.max(2, Math.ceil(length / step));
  const to = Math.floor((now - SETTLED) / unit) * unit;
  return { from: to - points * step, to, points };
}
