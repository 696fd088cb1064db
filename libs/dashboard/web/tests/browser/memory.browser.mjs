// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page of a detector on a real Kafka that may hold fewer models than there are devices. WORKER_URL names it, WORKER_DEVICES
// and WORKER_RESIDENT say how many there are of each; WORKER_MORE is a command that sends more records, WORKER_AGAIN the device
// that they are of.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { promisify } from "node:util";

import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const { text } = it;
const url = process.env.WORKER_URL;
const [devices, resident] = [Number(process.env.WORKER_DEVICES), Number(process.env.WORKER_RESIDENT)];
const [program, ...words] = JSON.parse(process.env.WORKER_MORE);

before(() => it.launch());
after(() => it.close());
afterEach(() => it.shut());

const rows = () => it.page.locator(".device-row:not([hidden])");
const chips = () => it.texts(".device-row:not([hidden]) .chip");
const evicted = async () => (await chips()).filter((chip) => chip === "◇ evicted").length;

test("shows whose model has left memory, and finds those devices", async () => {
  await it.open(url);
  await until("all devices", async () => (await chips()).length === devices);
  await until("evicted devices", async () => (await evicted()) === devices - resident);
  await it.says("#tile-devices-hint", new RegExp(`${devices - resident} evicted`));
  await it.hit('#states [data-state="evicted"]');
  await until("those alone", async () => {
    const shown = await chips();
    return shown.length === devices - resident && shown.every((chip) => chip === "◇ evicted");
  });
  await it.says("#list-foot", `${devices - resident} of ${devices} devices`);
  const chip = rows().locator(".chip").first();
  assert.match(await chip.getAttribute("title"), /has left memory; it comes back with the next record/);
  assert.equal(await rows().first().getAttribute("data-dim"), "true");
  await it.hit('#states [data-state="evicted"]');
  await it.page.selectOption("#sort", "state");
  await until("the evicted ones before those that are well", async () => {
    const shown = await chips();
    const last = shown.lastIndexOf("◇ evicted");
    return shown.length === devices && shown.slice(last + 1).every((each) => /ok|clipped/.test(each));
  });
});

test("explains an evicted device's newest record, without its memory", async () => {
  await it.open(url);
  await until("evicted devices", async () => (await evicted()) > 0);
  await rows().filter({ hasText: "◇ evicted" }).first().click();
  await it.drawn(it.chart("value"));
  await it.says("#device-chip", "◇ evicted");
  // With its rank, which comes in one answer with the memory.
  const told = await it.says("#explain", /Predicted and seen.*In its history.*Age[\d,]+ records/);
  assert.doesNotMatch(told, /In memory/);
});

test("counts the models of each lane and of all", async () => {
  await it.open(`${url}#tab=pipeline`);
  const lanes = () => it.texts('[aria-label="Lanes"] tbody tr td:nth-child(6)');
  const sums = async () => {
    const counts = (await lanes()).map((lane) => /^(\d+) of (\d+)$/.exec(lane)).filter(Boolean);
    return [1, 2].map((i) => counts.reduce((sum, count) => sum + Number(count[i]), 0)).join();
  };
  await until("their sums", async () => (await sums()) === `${resident},${devices}`);
  await until("the engine's", async () =>
    (await text('[aria-label="Memory and counts"]')).includes(`Models in memory${resident} of ${devices} devices`),
  );
});

test("shows the device again whose next record has come", async () => {
  await it.open(`${url}#device=${process.env.WORKER_AGAIN}`);
  await it.says("#device-chip", "◇ evicted");
  const seen = await it.record();
  await promisify(execFile)(program, words);
  await until("newer records", async () => (await it.record()) > seen);
  await it.says("#device-chip", "▲ alerting"); // back: its last value was an outrage
  await it.hit('#states [data-state="alerting"]');
  await until("it alone alerts", async () => (await chips()).join() === "▲ alerting");
  await it.has(".device-row:not([hidden]) .chip", "title", /newest record is an anomaly/);
  await it.says("#alerts-badge", "1");
  await it.hit('#states [data-state="alerting"]');
  await until("another one instead", async () => (await evicted()) === devices - resident);
  await it.page.click("#tab-pipeline");
  await until("it is counted", async () =>
    /Models evicted, loaded\d+, [1-9]/.test(await text('[aria-label="Memory and counts"]')),
  );
  assert.deepEqual(it.complaints, []);
});
