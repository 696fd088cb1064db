// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { after, afterEach, before } from "node:test";

import { startDetector } from "./detector.mjs";
import { Harness } from "./harness.mjs";

/**
 * One detector for all tests of a file, and a page that is shut after each. `ready` waits on a page of its own for what
 * they all need.
 */
export function useOneDetector(flags, ready) {
  const it = new Harness();
  const detector = {};
  before(async () => {
    await it.launch();
    Object.assign(detector, await startDetector(...flags));
    if (!ready) return;
    await it.open(detector.url);
    await ready(it);
    await it.shut();
  });
  after(async () => {
    await it.close();
    await detector.stop?.();
  });
  afterEach(() => it.shut());
  return { it, detector, until: it.until.bind(it), text: it.text };
}
