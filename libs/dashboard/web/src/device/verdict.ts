// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { formatNumber } from "../format";
import type { Point } from "../wire";
import { isMarked } from "./columns";

type Seen = Pick<
  Point,
  "value" | "prediction" | "expectedLow" | "expectedHigh" | "status" | "reason" | "anomaly" | "score"
>;

const REASONS: Record<string, string> = {
  pattern: "The values follow each other in a way that the model has not learned.",
  range: "The value lies outside everything that this device has shown, or its configured limits.",
  level: "The value stands at another level than this device's values do.",
  flat: "The value has not changed for longer than this device's values ever stay the same.",
  gap: "There was no record for longer than usual before this one.",
  clock: "The record's time does not follow from the one before.",
};

/** What the detector's word for the cause means. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? (reason ? `The detector's reason is "${reason}".` : "");
}

/** How the value stands against what was expected, in words. */
export function compareText(seen: Seen): string {
  const { value, prediction, expectedLow: low, expectedHigh: high } = seen;
  if (value === null) return "The record had no usable measurement, so the model was not asked.";
  if (low !== null && high !== null) {
    if (value > high) return `${formatNumber(value)} is ${farther(value - high, high - low)}above the expected band.`;
    if (value < low) return `${formatNumber(value)} is ${farther(low - value, high - low)}below the expected band.`;
    return `${formatNumber(value)} lies inside the expected band.`;
  }
  if (prediction === null) return "The model predicted nothing before this record.";
  if (value === prediction) return `${formatNumber(value)} is exactly what was predicted.`;
  const side = value > prediction ? "above" : "below";
  return `${formatNumber(value)} is ${formatNumber(Math.abs(value - prediction))} ${side} the prediction.`;
}

function isOutside({ value, expectedLow: low, expectedHigh: high }: Seen): boolean {
  return value !== null && low !== null && high !== null && (value < low || value > high);
}

function farther(distance: number, width: number): string {
  if (!(width > 0) || distance < width) return "";
  return distance < 3 * width ? "well " : "far ";
}

/** One or two sentences that say whether and why a record is an anomaly. */
export function verdict(seen: Seen, warmUp: number, modelAge: number): string {
  if (seen.value === null) return compareText(seen);
  if (seen.status === "alarm") return `${reasonText(seen.reason) || "The record is an anomaly."} ${compareText(seen)}`;
  if (seen.status === "warming") {
    const left = warmUp - modelAge;
    const wait = left > 0 ? `${left} more ${left === 1 ? "record" : "records"}` : "a few more records";
    return `The model is still learning and needs ${wait} before it may alarm. ${compareText(seen)}`;
  }
  if (isMarked(seen as Point)) return `The model was surprised, but this was no alarm. ${compareText(seen)}`;
  return isOutside(seen) ? `No alarm, although ${compareText(seen)}` : `Nothing special. ${compareText(seen)}`;
}

/** The rank in words. Far down the list many records share a place, so that only the number says something. */
export function rankText(rank: { place: number; of: number }): string {
  const all = rank.of.toLocaleString("en-US");
  if (rank.place === 1) return `the highest of ${all}`;
  if (rank.place <= 20) return `${ordinal(rank.place)} highest of ${all}`;
  return `place ${rank.place.toLocaleString("en-US")} of ${all}`;
}

function ordinal(place: number): string {
  const ending = place % 100 > 10 && place % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${ending}`;
}
