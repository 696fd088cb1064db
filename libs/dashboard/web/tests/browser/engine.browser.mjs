// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The engine's page before a real detector, with Spark's names.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useOneDetector } from "./one_detector.mjs";

const { it, detector, until, text } = useOneDetector(["--preset", "multiscale", "--set", "generator.rate=800"]);

const cells = (title) => it.texts(`[aria-label="${title}"] tbody tr`);

test("counts seconds that are over, and looks at other times of the engine", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  await it.drawn('[data-figure="inputRate"] canvas', 300);
  const spans = () =>
    it.requests
      .filter((url) => url.includes("/timeline?"))
      .map((url) => Object.fromEntries([...new URL(url).searchParams].map(([key, value]) => [key, Number(value)])));
  for (const { from, to, points } of spans()) {
    assert.deepEqual([from % 1_000, to % 1_000, (to - from) / points], [0, 0, 1_000]);
    assert.ok(to <= Date.now());
  }
  await it.page.selectOption('[aria-label="Time shown"]', "3600000");
  await until("an hour", async () => spans().some(({ from, to }) => to - from === 3_600_000));
  await it.page.selectOption('[aria-label="Time shown"]', "300000");
  await it.drawn('[data-figure="inputRate"] canvas', 300);
  await until("a part", async () => {
    await it.drag('[data-figure="inputRate"] .u-over', 0.6, 0.9);
    return spans().some(({ from, to }) => to - from < 200_000);
  });
  await it.page.click("text=Back to live");
  await until("live again", () => it.page.locator("text=Back to live").isHidden());
});

test("tells which models take the memory, and leads to their devices", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  const rows = '[aria-label="Memory by device"] tbody tr';
  const unit = { KiB: 1, MiB: 1_024 };
  await until("all eight, the largest first", async () => {
    const told = await it.texts(`${rows} td:nth-child(2)`);
    const sizes = told.map((size) => /^([\d.]+) (KiB|MiB)$/.exec(size)).map((found) => found && Number(found[1]) * unit[found[2]]);
    return sizes.length === 8 && sizes.every((size, i) => size > 0 && (i === 0 || size <= sizes[i - 1]));
  });
  await it.says('[aria-label="Memory by device"] .card-head', /the largest 8 of 8$/);
  const device = await it.hit(`${rows} button`); // at once: another may take its place
  await it.says("#device-name", device);
  await until("its charts", () => it.page.locator("#view-devices").isVisible());
});

test("opens a batch, filters what happened, and tells the models' memory", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  await it.drawn('[data-figure="inputRate"] canvas', 300);
  await it.hit('[aria-label="Completed batches"] tbody button');
  await it.says("tr.details", /enriched/);
  await it.page.selectOption('[aria-label="Events shown"]', "rebalance");
  await until("the assignment", async () => (await cells("Events")).some((event) => /assigned/.test(event)));
  await until("memory of the models", async () =>
    /Memory of the models[\d.]+ [KM]iBMemory a model[\d.]+ [KM]iB/.test(await text('[aria-label="Memory and counts"]')),
  );
});

test("shows no batch as active that has ended", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  const both = () =>
    it.page.evaluate(() => {
      const rows = (title) => [...document.querySelectorAll(`[aria-label="${title}"] tbody tr td:first-child`)];
      const numbers = (title) => rows(title).map((cell) => Number(/\d+/.exec(cell.textContent))).filter(Boolean);
      return { active: numbers("Active batch"), completed: numbers("Completed batches") };
    });
  const seen = new Set();
  await until("five looks at an active batch", async () => {
    const { active, completed } = await both();
    const newest = Math.max(...completed);
    assert.ok(active.every((batch) => batch > newest), `${active} is active, ${newest} has ended`);
    active.forEach((batch) => seen.add(batch));
    return seen.size >= 5;
  });
});

test("answers no batch as active that has ended", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  let looks = 0;
  await until("twenty answers with an active batch", async () => {
    const { active, rows, columns } = await (await fetch(`${detector.url}api/v1/batches?limit=5`)).json();
    const ended = Math.max(...rows.map((row) => row[columns.indexOf("batch")]));
    if (active) assert.ok(active.batch > ended, `${active.batch} is active, ${ended} has ended`);
    return active && ++looks >= 20;
  });
});

test("shows the engine: figures over time, batches with stages, running lanes", async () => {
  await it.open(`${detector.url}#tab=pipeline`);
  for (const figure of ["inputRate", "processingTime", "totalDelay"])
    await it.drawn(`[data-figure="${figure}"] canvas`, 300);
  assert.deepEqual(await it.page.locator(".timeline h3").allTextContents(), [
    "Input Rate",
    "Processing Rate",
    "Scheduling Delay",
    "Processing Time",
    "Total Delay",
  ]);
  for (const figure of ["inputRate", "processingRate", "schedulingDelay", "processingTime", "totalDelay"]) {
    const panel = `[data-figure="${figure}"]`;
    await it.says(panel, /[\d,.]+ ?(\/s|k\/s|µs|ms|s)average [\d,.]+/);
    await it.has(`${panel} .histogram svg`, "aria-label", /^Histogram of .*: [\d,]+ batches$/);
    await until(`a histogram of ${figure}`, async () => (await it.page.locator(`${panel} .count`).count()) > 0);
  }
  const headings = (title) => it.page.locator(`[aria-label="${title}"] th`).allTextContents();
  const batch = ["Batch", "Batch Time", "Input Size", "Scheduling Delay", "Processing Time", "Total Delay", "Stages"];
  assert.deepEqual(await headings("Completed batches"), batch);
  assert.deepEqual(await headings("Active batch"), ["Batch", "Batch Time", "Input Size", "Status"]);
  const lanes = ["Partition", "State", "Lag", "Lag in Time", "Next Offset", "Models", "Snapshot", "Size", "Duration"];
  assert.deepEqual(await headings("Lanes"), lanes);
  assert.deepEqual(await headings("Events"), ["Time", "Event", "Partition", "What happened"]);
  await until("an active batch or none", async () =>
    /processing$|^No batch is in work\.$/.test((await cells("Active batch")).join()),
  );
  await until("batches", async () => (await cells("Completed batches")).length > 10);
  await it.has('[aria-label="Completed batches"] td:nth-child(2)', "title", /^ended at \d\d:\d\d:\d\d$/);
  const stages = /^poll .*, score .*, produce .*, commit .*, snapshot /;
  await it.has('[aria-label="Completed batches"] tbody svg', "aria-label", stages);
  await until("stages", async () => (await it.page.locator('[aria-label="Completed batches"] tbody svg').count()) > 5);
  await until("ten running lanes", async () => {
    const shown = await cells("Lanes");
    return shown.length === 10 && shown.every((lane) => /^\d+running/.test(lane));
  });
  await until("the start", async () => (await cells("Events")).some((event) => /start|rebalance/.test(event)));
  await until("the models", async () =>
    /Models in memory\d+ of 8 devices/.test(await text('[aria-label="Memory and counts"]')),
  );
});
