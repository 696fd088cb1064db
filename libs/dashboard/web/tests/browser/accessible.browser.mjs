// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page before a real detector: nothing in it keeps out who sees, hears or moves otherwise, light and dark, on a desk and a phone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { OPEN, faults } from "./axe.mjs";
import { useOneDetector } from "./one_detector.mjs";

const { it, detector, until, text } = useOneDetector(
  ["--preset", "multiscale", "--set", "generator.rate=800"],
  (page) => page.until("an alarm", async () => Number((await page.text("#tile-alarms")).replace(",", "")) > 0),
);

const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** What a tab shows when it is filled. */
const FILLED = {
  devices: /Predicted and seen/,
  pipeline: /▸ \d+.*running/,
  alerts: /▲ (pattern|range|level|flat|gap|clock)/,
};

for (const [size, options] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`has no serious fault, ${size}, ${colorScheme}`, async () => {
      await it.open(detector.url, { ...options, ...OPEN, colorScheme });
      for (const tab of Object.keys(FILLED)) {
        await it.page.click(`#tab-${tab}`);
        await it.says(`#view-${tab}`, FILLED[tab]);
        assert.deepEqual(await faults(it.page), [], tab);
      }
      await it.page.keyboard.press("?");
      await it.page.waitForSelector("dialog[open]");
      assert.deepEqual(await faults(it.page), [], "the keys");
      await it.page.keyboard.press("Escape");
    });
  }
}

test("has no serious fault with the original's charts, a large map and a chosen record", async () => {
  await it.open(`${detector.url}#charts=original`, OPEN);
  await it.drawn(it.chart("anomalies"));
  await it.page.keyboard.press("h");
  await until("a record", async () => {
    await it.page.keyboard.press("p"); // again: the first alarm may be the newest record, before which there is none
    return /^This record/.test(await text("#explain"));
  });
  assert.deepEqual(await faults(it.page), []);
  await it.open(`${detector.url}?embed=original`, OPEN);
  await it.drawn(it.chart("anomalies"));
  assert.deepEqual(await faults(it.page), [], "embedded");
});

test("is reached by the keyboard alone, in the order of reading", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  const focused = () => it.page.evaluate(() => document.activeElement.id || document.activeElement.className);
  const order = [];
  for (let i = 0; i < 12; i++) {
    await it.page.keyboard.press("Tab");
    order.push(await focused());
  }
  const places = ["skip", "tab-devices", "help", "theme", "search", "sort"].map((name) => order.indexOf(name));
  assert.ok(!places.includes(-1), order.join());
  assert.deepEqual(places, [...places].sort((a, b) => a - b), order.join());
  await it.page.focus("#tab-devices");
  await it.page.keyboard.press("ArrowRight");
  await until("the next tab", () => it.page.locator("#view-pipeline").isVisible());
});
