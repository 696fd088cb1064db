// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The engine's page of a detector that was started anew and has had nothing to do since. WORKER_URL names it, WORKER_RECORDS
// says what the one before it took.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const url = process.env.WORKER_URL;
const records = Number(process.env.WORKER_RECORDS);

before(() => it.launch());
after(() => it.close());
afterEach(() => it.shut());

test("shows the batches and figures of the process before it", async () => {
  await it.open(`${url}#tab=pipeline`);
  await it.state("live");
  const sizes = () => it.texts('[aria-label="Completed batches"] tbody tr td:nth-child(3)');
  const sum = async () => (await sizes()).reduce((all, size) => all + Number(size.replace(",", "")), 0);
  await until("all records, in batches", async () => (await sum()) === records);
  await it.says(".view-head .sub", / · 0 batches · 0 records$/);
  await it.hit('[aria-label="Completed batches"] tbody button');
  await it.says("tr.details", /enriched/);
  for (const range of ["300000", "86400000"]) {
    await it.page.selectOption('[aria-label="Time shown"]', range);
    for (const figure of ["inputRate", "processingTime", "totalDelay"])
      await it.drawn(`[data-figure="${figure}"] canvas`, 300);
    await it.says('[data-figure="processingTime"]', /average [\d.]+ m?s/);
    await until(
      "a histogram",
      async () => (await it.page.locator('[data-figure="processingTime"] .count').count()) >= 2,
    );
  }
  assert.deepEqual(it.complaints, []);
});
