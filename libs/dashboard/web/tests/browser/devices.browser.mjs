// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The device list, the connection and the page as a whole, before the stand-in.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { StandIn } from "../stand_in/server.mjs";
import { Harness } from "./harness.mjs";

const it = new Harness();
const { until, text, state } = { until: it.until.bind(it), text: it.text, state: it.state };
let server;

before(() => it.launch());
after(() => it.close());
beforeEach(async () => {
  server = await new StandIn().listen();
  await it.open(server.url);
});
afterEach(async () => {
  await it.shut();
  await server.stop();
});

const rows = () => it.page.locator(".device-row:not([hidden])");
const names = () => it.texts(".device-row:not([hidden]) .name");
const chips = () => it.texts(".device-row:not([hidden]) .chip");

test("lists the devices with values, states and sparklines, and tells how much flows", async () => {
  await state("live");
  await until("all devices", async () => (await rows().count()) === 12);
  await until("the tiles", async () => (await text("#tile-devices")) === "12" && Number(await text("#tile-rate")) > 0);
  await it.says("#tile-batch-hint", /12 records · delay \d+ ms/);
  await it.says("#facts", /monitoring20 → monitoringEnriched2 · preset default/);
  await until("sparklines", async () => (await it.page.locator(".device-row .spark path[d^=M]").count()) >= 10);
  await it.says("#list-foot", "12 devices");
});

test("shows each state with a sign beside the colour, and filters by it", async () => {
  server.fleet.devices[2].state = "silent";
  server.fleet.devices[3].state = "evicted";
  server.rate = 0; // else a warm-up is over before long, and others alarm
  await until("how far a device has come", async () => /◔ warming \d+ of 400/.test((await chips()).join()));
  for (const chip of ["◌ silent", "◇ evicted", "● ok"]) await until(chip, async () => (await chips()).includes(chip));
  await it.page.click('#states [data-state="silent"]');
  await until("only the silent device", async () => (await names()).join() === server.fleet.devices[2].name);
  await it.page.click('#states [data-state="silent"]');
  await until("all again", async () => (await rows().count()) === 12);
});

test("sorts by the last anomaly, so that a new alarm comes to the top", async () => {
  await until("the list", async () => (await rows().count()) === 12);
  server.rate = 0;
  server.fleet.spike(3);
  const { name } = server.fleet.devices[3];
  await until("the alarm on top", async () => (await names())[0] === name);
  await until("its chip", async () => (await chips())[0] === "▲ alerting");
  await it.says("#alerts-badge", /\d/);
  await it.page.selectOption("#sort", "name");
  const sorted = server.fleet.devices.map((device) => device.name).sort();
  await until("by name", async () => (await names()).join() === sorted.join());
});

test("changes no row while a pointer moves over the list", async () => {
  await until("the list", async () => (await rows().count()) === 12);
  await until("a chosen one", async () => (await text("#device-name")) !== "");
  server.rate = 0;
  const order = server.rest.devices(new URLSearchParams({ sort: "lastAnomaly" })).rows.map(([device]) => device);
  await until("the list as it stays", async () => (await names()).join() === order.join());
  await it.page.evaluate(() => {
    const list = document.getElementById("device-list");
    let moved = performance.now();
    window.waits = [];
    list.addEventListener("pointermove", () => (moved = performance.now()));
    const names = new MutationObserver(() => window.waits.push(performance.now() - moved));
    for (const name of list.querySelectorAll(".name")) names.observe(name, { childList: true, characterData: true });
  });
  const box = await it.page.locator("#device-list").boundingBox();
  await it.page.mouse.move(box.x + 20, box.y + 20);
  await it.page.waitForTimeout(500); // what was asked before has been answered
  // The last in the list of those that may alarm: it comes to the top from below.
  const name = order.findLast((device) => server.fleet.byName.get(device).last);
  server.fleet.spike(server.fleet.byName.get(name).number);
  for (let i = 0; i < 30; i++) {
    await it.page.mouse.move(box.x + 20 + i, box.y + 20);
    await it.page.waitForTimeout(100);
  }
  await until("the alarm on top", async () => (await names())[0] === name);
  const waits = await it.page.evaluate(() => window.waits);
  assert.ok(waits.length > 0 && Math.min(...waits) >= 1_000, String(waits));
});

test("moves by keyboard, searches, and keeps the device in the address", async () => {
  await it.page.selectOption("#sort", "name");
  await it.page.locator("#sort").blur();
  const sorted = server.fleet.devices.map((device) => device.name).sort();
  await until("the order", async () => (await names()).join() === sorted.join());
  const chosen = (i) => it.says("#device-name", sorted[i]);
  await it.page.keyboard.press("Home");
  await chosen(0);
  await it.page.keyboard.press("j");
  await it.page.keyboard.press("ArrowDown");
  await chosen(2);
  await it.page.keyboard.press("k");
  await chosen(1);
  await until("the address", async () => it.page.url().endsWith(`#device=${sorted[1]}`));
  await until(
    "the mark",
    async () => (await it.page.locator('.device-row[aria-selected="true"] .name').textContent()) === sorted[1],
  );
  await it.page.keyboard.press("/");
  await it.page.keyboard.type(sorted[4].slice(3, 11));
  await until("one match", async () => (await names()).join() === sorted[4]);
  await it.says("#list-foot", "1 of 12 devices");
  await it.page.keyboard.type("zzz");
  await it.has(".device-rows", "data-empty", "No device matches.");
});

test("opens the device of a link, and says when it is unknown", async () => {
  const { name } = server.fleet.devices[5];
  await it.open(`${server.url}#device=${name}&window=250`);
  await it.says("#device-name", name);
  await until("its window", async () => (await it.points("value")) === 250);
  await it.open(`${server.url}#device=nobody`);
  await it.says("#empty", /No record of nobody yet/);
});

test("says what to do while there are no devices", async () => {
  const { port } = server;
  await it.shut();
  await server.stop();
  server = await new StandIn({ devices: 0 }).listen(port);
  await it.open(server.url);
  await it.says("#empty", /cortado generate FILE.csv --topic monitoring20/);
  await state("live");
});

test("reconnects by itself, says that it is stale, and begins anew with a new server", async () => {
  await state("live");
  const { port } = server;
  await server.stop();
  await it.passed("reconnecting");
  await state("stale");
  assert.match(await text("#connection-text"), /Stale since \d\d:\d\d:\d\d/);
  server = await new StandIn({ devices: 7 }).listen(port);
  await state("live");
  await until(
    "the new server's devices",
    async () => (await text("#tile-devices")) === "7" && (await rows().count()) === 7,
  );
  const newest = async () => server.fleet.byName.get(await text("#device-name")).sequence;
  await until("no record of the former one", async () => (await it.record()) <= (await newest()));
  const seen = await it.record();
  await until("newer records", async () => (await it.record()) > seen);
});

test("notices a server that falls silent, and goes on where it stopped", async () => {
  await until("points", async () => (await it.points("value")) === 500);
  server.stalled = true;
  await it.passed("reconnecting");
  server.stalled = false;
  await state("live");
  assert.ok(it.requests.some((url) => /events\?.*resume=/.test(url)));
  const seen = await it.record();
  await until("newer records", async () => (await it.record()) > seen);
});

test("says why the server is not ready", async () => {
  await state("live");
  server.ready = false;
  await it.says("#notice", "Not ready: the broker does not answer");
  server.ready = true;
  await until("its end", () => it.page.locator("#notice").isHidden());
});

test("leaves out what the record lacks", async () => {
  await it.shut();
  await server.stop();
  server = await new StandIn({ scores: false, role: "view" }).listen();
  await it.open(server.url);
  await it.says('[data-chart="score"] figcaption', /^Anomaly.*(UTC|record \d+)$/);
  await it.says('[data-chart="value"] figcaption', /^Value.*(UTC|record \d+)$/);
  assert.equal(await it.page.locator('[data-chart="value"] .readout .item:has-text("expected")').isHidden(), true);
  await until("no batch", () => it.page.locator("#tile-batch").isHidden());
  await it.page.click("#tab-pipeline");
  await until("no engine", () => it.page.locator("text=There is no engine here").isVisible());
  await until("partitions", async () => (await it.page.locator('[aria-label="Lanes"] tbody tr').count()) === 10);
  await until("no batches", () => it.page.locator('[aria-label="Completed batches"]').isHidden());
});

test("works with a server that knows only the former interface", async () => {
  for (const part of ["fleet", "anomalies", "explain", "timeline", "partitions", "engine", "journal"])
    server.rest.missing.add(part);
  await it.open(server.url);
  await it.drawn(it.chart("value"));
  await until("the list", async () => (await rows().count()) === 12);
  await until("no heat map", () => it.page.locator("#fleet").isHidden());
  await it.page.click("#tab-pipeline");
  await until("batches", async () => (await it.page.locator("#view-pipeline tbody tr").count()) > 10);
});
