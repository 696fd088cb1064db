// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Measures the live page in headless Chromium from a trace: main-thread work a frame, long tasks, frames a second, first
// paint, bytes, memory. It asserts nothing.
//
//     measure.mjs URL [SECONDS [TAB [WINDOW]]]      TAB: devices, pipeline, alerts, or fleet: the heat map large, all columns
import { cpus } from "node:os";

import { countFrames, frameRate, launch, mainThread, mebi, milli, share, tasksOf, trace, workOf } from "./trace.mjs";

const [url, seconds = "20", tab = "devices", window = "500"] = process.argv.slice(2);
if (!url) {
  console.error("measure.mjs URL [SECONDS [TAB [WINDOW]]]");
  process.exit(2);
}

async function measureStart(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  let bytes = 0;
  let all = 0;
  const paths = new Map();
  client.on("Network.responseReceived", ({ requestId, response }) =>
    paths.set(requestId, new URL(response.url).pathname),
  );
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId) ?? "";
    if (!path.startsWith("/api") && path !== "/events") bytes += encodedDataLength;
  });
  client.on("Network.dataReceived", ({ encodedDataLength }) => (all += encodedDataLength));
  await page.goto(`${url}#window=${window}`);
  await page.waitForSelector('[data-chart="value"] canvas');
  const whole = all;
  const paint = await page.evaluate(() => ({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    charts: performance.now(),
  }));
  await page.close();
  return { bytes, whole, paint };
}

async function measureLoad(browser) {
  const fleet = tab === "fleet";
  const page = await browser.newPage({ viewport: fleet ? { width: 1920, height: 1080 } : { width: 1440, height: 900 } });
  await page.goto(`${url}#window=${window}`);
  await page.waitForSelector('[data-chart="value"] canvas');
  if (fleet) await page.keyboard.press("h");
  else if (tab !== "devices") await page.click(`#tab-${tab}`);
  await page.waitForTimeout(3_000);
  const client = await page.context().newCDPSession(page);
  const heap = async () => {
    await client.send("HeapProfiler.collectGarbage");
    return (await client.send("Runtime.getHeapUsage")).usedSize;
  };
  const before = await heap();
  await countFrames(page);
  const traceEvents = await trace(browser, page, Number(seconds));
  const frames = await frameRate(page);
  const rate = await page.textContent("#tile-rate");
  const devices = await page.textContent("#tile-devices");
  const after = await heap();
  await page.close();
  return { traceEvents, frames, rate, devices, before, after };
}

const browser = await launch();
const { bytes, whole, paint } = await measureStart(browser);
const { traceEvents, frames, rate, devices, before, after } = await measureLoad(browser);
await browser.close();

const tasks = tasksOf(traceEvents, mainThread(traceEvents));
console.log(
  `${cpus().length} x ${cpus()[0].model}; ${tab}, window ${window}, ${seconds} s, ${devices} devices, ${rate} records/s`,
);
console.log(
  `first contentful paint ${paint.first.toFixed(0)} ms, first chart ${paint.charts.toFixed(0)} ms; ` +
    `the page ${(bytes / 1_000).toFixed(1)} kB, with all answers until the first chart ${(whole / 1_000).toFixed(1)} kB`,
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
