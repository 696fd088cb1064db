// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from "vitest";

import { Address, isStep, readPlace, writePlace, type Place } from "../src/place";

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
    const spelled = ["1998-01-03T04:00", "1998-01-03%2004:00", "1998-01-03T04:00:00.000Z", "1998-01-03t04:00z"];
    // A plus in an address is a blank to those who read it as a form.
    const zoned = ["T05:00%2B01:00", "T05:00+01:00", "T05:00:00+0100", "%2005:00+01", "T03:30-00:30", "T02:00-02"];
    for (const text of [...spelled, ...zoned.map((clock) => `1998-01-03${clock}`), String(time)]) {
      expect(readPlace(`#device=x&at=${text}`).at, text).toBe(time);
    }
    expect(readPlace("#at=1998-01-03").at).toBe(Date.UTC(1998, 0, 3));
    expect(readPlace("#at=0001-01-01").at).toBe(-62_135_596_800_000);
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

  it("takes a step to another device or tab, and none within one", () => {
    const here = { ...NOWHERE, device: "x" };
    expect(isStep(here, { ...here, device: "y" })).toBe(true);
    expect(isStep(here, { ...here, tab: "alerts" })).toBe(true);
    expect(isStep(here, { ...here, at: 5, window: 100, preset: "original" })).toBe(false);
    expect(isStep(NOWHERE, here)).toBe(false);
  });
});

describe("an address that page and user write", () => {
  const steps: string[] = [];
  const bar = { hash: "" };
  const write = (how: string) => (_state: null, _title: string, hash: string) => {
    bar.hash = hash;
    steps.push(how);
  };
  const open = (hash: string): Address => {
    bar.hash = hash;
    steps.length = 0;
    vi.stubGlobal("location", bar);
    vi.stubGlobal("history", { pushState: write("push"), replaceState: write("replace") });
    return new Address();
  };
  afterEach(() => vi.unstubAllGlobals());

  it("tells another tab as a step, another window as none, and the same as nothing", () => {
    const address = open("#device=x");
    const place = address.read();
    expect(address.write(place)).toBe(true);
    expect(steps).toEqual([]);
    expect(address.write({ ...place, window: 250 })).toBe(true);
    expect(address.write({ ...place, window: 250, tab: "alerts" })).toBe(true);
    expect(steps).toEqual(["replace", "push"]);
    expect(bar.hash).toBe("#tab=alerts&device=x&window=250");
  });

  it("does not write over what the user has just changed", () => {
    const address = open("#tab=pipeline");
    const place = address.read();
    bar.hash = "#device=x"; // the browser has not told of it yet
    expect(address.write({ ...place, device: "y" })).toBe(false);
    expect(steps).toEqual([]);
    expect(address.read()).toEqual({ ...NOWHERE, device: "x" });
    expect(address.write({ ...NOWHERE, device: "x", window: 250 })).toBe(true);
  });
});
