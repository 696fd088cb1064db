// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Watches a running page and its server for a while: each minute ten seconds of trace, the browser's memory, and the server's CPU
// time and memory from /metrics. Prints a JSON line a minute and one for the whole; asserts nothing.
//
//     soak.mjs URL [MINUTES]
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

import { countFrames, frameRate, launch, mainThread, share, tasksOf, trace, workOf } from "./trace.mjs";

const [url, minutes = "10"] = process.argv.slice(2);
if (!url) {
  console.error("soak.mjs URL [MINUTES]");
  process.exit(2);
}
const TRACE_S = 10;
const MINUTE_S = 60;
const round = (value, digits = 2) => Number(value.toFixed(digits));
const mib = (bytes) => round(bytes / 2 ** 20, 1);

/** The gauges and counters of the server that are looked at. */
async function metrics() {
  const text = await (await fetch(new URL("metrics", url))).text();
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? NaN);
  return {
    at: performance.now() / 1_000,
    cpu: value("process_cpu_seconds_total"),
    resident: value("process_resident_memory_bytes"),
    models: value("cortado_model_bytes"),
    records: value("cortado_input_records_total"),
    lost: value("cortado_page_rows_lost_total"),
    devices: value("cortado_devices"),
  };
}

/** Resident memory of the browser: all its processes. */
function browserBytes(pids) {
  let pages = 0;
  for (const pid of pids) {
    try {
      pages += Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    } catch {
      // it has ended
    }
  }
  return pages * 4096;
}

async function minute(browser, session, page, client) {
  const before = await metrics();
  await countFrames(page);
  const events = await trace(browser, page, TRACE_S);
  const frames = await frameRate(page);
  const tasks = tasksOf(events, mainThread(events));
  const work = workOf(tasks, "tdur");
  const wall = workOf(tasks, "dur");
  const longest = Math.max(...tasks.map((task) => task.tdur ?? 0));
  await page.waitForTimeout((MINUTE_S - TRACE_S) * 1_000);
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const after = await metrics();
  const seconds = after.at - before.at;
  return {
    records_per_s: Math.round((after.records - before.records) / seconds),
    devices: after.devices,
    frame_p50_ms: round(share(work, 0.5) / 1_000),
    frame_p95_ms: round(share(work, 0.95) / 1_000),
    frame_p95_wall_ms: round(share(wall, 0.95) / 1_000),
    longest_task_ms: round(longest / 1_000),
    frames_per_s: round(frames, 1),
    page_heap_mib: mib(usedSize),
    browser_mib: mib(browserBytes(processInfo.map((info) => info.id))),
    server_cpu: round((after.cpu - before.cpu) / seconds),
    server_mib: mib(after.resident),
    models_mib: mib(after.models),
    server_without_models_mib: mib(after.resident - after.models),
    rows_lost: after.lost - before.lost,
    load: round(loadavg()[0], 1),
  };
}

/** Mean of the last third against that of the second. */
function trend(rows, key) {
  const third = Math.max(1, Math.floor(rows.length / 3));
  const mean = (part) => part.reduce((sum, row) => sum + row[key], 0) / part.length;
  const [middle, last] = [mean(rows.slice(-2 * third, -third)), mean(rows.slice(-third))];
  return { middle: round(middle), last: round(last), change: `${round((100 * (last - middle)) / middle, 1)}%` };
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(url);
await page.waitForSelector('[data-chart="value"] canvas');
await page.waitForTimeout(3_000);
const client = await page.context().newCDPSession(page);
const session = await browser.newBrowserCDPSession();
const rows = [];
for (let i = 0; i < Number(minutes); i++) {
  rows.push(await minute(browser, session, page, client));
  console.log(JSON.stringify({ minute: i + 1, ...rows.at(-1) }));
}
await browser.close();
const keys = ["frame_p95_ms", "frames_per_s", "page_heap_mib", "browser_mib", "server_cpu", "server_without_models_mib"];
console.log(
  JSON.stringify({
    machine: `${cpus().length} x ${cpus()[0].model}`,
    minutes: Number(minutes),
    ...Object.fromEntries(keys.map((key) => [key, trend(rows, key)])),
    worst_frame_p95_ms: Math.max(...rows.map((row) => row.frame_p95_ms)),
    longest_task_ms: Math.max(...rows.map((row) => row.longest_task_ms)),
  }),
);
