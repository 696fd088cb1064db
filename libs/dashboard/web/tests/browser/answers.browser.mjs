// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What the panel tells of a record is what the interface answers about it, before a real detector: first while 800 records a
// second come, then, as answers change with each record, compared word for word while the worker is paused.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { useOneDetector } from "./one_detector.mjs";

const TOKEN = "a-token-of-these-tests";
const folder = mkdtempSync(join(tmpdir(), "cortado-answers-"));
writeFileSync(join(folder, "token"), TOKEN);
after(() => rmSync(folder, { recursive: true }));

const { it, detector, until, text } = useOneDetector(
  // A short history soon loses what its alarms keep.
  ["--preset", "multiscale", "--set", "generator.rate=800", "--set", "http.history=500"]
    .concat("--set", `http.admin_token_file=${join(folder, "token")}`),
  (page) => page.until("alarms", async () => Number((await page.text("#tile-alarms")).replace(",", "")) > 5),
);

const ask = async (path, query) => (await fetch(`${detector.url}api/v1/${path}?${new URLSearchParams(query)}`)).json();
const objects = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
const title = () => text("#explain h2");
const number = (value) => String(Number(value.toPrecision(4)));
const ordinal = (place) =>
  `${place}${place % 100 > 10 && place % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th")}`;
const rankText = ({ place, of }) =>
  place === 1 ? `the highest of ${of}` : place <= 20 ? `${ordinal(place)} highest of ${of}` : `place ${place} of ${of}`;

/** What the panel must hold of an answer, or of an alarm. */
function partsOf(answer) {
  const parts = [`Record ${answer.sequence} `, `Seen${number(answer.value)}`, `Predicted${number(answer.prediction)}`];
  if (answer.expectedLow !== null) parts.push(`Expected band${number(answer.expectedLow)} – ${number(answer.expectedHigh)}`);
  if (answer.rank) parts.push(`In its history${rankText(answer.rank)}R`);
  if (answer.columns) parts.push(`${answer.columns.burst} of ${answer.columns.active} active columns burst`);
  if (answer.modelAge) parts.push(`Age${answer.modelAge.toLocaleString("en-US")} records`);
  return parts;
}

/** The interface's answer about the record that the panel tells about under such a title, once both tell the same that is `fit`. */
async function same(device, head, fit = () => true) {
  return until(`panel and interface agree on ${head}`, async () => {
    const answer = await ask("explain", { device, sequence: await it.explained() });
    const told = await text("#explain");
    return told.startsWith(head) && answer.rank && partsOf(answer).every((part) => told.includes(part)) && (await fit(answer)) && answer;
  });
}

async function admin(action) {
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
  const answer = await fetch(`${detector.url}api/v1/admin/${action}`, { method: "POST", headers, body: "{}" });
  assert.equal(answer.status, 200);
}

test("tells of the newest record its rank in the device's history and its columns while records come", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  for (let round = 0; round < 3; round++) {
    const before = await it.explained();
    // It is one of the newest: how far it may lag is the server's history, not the machine's pace.
    const numbers = () =>
      it.page.evaluate(() => {
        const number = (selector, pattern) => Number(pattern.exec(document.querySelector(selector).textContent)?.[1] ?? NaN);
        return [number("#device-facts", /record (\d+)/), number("#explain .sub", /Record (\d+)/)];
      });
    await until("a newer one with rank and columns", async () => {
      const [newest, explained] = it.note("newest, explained", await numbers());
      const told = await text("#explain");
      return explained > before && newest - explained < 500 && /of 500R/.test(told) && /active columns burst/.test(told);
    });
    assert.equal(await title(), "Newest record");
  }
});

test("tells the same as the interface of the newest record, the last one shown, one under the cursor and a chosen one", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  const device = await text("#device-name");
  await admin("pause");
  const newest = async () => objects(await ask("devices", { device }))[0].sequence;
  await until("every lane paused", async () => objects(await ask("partitions", {})).every((lane) => lane.state === "paused"));
  const answer = await same(device, "Newest record", async ({ sequence }) => sequence === (await newest()));
  assert.equal(answer.rank.of, 500);
  assert.ok(answer.columns, "its columns");
  await it.page.keyboard.press(" ");
  // What a lane had taken before the pause may still come after the newest.
  const { sequence: last } = await same(device, "Last record shown", ({ sequence }) => sequence >= answer.sequence);
  await until("the last one of the charts", async () => {
    const [of, time] = [await text("#explain .sub"), await text('[data-chart="value"] .readout > .item:last-child')];
    return of.startsWith(`Record ${last} `) && of.endsWith(` ${time}`);
  });
  await it.page.hover('[data-chart="value"] .u-over');
  const under = await same(device, "This record", ({ sequence }) => sequence < last);
  await it.page.locator('[data-chart="value"] .u-over').click({ position: { x: 120, y: 20 } });
  await it.page.mouse.move(2, 2);
  const chosen = await same(device, "This record", ({ sequence }) => sequence < under.sequence);
  await admin("resume");
  await until("newer records on the page", async () => (await it.record()) > last + 20);
  assert.equal(await it.explained(), chosen.sequence);
  assert.equal(await title(), "This record");
});

test("tells of an alarm whose points are lost what the interface holds of it", async () => {
  const held = async ({ device }) => (await ask("series", { device, limit: 1 })).held.firstSequence;
  await it.open(detector.url);
  const alarm = await until("an old alarm", async () => {
    for (const each of objects(await ask("anomalies", { limit: 1_000 })))
      if (each.value !== null && each.prediction !== null && each.sequence < (await held(each))) return each;
    return null;
  });
  await it.page.evaluate((hash) => (location.hash = hash), `#device=${alarm.device}&record=${alarm.sequence}`);
  await until("it", async () => (await title()) === "This record" && (await it.explained()) === alarm.sequence);
  const told = await text("#explain");
  for (const part of partsOf(alarm)) assert.ok(told.includes(part), `${part} in ${told}`);
  assert.match(told, /no longer kept/);
  assert.doesNotMatch(told, /Nothing special/);
});
