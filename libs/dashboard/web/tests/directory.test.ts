// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from "vitest";

import { Directory } from "../src/devices/directory";

function answer(...devices: string[]): void {
  const rows = devices.map((device) => [device]);
  const body = { columns: ["device"], rows, totals: { devices: rows.length }, matching: rows.length };
  vi.stubGlobal("fetch", () => Promise.resolve({ ok: true, json: () => Promise.resolve(body) }));
}

afterEach(() => vi.unstubAllGlobals());

test("leaves out an answer that comes while the rows are to rest", async () => {
  const directory = new Directory();
  let rests = false;
  answer("a", "b");
  expect(await directory.refresh("a", () => rests)).toBe(true);
  answer("b", "a");
  const asked = directory.refresh("a", () => rests);
  rests = true; // a pointer began to move after the question
  expect(await asked).toBe(false);
  expect(directory.get(0)?.device).toBe("a");
  rests = false;
  expect(await directory.refresh("a", () => rests)).toBe(true);
  expect(directory.get(0)?.device).toBe("b");
});
