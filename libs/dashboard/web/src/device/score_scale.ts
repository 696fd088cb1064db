// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
/** The original's threshold for a marked error. */
export const ANOMALY_THRESHOLD = 0.7;
/** The boundary of an alarm by the contract of `score`. */
export const SCORE_THRESHOLD = 0.5;

/** How far the scale goes: from 1 in 100 to 9,999 in 10,000. What is less than that is not worth telling apart. */
export const LOWEST = -2;
export const HIGHEST = 4;

/**
 * Put a score of 0 to 1 on the strip's log scale: the logarithm of its odds. The boundary of .5 stands at 0; .9, .99
 * and .999 are as far from each other as .1 and .01.
 */
export function scoreLevel(score: number | null): number | null {
  if (score === null) return null;
  if (score <= 0) return LOWEST;
  if (score >= 1) return HIGHEST;
  return Math.max(LOWEST, Math.min(HIGHEST, Math.log10(score / (1 - score))));
}

/** The label of a whole place of the scale: 0.5 in the middle, then nines and zeros. */
export function levelLabel(level: number): string {
  if (level === 0) return "0.5";
  const digits = Math.abs(level);
  return level > 0 ? `0.${"9".repeat(digits)}` : `0.${"0".repeat(digits - 1)}1`;
}

/** The part of the scale that is drawn; high places only where there is something. */
export function levelRange(high: number | null): [number, number] {
  return [LOWEST - 0.15, Math.max(2, Math.ceil(high ?? 0)) + 0.25];
}
