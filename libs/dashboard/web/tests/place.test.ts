// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { readPlace, writePlace, type Place } from "../src/place";

const NOWHERE: Place = { tab: "devices", device: "", window: 500, preset: "strips", at: null, record: null };

describe("the address", () => {
  it("keeps everything, whatever the device is called", () => {
    const place: Place = {
      ...NOWHERE,
      tab: "alerts",
      device: "a b&c#1/ü",
      window: 250,
      preset: "original",
      at: Date.UTC(1998, 0, 3, 4),
    };
    expect(readPlace(writePlace(place))).toEqual(place);
    const byRecord = { ...NOWHERE, device: "x", record: 77 };
    expect(readPlace(writePlace(byRecord))).toEqual(byRecord);
  });

  it("is short and can be read", () => {
    expect(writePlace({ ...NOWHERE, device: "x" })).toBe("#device=x");
    expect(writePlace({ ...NOWHERE, device: "x", at: Date.UTC(1998, 0, 3, 4) })).toBe(
      "#device=x&at=1998-01-03T04:00:00Z",
    );
  });

  it("takes times with and without a zone, and milliseconds", () => {
    const time = Date.UTC(1998, 0, 3, 4);
    for (const text of ["1998-01-03T04:00", "1998-01-03T05:00%2B01:00", String(time)]) {
      expect(readPlace(`#device=x&at=${text}`).at).toBe(time);
    }
  });

  it("ignores nonsense", () => {
    expect(readPlace("#window=-3&other=1&tab=nowhere&at=then&record=x")).toEqual(NOWHERE);
    expect(readPlace("")).toEqual(NOWHERE);
    expect(readPlace("#%E0%A4%A&=&&window=1e9&record=1.5&charts=none&at=9999999999999999")).toEqual(NOWHERE);
    expect(readPlace(`#device=${"x".repeat(1_025)}`)).toEqual(NOWHERE);
  });

  it("can be written whatever was read", () => {
    for (const at of ["-62135596800000", "253402300800000", "-62135596800001", "99999999999999999999", "NaN", "+1"])
      expect(writePlace(readPlace(`#device=x&at=${at}`))).toMatch(/^#device=x/);
  });
});
