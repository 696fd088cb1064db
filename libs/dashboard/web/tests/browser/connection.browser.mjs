// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What the page says and does while a real detector does not answer: one that stands still, one that is killed and one that
// has no room.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { startDetector, startDetectorAt } from "./detector.mjs";
import { Harness } from "./harness.mjs";

const FLAGS = ["--set", "http.heartbeat=1s", "--set", "generator.rate=800"];

const it = new Harness();
const until = it.until.bind(it);
const { text, state } = it;
let detector;

before(() => it.launch());
after(() => it.close());
beforeEach(async () => {
  detector = await startDetector(...FLAGS, "--set", "http.max_streams=1");
  await it.open(detector.url);
  await state("live");
  await it.drawn(it.chart("value"));
});
afterEach(async () => {
  await it.shut();
  await detector?.kill();
});

const rows = () => it.page.locator(".device-row:not([hidden])");
/** Which figures keep their full colour. */
const coloured = () =>
  it.page.evaluate(() =>
    ["#tile-rate", "#device-list", "#states", "#device-chip", "#device-facts", "#charts", "#scrub", "#explain", "#fleet-body"].filter(
      (each) => getComputedStyle(document.querySelector(each)).opacity === "1",
    ),
  );
const stale = () => it.page.evaluate(() => document.body.classList.contains("stale"));

test("says since when it is stale while the detector stands still, then goes on where it stopped", async () => {
  await until("eight sensors", async () => (await rows().count()) === 8);
  detector.freeze();
  assert.equal(await it.passed("reconnecting"), "Reconnecting");
  const seen = await it.record(); // nothing has come for longer than a frame lasts
  await state("stale");
  assert.match(await text("#connection-text"), /^Stale since \d\d:\d\d:\d\d$/);
  assert.equal(await stale(), true);
  assert.deepEqual(await coloured(), []);
  assert.equal(await it.record(), seen);
  detector.thaw();
  await state("live");
  assert.equal(await stale(), false);
  assert.equal((await coloured()).length, 9);
  await until("newer records", async () => (await it.record()) > seen + 20);
  // It asked for what it had missed, not for everything anew.
  assert.ok(it.requests.some((url) => /events\?.*resume=/.test(url)));
  await it.page.evaluate((record) => (location.hash = `${location.hash}&record=${record}`), seen);
  await until("the last record before", async () => (await it.explained()) === seen);
});

test("finds the detector that took the place of one that was killed, and begins anew", async () => {
  await until("many records", async () => (await it.record()) > 150);
  const before = await it.record();
  await detector.kill();
  await state("stale");
  // So slow that the page is back long before it has as many records.
  detector = await startDetectorAt(detector.port, ...FLAGS, "--set", "generator.rate=16");
  await state("live");
  await until("the new detector's records", async () => (await it.record()) < before);
  const seen = await it.record();
  await until("eight sensors", async () => (await rows().count()) === 8);
  await until("newer records", async () => (await it.record()) > seen);
  await it.page.click("#tab-pipeline");
  const cells = (title) => it.texts(`[aria-label="${title}"] tbody tr`);
  await until("the new one's batches", async () => (await cells("Completed batches")).length > 5);
  await until("its start", async () => (await cells("Events")).some((event) => /start/.test(event)));
});

test("lets go of what it held still when another detector answers, and says so", async () => {
  await until("many records", async () => (await it.record()) > 150);
  await it.page.keyboard.press(" "); // else the record under the cursor may be another than the one that is chosen
  await it.says("#explain h2", "Last record shown");
  await it.page.locator('[data-chart="value"] .u-over').click({ position: { x: 200, y: 20 } });
  await it.page.mouse.move(2, 2);
  await it.says("#explain h2", "This record");
  const chosen = await it.explained();
  await detector.kill();
  await state("stale");
  assert.equal(await it.explained(), chosen);
  detector = await startDetectorAt(detector.port, ...FLAGS);
  await state("live");
  await it.says("#toast", /started anew/);
  await it.says("#pause", "Pause");
  await until("no record of the former one", () =>
    it.page.evaluate(() => {
      const number = (selector, pattern) => Number(pattern.exec(document.querySelector(selector).textContent)?.[1] ?? NaN);
      const newest = number("#device-facts", /record (\d+)/);
      const points = Number(document.querySelector('[data-chart="value"]').dataset.points);
      const title = document.querySelector("#explain h2").textContent;
      return title === "Newest record" && points <= newest && number("#explain .sub", /Record (\d+)/) <= newest;
    }),
  );
});

test("waits for a place while all streams are taken, and tells that it has none", async () => {
  const second = await it.another();
  await second.goto(detector.url);
  await second.waitForSelector('#connection[data-state="stale"]', { timeout: 60_000 });
  assert.equal(await second.textContent("#connection-text"), "No connection");
  await until("the list all the same", async () => (await second.locator(".device-row:not([hidden])").count()) === 8);
  await it.page.close();
  await second.waitForSelector('#connection[data-state="live"]', { timeout: 60_000 });
  await second.waitForSelector(it.chart("value"));
});
