// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Links to a place of a real detector's page: made, copied, opened, and mistyped.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useOneDetector } from "./one_detector.mjs";

const { it, detector, until, text } = useOneDetector(["--set", "generator.rate=800"]);

const device = () =>
  until("a device", async () => {
    const { rows } = await (await fetch(new URL("api/v1/devices?limit=1", detector.url))).json();
    return rows[0]?.[0];
  });

test("opens a link to a device and a time, and copies one", async () => {
  await it.open(`${detector.url}#tab=alerts`, { permissions: ["clipboard-read", "clipboard-write"] });
  await it.hit('[aria-label="Alerts"] tbody tr button');
  await until("its time in the address", async () => /at=\d{4}-\d\d-\d\dT/.test(it.page.url()));
  await it.says("#explain h2", "This record");
  const sequence = await it.explained();
  await it.page.click('[data-explain="link"]');
  await it.says("#toast", "Link copied");
  const link = await it.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, it.page.url());
  await until("no more of it", () => it.page.locator("#toast").isHidden());
  await it.open(link);
  await until("the same record", async () => (await it.explained()) === sequence);
});

test("keeps tab, window and charts in the address, and goes where it is changed", async () => {
  await it.open(`${detector.url}#tab=pipeline&window=250&charts=original`);
  await until("the tab", () => it.page.locator("#view-pipeline").isVisible());
  await it.page.evaluate(() => (location.hash = location.hash.replace("tab=pipeline", "tab=devices")));
  await it.drawn(it.chart("anomalies"));
  await until("the window", async () => (await it.points("anomalies")) === 250);
  await it.page.selectOption("#window", "500");
  await it.page.click('[data-preset="strips"]');
  await until("neither", async () => !/window|charts/.test(it.page.url()));
});

test("takes the time of a link in any zone, its plus as it is typed", async () => {
  const name = await device();
  const series = new URL(`api/v1/series?limit=1&device=${encodeURIComponent(name)}`, detector.url);
  for (const zone of ["+01:30", "%2B01:30", "+0130"]) {
    const [sequence, time] = (await (await fetch(series)).json()).rows[0];
    const local = new Date(time + 5_400_000).toISOString().replace(/:\d\d\.\d+Z$/, "");
    await it.open(`${detector.url}#device=${name}&at=${local}${zone}`);
    await until(`the record by ${zone}`, async () => (await it.explained()) === sequence);
  }
});

test("goes back and forth by the browser's own buttons, a device or a tab at a time", async () => {
  await it.open(detector.url);
  await it.drawn(it.chart("value"));
  const chosen = () => text("#device-name");
  const name = () => new URLSearchParams(new URL(it.page.url()).hash.slice(1)).get("device");
  await until("the first one in the address", async () => name() === (await chosen()));
  const first = await chosen();
  // At once in the page: between finding a row and clicking it, the list may have given it to the first device.
  const another = (taken) => {
    const rows = [...document.querySelectorAll(".device-row:not([hidden])")];
    const names = rows.map((row) => row.querySelector(".name").textContent);
    const i = names.findIndex((name) => name !== taken && name !== "…");
    rows[i]?.click();
    return names[i];
  };
  const second = await until("another one in the list", () => it.page.evaluate(another, first));
  await until("the second one in the address", async () => name() === second);
  await it.drawn(it.chart("value"));
  await it.page.keyboard.press("ArrowLeft"); // no step: back does not go forth in time
  await until("its time in the address", async () => /at=/.test(it.page.url()));
  await it.page.click("#tab-alerts");
  await until("the tab in the address", async () => /tab=alerts/.test(it.page.url()));
  await it.page.goBack();
  await until("the second device", async () => (await it.page.locator("#view-devices").isVisible()) && (await chosen()) === second);
  await it.page.goBack();
  await until("the first device", async () => (await chosen()) === first);
  await it.page.goForward();
  await until("the second again", async () => (await chosen()) === second);
  await it.page.goForward();
  await until("the alerts again", () => it.page.locator("#view-alerts").isVisible());
  await it.page.goBack();
  await it.page.goBack();
  await until("the start again", async () => (await chosen()) === first);
  await it.page.goBack();
  assert.equal(it.page.url(), "about:blank");
});

const MISTYPED = {
  "a record that never was": "record=999999999",
  "a time after all": "at=9999-12-31T23:59:59Z",
  "a time before all": "at=0001-01-01",
  "no time": "at=99999999999999999999",
  "too many points": "window=100000",
  "words for numbers": "window=many&record=x&at=then&tab=7&charts=%E0%A4%A",
};

for (const [what, words] of Object.entries(MISTYPED)) {
  test(`makes the best of a link with ${what}`, async () => {
    await it.open(`${detector.url}#device=${await device()}&${words}`);
    await it.state("live");
    await it.drawn(it.chart("value"));
    await it.says("#explain", /Predicted and seen/);
    await it.page.keyboard.press("l");
    const seen = await it.record();
    await until("newer records", async () => (await it.record()) > seen);
    assert.deepEqual(it.complaints, []);
  });
}

test("says that it does not know a device, and leads back to those it knows", async () => {
  for (const name of ["nobody", "x".repeat(1_024), "<b>&%00", "ä ö 😀"]) {
    await it.open(`${detector.url}#device=${encodeURIComponent(name)}`);
    await it.state("live");
    await it.says("#empty h2", `No record of ${name} yet`);
    assert.deepEqual(it.complaints, [], name);
  }
  await until("the list", async () => !(await it.texts(".device-row:not([hidden]) .name")).includes("…"));
  await it.page.locator(".device-row").first().click();
  await it.drawn(it.chart("value"));
  await it.open(`${detector.url}#device=${"x".repeat(2_000)}`);
  await it.drawn(it.chart("value"));
});
