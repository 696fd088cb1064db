// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page as the program serves it: the real server with made-up devices.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { startServer } from "./demo_server.mjs";
import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const { text } = it;
let server;

before(() => it.launch());
after(() => it.close());
beforeEach(async () => {
  server = await startServer();
  await it.open(server.url);
});
afterEach(async () => {
  await it.shut();
  await server?.stop();
});

const rows = () => it.page.locator(".device-row:not([hidden])");

test("lists the devices and draws charts that move on live", async () => {
  await it.state("live");
  await until("all devices", async () => (await rows().count()) === 12);
  await until("the count", async () => (await text("#tile-devices")) === "12" && Number(await text("#tile-rate")) > 0);
  await it.says("#tile-batch-hint", /12 records · delay/);
  await it.drawn(it.chart("value"));
  await until("500 points", async () => (await it.points("value")) === 500);
  const before = await it.picture(it.chart("value"));
  const seen = await it.record();
  await until("the chart moves", async () => (await it.picture(it.chart("value"))).sum !== before.sum);
  await until("newer records", async () => (await it.record()) > seen + 3);
});

test("has each device's state and its last anomaly", async () => {
  const told = async (part) => (await it.texts(`.device-row:not([hidden]) ${part}`)).join();
  await until("how far a device has come", async () => /◔ warming \d+ of 400/.test(await told(".chip")));
  await until("an anomaly", async () => /▲ (1998-|record )/.test(await told(".anomaly")));
});

test("goes on by itself after the server was restarted", async () => {
  await it.state("live");
  const { port } = server;
  await server.stop();
  server = null;
  await it.state("stale");
  server = await startServer({ port, devices: 7 });
  await it.state("live");
  await until(
    "the new server's devices",
    async () => (await text("#tile-devices")) === "7" && (await rows().count()) === 7,
  );
});

test("shows the newest batches on the engine's page", async () => {
  await it.page.click("#tab-pipeline");
  await until("batches", async () => {
    const rows = await it.texts('[aria-label="Completed batches"] tbody tr');
    return rows.length > 5 && /12[\d.]+ ms[\d.]+ ms[\d.]+ ms/.test(rows[0]);
  });
});

test("asks no other host, and complains of nothing but what an older server lacks", async () => {
  await it.drawn(it.chart("value"));
  const { host } = new URL(server.url);
  assert.deepEqual(
    it.requests.filter((url) => new URL(url).host !== host),
    [],
  );
  assert.deepEqual(
    it.complaints.filter((complaint) => !complaint.includes("404")),
    [],
  );
});
