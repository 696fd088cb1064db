// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page before a real detector: a broker, simulated sensors, models that learn and alarm.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { startDetector } from "./detector.mjs";
import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const { text } = it;
let detector;

before(async () => {
  await it.launch();
  detector = await startDetector("--set", "generator.rate=800");
});
after(async () => {
  await it.close();
  await detector?.stop();
});
afterEach(() => it.shut());

const rows = () => it.page.locator(".device-row:not([hidden])");
const chips = async () => (await rows().locator(".chip").allTextContents()).join();

test("shows the sensors from their warm-up to their first alarm", async () => {
  await it.open(detector.url);
  await it.state("live");
  await until("eight sensors", async () => (await rows().count()) === 8);
  await until("values", async () => Number(await text("#tile-rate")) > 100);
  await it.drawn(it.chart("value"));
  await until("all warm", async () => !/warming/.test(await chips()));
  await until("an alarm", async () => Number((await text("#tile-alarms")).replace(",", "")) > 0);
  await until("the device with the newest alarm on top", async () =>
    /▲ \d{4}-/.test(await rows().locator(".anomaly").first().textContent()),
  );
});

test("leads from an alarm to its record and its explanation", async () => {
  await it.open(`${detector.url}#tab=alerts`);
  const alarm = it.page.locator('[aria-label="Alerts"] tbody tr button').first();
  await alarm.waitFor();
  const device = await alarm.textContent();
  await alarm.click();
  await until("the device", async () => (await text("#device-name")) === device);
  await until("the record", async () => /This record/.test(await text("#explain h2")));
  await until("the rank", async () =>
    /In its history(the highest|\d+(st|nd|rd|th) highest|place) /.test(await text("#explain")),
  );
  assert.match(await text("#explain"), /Seen[-\d.]+/);
  await until("its time in the address", async () => /at=\d{4}-\d\d-\d\dT/.test(it.page.url()));
  const { length } = await it.page.locator('[data-chart="value"] .u-over').all();
  assert.equal(length, 1);
});

test("goes back through the history, zooms and comes back", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  await until("500 records", async () => (await it.points("value")) === 500);
  for (let i = 0; i < 4; i++) await it.page.keyboard.press("ArrowLeft");
  await until("records wait", async () => /Go live \([\d,]+ new\)/.test(await text("#pause")));
  await it.drag('[data-chart="value"] .u-over', 0.4, 0.6);
  await until("a part", async () => (await it.points("value")) < 200);
  await it.page.keyboard.press("l");
  await until("live", async () => (await text("#pause")) === "Pause" && (await it.points("value")) === 500);
  await it.page.keyboard.press("o");
  for (const chart of ["anomalies", "errors", "anomaly", "prediction"]) await it.drawn(it.chart(chart));
});

test("fills the fleet's heat map", async () => {
  await it.open(detector.url);
  await it.drawn(".fleet-scroll canvas", 3_000);
  await until("eight devices", async () =>
    /^Heat map of 8 devices/.test(await it.page.getAttribute(".fleet-scroll canvas", "aria-label")),
  );
  const seen = await it.picture(".fleet-scroll canvas");
  await until("a new column", async () => (await it.picture(".fleet-scroll canvas")).sum !== seen.sum);
});

test("shows the engine: figures over time, batches with stages, running lanes", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  const cells = (title) => it.page.locator(`[aria-label="${title}"] tbody tr`).allTextContents();
  for (const figure of ["inputRate", "processingTime", "totalDelay"])
    await it.drawn(`[data-figure="${figure}"] canvas`, 300);
  await until("batches", async () => (await cells("Completed batches")).length > 10);
  await until("stages", async () => (await it.page.locator('[aria-label="Completed batches"] tbody svg').count()) > 5);
  await until("ten running lanes", async () => {
    const lanes = await cells("Lanes");
    return lanes.length === 10 && lanes.every((lane) => /^\d+running/.test(lane));
  });
  await until("the start", async () => (await cells("Events")).some((event) => /start|rebalance/.test(event)));
  await until("the models", async () =>
    /Models in memory\d+ of 8 devices/.test(await text('[aria-label="Memory and counts"]')),
  );
});

test("asks no other host and complains of nothing", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  for (const key of ["2", "3", "1"]) await it.page.keyboard.press(key);
  const { host } = new URL(detector.url);
  await until(
    "all asked",
    async () =>
      it.requests.some((url) => url.includes("/engine")) && it.requests.some((url) => url.includes("/anomalies")),
  );
  assert.deepEqual(
    it.requests.filter((url) => new URL(url).host !== host),
    [],
  );
  assert.deepEqual(it.complaints, []);
});
