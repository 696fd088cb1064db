// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Reads a trace of Chromium: what the page's main thread did, frame by frame.
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(new URL("../../libs/dashboard/web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const FRAME_US = 1e6 / 60;
const CATEGORIES = [
  "toplevel",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "blink.user_timing",
  "loading",
];

export const share = (sorted, at) => sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? 0;
export const milli = (microseconds) => (microseconds / 1_000).toFixed(2);
export const mebi = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** The renderer's main thread: the one that runs the page's scripts most. */
export function mainThread(events) {
  const named = events.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain");
  const busy = (thread) =>
    events.filter((event) => event.pid === thread.pid && event.tid === thread.tid && event.name === "FunctionCall")
      .length;
  return named.sort((a, b) => busy(b) - busy(a))[0];
}

/** Tasks of the main thread, without those inside others. */
export function tasksOf(events, { pid, tid }) {
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
export function workOf(tasks, key) {
  const first = tasks[0].ts;
  const frames = new Float64Array(Math.ceil((tasks[tasks.length - 1].ts - first) / FRAME_US) + 1);
  for (const task of tasks) frames[Math.floor((task.ts - first) / FRAME_US)] += task[key] ?? 0;
  return [...frames].sort((a, b) => a - b);
}

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CORTADO_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });

/** Trace a page for so many seconds; returns the events. */
export async function trace(browser, page, seconds) {
  const path = join(tmpdir(), `cortado-trace-${process.pid}.json`);
  await browser.startTracing(page, { path, categories: CATEGORIES });
  await page.waitForTimeout(seconds * 1_000);
  await browser.stopTracing();
  const { traceEvents } = JSON.parse(readFileSync(path, "utf8"));
  rmSync(path);
  return traceEvents;
}

/** Count the page's frames from now on. */
export const countFrames = (page) =>
  page.evaluate(() => {
    globalThis.measuredFrames = 0;
    globalThis.measuredSince = performance.now();
    if (globalThis.countsFrames) return;
    globalThis.countsFrames = true;
    const count = () => {
      globalThis.measuredFrames++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });

/** Frames a second since countFrames(). */
export const frameRate = (page) =>
  page.evaluate(() => (1_000 * globalThis.measuredFrames) / (performance.now() - globalThis.measuredSince));
