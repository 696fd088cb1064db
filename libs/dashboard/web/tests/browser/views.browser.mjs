// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The engine's page, the alerts, the keyboard, the themes, a phone, and what a screen reader meets; before the stand-in.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { StandIn } from "../stand_in/server.mjs";
import { OPEN, faults } from "./axe.mjs";
import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const { text } = it;
let server;

before(() => it.launch());
after(() => it.close());
beforeEach(async () => {
  server = await new StandIn().listen();
  await it.open(server.url);
  await it.state("live");
});
afterEach(async () => {
  await it.shut();
  await server.stop();
});

const card = (title) => `[aria-label="${title}"]`;
const cells = (title) => it.texts(`${card(title)} tbody tr`);
const sizes = () => it.texts(`${card("Completed batches")} tbody td:nth-child(3)`);

/** Wait until a tab holds what it is for. */
async function filled(tab) {
  await until(tab, () => it.page.locator(`#view-${tab}`).isVisible());
  if (tab === "devices") {
    await it.drawn(it.chart("value"));
    await until("an explanation", it.explained);
  }
  if (tab === "pipeline") {
    await it.drawn('[data-figure="totalDelay"] canvas', 100);
    await until("batches", async () => (await sizes()).length > 5);
    await until("lanes", async () => (await cells("Lanes")).length === 10);
    await until("events", async () => (await cells("Events")).length > 3);
  }
  if (tab === "alerts") await until("alarms", async () => (await cells("Alerts")).length > 3);
}

test("shows the engine with Spark's names: time lines, histograms, batches with stages", async () => {
  await it.page.click("#tab-pipeline");
  const titles = await it.page.locator(".timeline h3").allTextContents();
  assert.deepEqual(titles, ["Input Rate", "Processing Rate", "Scheduling Delay", "Processing Time", "Total Delay"]);
  for (const figure of ["inputRate", "processingRate", "schedulingDelay", "processingTime", "totalDelay"]) {
    await it.drawn(`[data-figure="${figure}"] canvas`, 300);
    await until(
      `histogram of ${figure}`,
      async () => (await it.page.locator(`[data-figure="${figure}"] .count`).count()) >= 2,
    );
  }
  assert.equal(await it.page.locator('[data-figure="processingTime"] .limit').count(), 1);
  await it.says('[data-figure="processingTime"]', /\d+ msaverage \d+ ms/);
  const headings = await it.page.locator(`${card("Completed batches")} th`).allTextContents();
  assert.deepEqual(headings, [
    "Batch",
    "Batch Time",
    "Input Size",
    "Scheduling Delay",
    "Processing Time",
    "Total Delay",
    "Stages",
  ]);
  await until("an active batch", async () => /processing/.test((await cells("Active batch")).join()));
  const first = `${card("Completed batches")} tbody svg`;
  assert.match(
    await it.page.locator(first).first().getAttribute("aria-label"),
    /^poll .*, score .*, produce .*, commit .*, snapshot /,
  );
  await until("a batch that the page saw come", async () => (await sizes())[0] === "12");
  await it.hit(`${card("Completed batches")} tbody button`);
  await it.says("tr.details", /12 enriched · 1 invalid/);
  await it.says("#view-pipeline .view-head .sub", /Batches of 500 ms · running for 1\d min/);
});

test("looks at other times, by choice and by drawing over a line", async () => {
  await it.page.click("#tab-pipeline");
  await it.drawn('[data-figure="inputRate"] canvas', 300);
  const ask = async (from) => {
    await it.page.waitForRequest(
      (request) => request.url().includes("timeline?") && from(new URL(request.url()).searchParams),
    );
  };
  await Promise.all([
    ask((query) => query.get("to") - query.get("from") === 3_600_000),
    it.page.selectOption('[aria-label="Time shown"]', "3600000"),
  ]);
  await Promise.all([
    ask((query) => query.get("to") - query.get("from") < 1_800_000),
    it.drag('[data-figure="inputRate"] .u-over', 0.7, 0.9),
  ]);
  await it.page.click("text=Back to live");
  await until("live again", () => it.page.locator("text=Back to live").isHidden());
});

test("shows lanes with state, lag and snapshots, memory, and what happened", async () => {
  await it.page.click("#tab-pipeline");
  await until("ten lanes", async () => (await cells("Lanes")).length === 10);
  const lanes = await cells("Lanes");
  assert.match(lanes[0], /^0running41 s120,0003 of 4\d+ s ago4\.0 MiB31 ms$/);
  assert.match(lanes[7], /loading reading 3 snapshots/);
  await until("memory", async () => /Models in memory11 of 12 devices/.test(await text(card("Memory and counts"))));
  await it.says(card("Memory and counts"), /Dead letters, ignored7, 0/);
  await until("the error first", async () =>
    /errorallbroker 1 is down; trying again \(2 times\)/.test((await cells("Events"))[0]),
  );
  await it.page.selectOption('[aria-label="Events shown"]', "rebalance");
  await until("rebalances only", async () => {
    const events = await cells("Events");
    return events.length === 1 && /assigned 0 to 9/.test(events[0]);
  });
});

test("lists alarms as they come, filters them, and leads to the record", async () => {
  await it.page.click("#tab-alerts");
  await until("alarms", async () => (await cells("Alerts")).length > 3);
  const { sequence, time } = server.fleet.spike(2);
  const { name } = server.fleet.devices[2];
  await it.page.fill('[aria-label="Search alerts by device"]', name);
  await until("only this device", async () => (await cells("Alerts")).every((cell) => cell.includes(name)));
  const when = new Date(time).toISOString().slice(0, 16).replace("T", " ");
  await until("the new alarm", async () =>
    (await cells("Alerts")).some((told) => told.startsWith(when) && told.includes(name) && /\d (s|min) ago$/.test(told)),
  );
  await it.says(".view-head:has([aria-label='Search alerts by device']) .sub", /^\d+ of \d+ alarms$/);
  // At once: another alarm may take its place.
  await it.page.evaluate((begin) => {
    const rows = [...document.querySelectorAll('[aria-label="Alerts"] tbody tr')];
    rows.find((row) => row.textContent.startsWith(begin)).querySelector("button").click();
  }, when);
  await until("its record", async () => (await text("#device-name")) === name && (await it.explained()) === sequence);
  await it.has("#tab-devices", "aria-selected", "true");
});

/** Press the first button of a table, let go once two more answers have come. */
async function pressSlowly(title, answers) {
  const { x, y } = await it.still(`${card(title)} tbody button`);
  await it.page.mouse.move(x + 5, y + 5);
  await it.page.mouse.down();
  for (let i = 0; i < 2; i++) await it.page.waitForResponse(answers);
  await until("the last one is taken", () => it.page.evaluate(() => document.querySelector("button:active") !== null));
  await it.page.mouse.up();
}

test("keeps a button under a hand that presses it while answers come", async () => {
  await it.page.click("#tab-pipeline");
  await filled("pipeline");
  await pressSlowly("Completed batches", /\/batches/);
  await it.says("tr.details", /enriched/);
  await it.page.click("#tab-alerts");
  await filled("alerts");
  const alarms = setInterval(() => server.fleet.spike(2), 300);
  await pressSlowly("Alerts", /\/anomalies/).finally(() => clearInterval(alarms));
  await until("the device", () => it.page.locator("#view-devices").isVisible());
  await it.says("#explain h2", "This record");
});

test("tells its keys, and obeys them", async () => {
  await it.page.keyboard.press("?");
  await it.page.waitForSelector("dialog[open]");
  const told = await text("dialog");
  for (const what of ["search devices", "pause, go on", "zoom in, out", "former, next anomaly", "light or dark"])
    assert.ok(told.includes(what), what);
  await it.page.keyboard.press("Escape");
  await until("closed", () => it.page.locator("dialog").isHidden());
  for (const [key, tab] of [
    ["2", "pipeline"],
    ["3", "alerts"],
    ["1", "devices"],
  ]) {
    await it.page.keyboard.press(key);
    await until(tab, () => it.page.locator(`#view-${tab}`).isVisible());
  }
  await it.page.focus("#tab-devices");
  await it.page.keyboard.press("ArrowRight");
  await until("the next tab", () => it.page.locator("#view-pipeline").isVisible());
  await until("the address", async () => it.page.url().includes("tab=pipeline"));
});

test("switches between light and dark, follows the system and keeps the choice", async () => {
  // Both are done within the key's own event.
  const theme = () => it.attribute("html", "data-theme");
  await it.open(server.url, { colorScheme: "dark" });
  assert.equal(await theme(), "dark");
  await it.drawn(it.chart("value"));
  const before = await it.picture(".legend canvas");
  await it.page.keyboard.press("t");
  assert.equal(await theme(), "light");
  assert.notEqual((await it.picture(".legend canvas")).sum, before.sum);
  await it.page.reload();
  assert.equal(await theme(), "light");
});

for (const width of [320, 360]) {
  test(`fits a phone of ${width} pixels`, async () => {
    await it.open(server.url, { viewport: { width, height: 760 }, isMobile: true, hasTouch: true });
    await it.page.locator(".device-row").nth(1).tap();
    for (const chart of ["value", "error", "score"]) await it.drawn(it.chart(chart));
    await until("the strip", async () => (await it.picture("#scrub canvas")).drawn > 100);
    for (const tab of ["devices", "pipeline", "alerts"]) {
      await it.page.tap(`#tab-${tab}`);
      await filled(tab);
      await until(`${tab} as wide as the phone`, () => it.fits(width));
    }
  });
}

test("asks no other host and complains of nothing", async () => {
  for (const tab of ["pipeline", "alerts", "devices"]) {
    await it.page.click(`#tab-${tab}`);
    await filled(tab);
  }
  const { host } = new URL(server.url);
  assert.ok(it.requests.length >= 8);
  assert.deepEqual(
    it.requests.filter((url) => new URL(url).host !== host),
    [],
  );
  assert.deepEqual(it.complaints, []);
});

test("carries at most 200 kB of its own", async () => {
  const paths = [...new Set(it.requests.map((url) => new URL(url).pathname))].filter(
    (path) => !path.startsWith("/api") && path !== "/events",
  );
  let bytes = 0;
  for (const path of paths)
    bytes += Number(
      (await fetch(new URL(path, server.url), { headers: { "Accept-Encoding": "gzip" } })).headers.get("x-bytes") ?? 0,
    );
  assert.ok(paths.length >= 3 && bytes > 20_000, `${paths} ${bytes}`);
  assert.ok(bytes <= 200_000, `${bytes} bytes`);
});

for (const colorScheme of ["light", "dark"]) {
  test(`has no serious fault for people who see or move otherwise, ${colorScheme}`, async () => {
    await it.open(server.url, { ...OPEN, colorScheme });
    await it.drawn(it.chart("value"));
    for (const tab of ["devices", "pipeline", "alerts"]) {
      await it.page.click(`#tab-${tab}`);
      await filled(tab);
      assert.deepEqual(await faults(it.page), [], tab);
    }
  });
}

test("names what a screen reader meets", async () => {
  await it.drawn(it.chart("value"));
  const words = /^Value: 500 records, the last measurement is [\d.]+; \d+ anomalies$/;
  await it.has('[data-chart="value"] .plot', "aria-label", words);
  const selected = await it.has("#device-list", "aria-activedescendant", /./);
  assert.ok(await it.page.evaluate((id) => document.getElementById(id)?.getAttribute("role") === "option", selected));
  assert.equal(await it.page.getAttribute("#scrub", "role"), "slider");
});
