// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Measures the live page in headless Chromium from a trace: main-thread work a frame, long tasks, frames a second, first
// paint, bytes, memory. It asserts nothing.
//
//     measure.mjs URL [SECONDS [TAB [WINDOW]]]
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(new URL("../../libs/dashboard/web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const [url, seconds = "20", tab = "devices", window = "500"] = process.argv.slice(2);
if (!url) {
  console.error("measure.mjs URL [SECONDS [TAB [WINDOW]]]");
  process.exit(2);
}

const FRAME_US = 1e6 / 60;
const CATEGORIES = [
  "toplevel",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "blink.user_timing",
  "loading",
];

const share = (sorted, at) => sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? 0;
const milli = (microseconds) => (microseconds / 1_000).toFixed(2);
const mebi = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** The renderer's main thread: the one that runs the page's scripts most. */
function mainThread(events) {
  const named = events.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain");
  const busy = (thread) =>
    events.filter((event) => event.pid === thread.pid && event.tid === thread.tid && event.name === "FunctionCall")
      .length;
  return named.sort((a, b) => busy(b) - busy(a))[0];
}

/** Tasks of the main thread, without those inside others. */
function tasksOf(events, { pid, tid }) {
  const tasks = events
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === "X" && /RunTask$/.test(event.name))
    .sort((a, b) => a.ts - b.ts);
  let end = -Infinity;
  return tasks.filter((task) => {
    if (task.ts < end) return false;
    end = task.ts + task.dur;
    return true;
  });
}

/** Work by frames of a sixtieth of a second, by the wall clock or by the thread's own. */
function workOf(tasks, key) {
  const first = tasks[0].ts;
  const frames = new Float64Array(Math.ceil((tasks[tasks.length - 1].ts - first) / FRAME_US) + 1);
  for (const task of tasks) frames[Math.floor((task.ts - first) / FRAME_US)] += task[key] ?? 0;
  return [...frames].sort((a, b) => a - b);
}

async function measureStart(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  let bytes = 0;
  const paths = new Map();
  client.on("Network.responseReceived", ({ requestId, response }) =>
    paths.set(requestId, new URL(response.url).pathname),
  );
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId) ?? "";
    if (!path.startsWith("/api") && path !== "/events") bytes += encodedDataLength;
  });
  await page.goto(`${url}#window=${window}`);
  await page.waitForSelector('[data-chart="value"] canvas');
  const paint = await page.evaluate(() => ({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    charts: performance.now(),
  }));
  await page.close();
  return { bytes, paint };
}

async function measureLoad(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}#window=${window}`);
  await page.waitForSelector('[data-chart="value"] canvas');
  if (tab !== "devices") await page.click(`#tab-${tab}`);
  await page.waitForTimeout(3_000);
  const client = await page.context().newCDPSession(page);
  const heap = async () => {
    await client.send("HeapProfiler.collectGarbage");
    return (await client.send("Runtime.getHeapUsage")).usedSize;
  };
  const before = await heap();
  await page.evaluate(() => {
    globalThis.measuredFrames = 0;
    globalThis.measuredSince = performance.now();
    const count = () => {
      globalThis.measuredFrames++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const path = join(tmpdir(), `cortado-trace-${process.pid}.json`);
  await browser.startTracing(page, { path, categories: CATEGORIES });
  await page.waitForTimeout(Number(seconds) * 1_000);
  await browser.stopTracing();
  const frames = await page.evaluate(
    () => (1_000 * globalThis.measuredFrames) / (performance.now() - globalThis.measuredSince),
  );
  const rate = await page.textContent("#tile-rate");
  const devices = await page.textContent("#tile-devices");
  const after = await heap();
  const { traceEvents } = JSON.parse(readFileSync(path, "utf8"));
  rmSync(path);
  await page.close();
  return { traceEvents, frames, rate, devices, before, after };
}

const browser = await chromium.launch({
  executablePath: process.env.CORTADO_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const { bytes, paint } = await measureStart(browser);
const { traceEvents, frames, rate, devices, before, after } = await measureLoad(browser);
await browser.close();

const tasks = tasksOf(traceEvents, mainThread(traceEvents));
console.log(
  `${cpus().length} x ${cpus()[0].model}; ${tab}, window ${window}, ${seconds} s, ${devices} devices, ${rate} records/s`,
);
console.log(
  `first contentful paint ${paint.first.toFixed(0)} ms, first chart ${paint.charts.toFixed(0)} ms, ${(bytes / 1_000).toFixed(1)} kB`,
);
for (const [key, name] of [
  ["tdur", "CPU time"],
  ["dur", "wall clock"],
]) {
  const work = workOf(tasks, key);
  const longest = tasks.map((task) => task[key] ?? 0).sort((a, b) => b - a);
  const over = longest.filter((length) => length > 50_000).length;
  console.log(
    `main thread a frame, ${name}: p50 ${milli(share(work, 0.5))} ms, p95 ${milli(share(work, 0.95))} ms, p99 ${milli(share(work, 0.99))} ms, ` +
      `most ${milli(work[work.length - 1])} ms; longest task ${milli(longest[0])} ms, ${over} over 50 ms`,
  );
}
console.log(`${frames.toFixed(1)} frames/s; heap ${mebi(before)} -> ${mebi(after)}`);
