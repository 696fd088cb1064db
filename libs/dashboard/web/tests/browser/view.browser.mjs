// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page of `cortado view` over an enriched topic whose detector has stopped. VIEW_URL names it, and VIEW_DEVICES and
// VIEW_RECORDS say what the topic holds.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const { VIEW_URL: url, VIEW_DEVICES: devices, VIEW_RECORDS: records } = process.env;

before(() => it.launch());
after(() => it.close());
afterEach(() => it.shut());

const rows = () => it.page.locator(".device-row:not([hidden])");

test("shows every device of the topic with its newest value", async () => {
  await it.open(url);
  await it.state("live");
  await until("the devices", async () => (await rows().count()) === Number(devices));
  await it.says("#tile-devices", devices);
  await until("sparklines", async () => (await it.page.locator(".device-row .spark path[d^=M]").count()) > 0);
});

test("draws a device's history, goes back in it and explains a record", async () => {
  await it.open(url);
  await it.drawn(it.chart("value"));
  const held = Number(records) / Number(devices);
  await until("its records", async () => (await it.points("value")) === Math.min(500, held));
  await it.drag('[data-chart="value"] .u-over', 0.2, 0.5);
  await until("a part", async () => (await it.points("value")) < held / 2);
  await it.page.locator('[data-chart="value"] .u-over').click();
  // With its rank, which comes in one answer with the columns.
  await it.says("#explain", /^This record.*Seen-?[\d.]+.*In its history/);
  assert.equal(await it.page.locator("#explain svg.field").count(), 0);
  await it.page.keyboard.press("l");
  await it.page.keyboard.press("o");
  for (const chart of ["anomalies", "errors", "anomaly", "prediction"]) await it.drawn(it.chart(chart));
});

test("hides what only an engine has, and says so", async () => {
  await it.open(`${url}#tab=pipeline`);
  await until("a word about it", () => it.page.locator("text=There is no engine here").isVisible());
  await until("no batches", () => it.page.locator('[aria-label="Completed batches"]').isHidden());
  const lanes = it.page.locator('[aria-label="Lanes"] tbody tr');
  await until("the partitions that it reads", async () => (await lanes.count()) > 0);
  const headings = await it.page.locator('[aria-label="Lanes"] th').filter({ visible: true }).allTextContents();
  assert.deepEqual(headings, ["Partition", "State", "Lag", "Lag in Time", "Next Offset"]);
  await until("all is read", async () =>
    (await lanes.allTextContents()).every((lane) => /^\d+running0/.test(lane)),
  );
  await it.page.click("#tab-devices");
  await until("no batch", () => it.page.locator("#tile-batch").isHidden());
});

test("asks no other host and complains of nothing", async () => {
  await it.open(url);
  await it.drawn(it.chart("value"));
  for (const key of ["2", "3", "1"]) await it.page.keyboard.press(key);
  const { host } = new URL(url);
  await until("all asked", async () => it.requests.some((asked) => asked.includes("/partitions")));
  assert.deepEqual(
    it.requests.filter((asked) => new URL(asked).host !== host),
    [],
  );
  assert.deepEqual(it.complaints, []);
});
