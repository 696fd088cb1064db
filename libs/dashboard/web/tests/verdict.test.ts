// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { compareText, rankText, reasonText, verdict } from "../src/device/verdict";

const SEEN = {
  value: 5,
  prediction: 4,
  expectedLow: 3,
  expectedHigh: 6,
  status: "ok",
  reason: "",
  anomaly: 0,
  score: 0.1,
} as const;

describe("the verdict", () => {
  it("says how the value stands against the band, else against the prediction", () => {
    expect(compareText(SEEN)).toBe("5 lies inside the expected band.");
    expect(compareText({ ...SEEN, value: 7 })).toBe("7 is above the expected band.");
    expect(compareText({ ...SEEN, value: 10 })).toBe("10 is well above the expected band.");
    expect(compareText({ ...SEEN, value: -30 })).toBe("-30 is far below the expected band.");
    const noBand = { ...SEEN, expectedLow: null, expectedHigh: null };
    expect(compareText(noBand)).toBe("5 is 1 above the prediction.");
    expect(compareText({ ...noBand, value: 4 })).toBe("4 is exactly what was predicted.");
    expect(compareText({ ...noBand, prediction: null })).toBe("The model predicted nothing before this record.");
  });

  it("says why a record is an alarm", () => {
    expect(verdict({ ...SEEN, status: "alarm", reason: "pattern", value: 7 }, 300, 900)).toMatch(
      /^The values follow each other in a way .* 7 is above the expected band\.$/,
    );
    expect(verdict({ ...SEEN, status: "alarm" }, 300, 900)).toMatch(/^The record is an anomaly\./);
    for (const reason of ["pattern", "range", "level", "flat", "gap", "clock"])
      expect(reasonText(reason)).not.toContain(reason === "level" ? "nothing" : '"');
    expect(reasonText("new")).toContain('"new"');
  });

  it("says what a model that warms up still needs, and that an unusable record reached no model", () => {
    expect(verdict({ ...SEEN, status: "warming" }, 300, 299)).toMatch(/needs 1 more record before it may alarm/);
    expect(verdict({ ...SEEN, value: null, status: "invalid" }, 300, 299)).toMatch(/no usable measurement/);
  });

  it("tells a surprise of a preset without scores from an alarm", () => {
    const seed = { ...SEEN, score: null, anomaly: 0.8, expectedLow: null, expectedHigh: null };
    expect(verdict(seed, 300, 900)).toMatch(/surprised, but this was no alarm/);
    expect(verdict({ ...seed, anomaly: 0.2 }, 300, 900)).toMatch(/^Nothing special/);
  });

  it("does not call nothing special what lies outside the band", () => {
    expect(verdict(SEEN, 300, 900)).toBe("Nothing special. 5 lies inside the expected band.");
    expect(verdict({ ...SEEN, value: 7 }, 300, 900)).toBe("No alarm, although 7 is above the expected band.");
    expect(verdict({ ...SEEN, value: 2 }, 300, 900)).toBe("No alarm, although 2 is below the expected band.");
  });
});

describe("the rank", () => {
  it("is said in words where it is high", () => {
    expect(rankText({ place: 1, of: 2_000 })).toBe("the highest of 2,000");
    expect([2, 3, 11, 12, 20].map((place) => rankText({ place, of: 50 }))).toEqual([
      "2nd highest of 50",
      "3rd highest of 50",
      "11th highest of 50",
      "12th highest of 50",
      "20th highest of 50",
    ]);
    expect(rankText({ place: 21, of: 50 })).toBe("place 21 of 50");
  });
});
