// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The page of a detector on a real Kafka, in states that a demonstration does not come to: devices silent, their models out of
// memory, lanes paused, dead letters. WORKER_URL names it.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const url = process.env.WORKER_URL;

before(() => it.launch());
after(() => it.close());
afterEach(() => it.shut());

const chips = () => it.texts(".device-row:not([hidden]) .chip");
const lanes = () => it.texts('[aria-label="Lanes"] tbody tr');
const events = () => it.texts('[aria-label="Events"] tbody tr');

test("shows devices that are silent and those whose models have left memory", async () => {
  await it.open(url);
  await it.state("live");
  await until("silent devices", async () => (await chips()).includes("◌ silent"));
  await it.hit('#states [data-state="silent"]');
  await until("those alone", async () => {
    const shown = await chips();
    return shown.length > 0 && shown.every((chip) => chip === "◌ silent");
  });
  await it.says("#list-foot", /^\d+( of \d+)? devices$/);
  await it.says("#tile-devices-hint", /\d+ silent/);
  await it.page.click("#tab-pipeline");
  await it.says('[aria-label="Memory and counts"]', /Models in memory0 of \d+ devices.*Models evicted, loaded[1-9]/);
});

test("says that lanes are paused, and who asked for it", async () => {
  await it.open(`${url}#tab=pipeline`);
  await until("a paused lane", async () => (await lanes()).some((lane) => /^\d+paused/.test(lane)));
  await it.says("#notice", /partition \d+ is paused on request/);
  await it.page.selectOption('[aria-label="Events shown"]', "ready");
  await until("when it was not", async () =>
    (await events()).some((event) => /not readyallnot ready: partition \d+ is paused/.test(event)),
  );
  await it.page.selectOption('[aria-label="Events shown"]', "admin");
  await until("the request", async () => (await events()).some((event) => /pause asked for over HTTP/.test(event)));
});

test("shows snapshots and dead letters", async () => {
  await it.open(`${url}#tab=pipeline`);
  await until("a snapshot", async () => (await lanes()).some((lane) => /ago[\d.]+ [KM]?i?B/.test(lane)));
  const models = () => it.texts('[aria-label="Lanes"] tbody tr td:nth-child(6)');
  await until("no model in memory", async () => (await models()).every((lane) => /^0 of \d+$/.test(lane)));
  await it.page.selectOption('[aria-label="Events shown"]', "dead_letter");
  await until("a dead letter", async () => (await events()).some((event) => /decode/.test(event)));
  assert.deepEqual(it.complaints, []);
});
