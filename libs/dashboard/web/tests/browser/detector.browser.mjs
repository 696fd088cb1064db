// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page before a real detector: a broker, simulated sensors, models that learn and alarm.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useOneDetector } from "./one_detector.mjs";

// An alarm of a rare kind that is still listed must still be in its device's history.
const HISTORY = ["--set", "http.history=50000"];
const { it, detector, until, text } = useOneDetector(["--preset", "multiscale", "--set", "generator.rate=800", ...HISTORY]);

const rows = () => it.page.locator(".device-row:not([hidden])");
const chips = () => it.texts(".device-row:not([hidden]) .chip");
const names = () => it.texts(".device-row:not([hidden]) .name");
const alerts = () => it.texts('[aria-label="Alerts"] tbody tr');
const NEWEST_ALERT = '[aria-label="Alerts"] tbody tr button';
const map = ".fleet-scroll canvas";

/** Wait until a tab holds what it is for. */
async function filled(tab) {
  await until(tab, () => it.page.locator(`#view-${tab}`).isVisible());
  if (tab === "devices") await until("an explanation", it.explained);
  if (tab === "pipeline") {
    await it.drawn('[data-figure="totalDelay"] canvas', 100);
    await until("lanes", async () => (await it.texts('[aria-label="Lanes"] tbody tr')).length === 10);
    await until("batches", async () => (await it.texts('[aria-label="Completed batches"] tbody tr')).length > 5);
  }
  if (tab === "alerts") await until("alarms", async () => (await alerts()).length > 1);
}

test("shows the sensors from their warm-up to their first alarm", async () => {
  await it.open(detector.url);
  await it.state("live");
  await until("eight sensors", async () => (await rows().count()) === 8);
  await until("values", async () => Number(await text("#tile-rate")) > 100);
  await it.drawn(it.chart("value"));
  await until("all warm", async () => !/warming/.test((await chips()).join()));
  await until("an alarm", async () => Number((await text("#tile-alarms")).replace(",", "")) > 0);
  await until("the device with the newest alarm on top", async () =>
    /▲ \d{4}-/.test((await it.texts(".device-row:not([hidden]) .anomaly"))[0]),
  );
});

test("leads from an alarm to its record and its explanation", async () => {
  await it.open(`${detector.url}#tab=alerts`);
  // One after which its device has had another; at once: the next alarm takes its place.
  const device = await until("an alarm before another one", () =>
    it.page.evaluate((selector) => {
      const buttons = [...document.querySelectorAll(selector)]; // the newest first
      const former = buttons.find((one, i) => buttons.slice(0, i).some((newer) => newer.textContent === one.textContent));
      former?.click();
      return former?.textContent;
    }, NEWEST_ALERT),
  );
  await it.says("#device-name", device);
  await it.says("#explain", /^This record.*Seen[-\d.]+.*In its history(the highest|\d+(st|nd|rd|th) highest|place) /);
  await until("its time in the address", async () => /at=\d{4}-\d\d-\d\dT/.test(it.page.url()));
  const alarmed = await it.explained();
  await it.page.click('[data-explain="after"]');
  await until("its next anomaly", async () => (await it.explained()) > alarmed);
  await it.page.click('[data-explain="before"]');
  await until("the one before", async () => (await it.explained()) === alarmed);
  const { length } = await it.page.locator('[data-chart="value"] .u-over').all();
  assert.equal(length, 1);
});

test("explains a record by its columns at each scale, its score, its place and its model", async () => {
  await it.open(`${detector.url}#tab=alerts`);
  await it.hit(NEWEST_ALERT);
  await it.says("#explain h2", "This record");
  const [short, middle, long] = await until("three scales", async () => {
    const fields = it.page.locator("#explain svg.field");
    const labels = await fields.evaluateAll((all) => all.map((field) => field.getAttribute("aria-label")));
    return it.note("scales", labels).length === 3 && labels;
  });
  assert.match(short, /^Each record: \d+ of (3[6-9]|40) active columns burst$/);
  assert.match(middle, /^Blocks of records: \d+ of/);
  assert.match(long, /^Longer blocks: \d+ of/);
  const told = await text("#explain");
  assert.match(told, /\d+ of \d+ active columns burst: nothing had predicted them\./);
  assert.match(told, /Expected band-?[\d.]+ – -?[\d.]+/);
  assert.match(told, /Age[\d,]+ records/);
  assert.match(told, /In memory[\d.]+ KiB/);
});

test("finds devices by name and state, and sorts them", async () => {
  await it.open(detector.url);
  await until("eight sensors", async () => {
    const shown = await names();
    return shown.length === 8 && !shown.includes("…");
  });
  await it.page.selectOption("#sort", "name");
  const sorted = [...(await names())].sort();
  await until("by name", async () => (await names()).join() === sorted.join());
  await it.page.fill("#search", sorted[3].slice(-12));
  await until("one of them", async () => (await names()).join() === sorted[3]);
  await it.page.fill("#search", "");
  await until("all again", async () => (await rows().count()) === 8);
  // At once: the buttons change their places as states come and go.
  await it.hit('#states [data-state="ok"]');
  await until("those that are ok", async () => (await chips()).every((chip) => chip === "● ok"));
  await it.hit('#states [data-state="ok"]');
  await it.page.locator("#search").blur(); // which would keep the keys for itself
  await until("the first device", async () => {
    await it.page.keyboard.press("Home"); // leads nowhere while the list is asked for anew
    return (await text("#device-name")) === sorted[0];
  });
  await it.page.keyboard.press("j");
  await it.says("#device-name", sorted[1]);
  await until("sparklines", async () => (await it.page.locator(".device-row .spark path[d^=M]").count()) >= 8);
});

test("draws prediction, band, threshold and anomalies with one cursor", async () => {
  await it.open(detector.url);
  for (const chart of ["value", "error", "score"]) await it.drawn(it.chart(chart));
  const band = /value -?[\d.]+prediction -?[\d.]+expected -?[\d.]+ to -?[\d.]+/;
  await it.says('[data-chart="value"] figcaption', band);
  await it.page.hover('[data-chart="value"] .u-over');
  await it.says("#explain h2", "This record");
  await until("one time in all three", async () => {
    const times = await it.texts("figcaption .readout > .item:last-child");
    return times.length === 3 && new Set(times).size === 1 && /UTC$/.test(times[0]);
  });
  await it.page.selectOption("#window", "100");
  await until("a window of 100", async () => (await it.points("value")) === 100);
  await it.page.keyboard.press(" ");
  await until("paused", async () => (await it.page.getAttribute("#pause", "aria-pressed")) === "true");
});

test("goes from the heat map to a device", async () => {
  await it.open(detector.url);
  await it.drawn(map, 3_000);
  await it.has(map, "aria-label", /^Heat map of 8 devices/);
  const box = await it.still(map);
  const at = [box.x + box.width - 4, box.y + (box.height * 5.5) / 8];
  await it.page.mouse.move(...at);
  const device = await until("a cell's device", async () => /(\S+-\d+)/.exec((await text(".tip")) ?? "")?.[1]);
  await it.page.mouse.click(...at);
  await it.says("#device-name", device);
  await it.page.keyboard.press("h");
  await until("large", async () => (await it.page.locator(".fleet-scroll canvas").boundingBox()).height > 100);
});

test("filters alerts by device and reason", async () => {
  await it.open(`${detector.url}#tab=alerts`);
  await until("alarms", async () => (await alerts()).length > 1);
  const [name] = await it.texts(NEWEST_ALERT);
  await it.page.fill('[aria-label="Search alerts by device"]', name);
  await until("its alone", async () => (await alerts()).every((cell) => cell.includes(name)));
  await it.page.fill('[aria-label="Search alerts by device"]', "");
  const choice = it.page.locator('[aria-label="Alerts shown by reason"]');
  const reasons = () => choice.locator("option").allTextContents();
  await until("alarms for two reasons", async () => (await reasons()).length > 2);
  for (const reason of (await reasons()).slice(1, 3)) {
    await choice.selectOption(reason);
    await until(`those of ${reason}`, async () => {
      const shown = await alerts();
      return shown.length > 0 && shown.every((cell) => cell.includes(`▲ ${reason}`));
    });
    await it.says("#view-alerts .view-head .sub", /^\d+ of [\d,]+ alarms$/);
  }
  await it.hit(NEWEST_ALERT);
  await it.says("#explain h2", "This record");
});

test("is dark where the system is", async () => {
  await it.open(detector.url, { colorScheme: "dark" });
  await it.drawn(it.chart("value"));
  assert.equal(await it.page.getAttribute("html", "data-theme"), "dark");
  await it.page.keyboard.press("t");
  assert.equal(await it.page.getAttribute("html", "data-theme"), "light");
});

for (const width of [320, 390]) test(`fits a phone of ${width} pixels`, async () => {
  await it.open(detector.url, { viewport: { width, height: 844 }, isMobile: true, hasTouch: true });
  await until("the list", async () => (await names()).length > 0 && !(await names()).includes("…"));
  const inSight = async () => {
    const { y } = await it.page.locator("#device-name").boundingBox();
    return y >= 0 && y < 300;
  };
  await it.page.locator(".device-row").first().tap();
  await it.drawn(it.chart("value"));
  await until("its charts in sight", inSight);
  await it.page.evaluate(() => window.scrollTo(0, 0));
  await it.page.tap("#tab-alerts");
  await it.hit(NEWEST_ALERT);
  await until("the alarm's charts in sight", inSight);
  for (const tab of ["devices", "pipeline", "alerts"]) {
    await it.page.tap(`#tab-${tab}`);
    await filled(tab);
    await until(`${tab} as wide as the phone`, () => it.fits(width));
  }
});

test("goes back through the history, zooms and comes back", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  await until("500 records", async () => (await it.points("value")) === 500);
  await until("more in the history", async () =>
    Number(await it.attribute("#scrub", "aria-valuemax")) > 1_000 + Number(await it.attribute("#scrub", "aria-valuemin")),
  );
  await it.drag("#scrub .view-box", 0.5, -0.7);
  await it.has("#scrub", "aria-valuetext", /^records \d+ to \d+, /);
  await it.page.dblclick("#scrub .view-box");
  await it.says("#pause", "Pause");
  for (let i = 0; i < 4; i++) await it.page.keyboard.press("ArrowLeft");
  await it.says("#pause", /Go live \([\d,]+ new\)/);
  await it.drag('[data-chart="value"] .u-over', 0.4, 0.6);
  await until("a part", async () => (await it.points("value")) < 200);
  await it.page.keyboard.press("l");
  await until("live", async () => (await text("#pause")) === "Pause" && (await it.points("value")) === 500);
  await it.page.keyboard.press("o");
  for (const chart of ["anomalies", "errors", "anomaly", "prediction"]) await it.drawn(it.chart(chart));
});

test("fills the fleet's heat map", async () => {
  await it.open(detector.url);
  await it.drawn(map, 3_000);
  await it.has(map, "aria-label", /^Heat map of 8 devices/);
  const seen = await it.picture(map);
  await until("a new column", async () => (await it.picture(map)).sum !== seen.sum);
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
