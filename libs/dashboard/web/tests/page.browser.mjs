// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// The page in a real browser, before a server with made-up devices.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { chromium } from "playwright-core";

import { startServer } from "./demo_server.mjs";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--no-first-run",
];
const CHARTS = ["anomalies", "error", "anomaly", "prediction"];

let browser, server, context, page;
let requests, complaints;

before(async () => {
  const executablePath = process.env.CORTADO_CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: FLAGS });
});

after(() => browser?.close());

beforeEach(async () => {
  server = await startServer();
  await open();
});

afterEach(async () => {
  await context?.close();
  await server?.stop();
});

async function open(options = {}, hash = "") {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  requests = [];
  complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(server.url + hash);
}

const text = (selector) => page.textContent(selector);
const state = (wanted) => page.waitForSelector(`#connection[data-state="${wanted}"]`);
const record = async () => Number(/record (\d+)/.exec(await text("#device-facts"))[1]);

async function until(what, condition) {
  for (let i = 0; i < 600; i++) {
    if (await condition()) return;
    await page.waitForTimeout(100); // polls for up to a minute
  }
  assert.fail(`never came: ${what}`);
}

/** How many pixels of a chart are drawn, and a sum that changes when the picture does. */
function picture(chart) {
  return page.evaluate((key) => {
    const canvas = document.querySelector(`[data-chart="${key}"] canvas`);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    let sum = 0;
    for (let i = 3; i < data.length; i += 4) {
      if (data[i] === 0) continue;
      drawn++;
      sum = (sum * 31 + i + data[i - 1]) % 1_000_000_007;
    }
    return { drawn, sum };
  }, chart);
}

/** What the legend tells: the newest point that the chart holds, since no pointer is on it. */
const newest = (chart) => text(`[data-chart="${chart}"] .u-legend`);

const drawn = (chart) => until(`${chart} is drawn`, async () => (await picture(chart)).drawn > 2_000);
const devices = (count) =>
  until(`${count} devices are listed`, async () => (await page.locator(".device-row").count()) === count);
const pointsShown = (chart) => page.getAttribute(`[data-chart="${chart}"]`, "data-points").then(Number);

test("lists the devices and draws four charts that move on live", async () => {
  await state("live");
  await page.waitForSelector(".uplot");
  await devices(12);
  await until("the count", async () => (await text("#tile-devices")) === "12");
  for (const chart of CHARTS) await drawn(chart);
  const before = await Promise.all(CHARTS.map(picture));
  const seen = await record();
  for (const [i, chart] of CHARTS.entries()) {
    assert.equal(await pointsShown(chart), 500);
    await until(`${chart} moves`, async () => (await picture(chart)).sum !== before[i].sum);
  }
  await until("newer records", async () => (await record()) > seen + 3);
  await until("a rate", async () => Number(await text("#tile-rate")) > 0);
  await until("the batch", async () => /12 records · delay/.test(await text("#tile-batch-hint")));
  await until("the topics", async () =>
    /monitoring20 → monitoringEnriched2 · preset seed/.test(await text("#facts")),
  );
});

test("shows each device's state, with a sign beside the colour", async () => {
  await page.selectOption("#sort", "state");
  await page.waitForSelector('.device-row .chip[data-state="warming"]');
  await until("how far a device has come", async () =>
    /◔ warming \d+ of 400/.test(await text('.device-row .chip[data-state="warming"]')),
  );
  assert.equal(await text('.device-row .chip[data-state="ok"]'), "● ok");
});

test("adjusts the window", async () => {
  await page.waitForSelector(".uplot");
  await page.selectOption("#window", "100");
  await until("100 points", async () => (await pointsShown("error")) === 100);
  await page.selectOption("#window", "1000");
  await until("more than 500 points", async () => (await pointsShown("error")) > 600);
  assert.match(page.url(), /window=1000/);
});

test("pauses and goes on", async () => {
  await page.waitForSelector(".uplot");
  await page.click("#pause");
  const still = await newest("error");
  await until("records wait", async () => /Resume \(\d+ new\)/.test(await text("#pause")));
  assert.equal(await newest("error"), still);
  assert.equal(await page.getAttribute("#pause", "aria-pressed"), "true");
  await page.click("#pause");
  await until("the chart moves on", async () => (await newest("error")) !== still);
  assert.equal(await text("#pause"), "Pause");
});

test("goes on by itself after the server was restarted", async () => {
  await state("live");
  const { port } = server;
  await server.stop();
  await state("reconnecting");
  await state("stale");
  assert.match(await text("#connection-text"), /Stale since \d\d:\d\d:\d\d/);
  server = await startServer({ port, devices: 7 });
  await state("live");
  await until("the new server's devices", async () => (await text("#tile-devices")) === "7");
  const seen = await record();
  await until("newer records", async () => (await record()) > seen);
});

test("moves by keyboard, searches, and keeps the device in the address", async () => {
  await page.waitForSelector(".uplot");
  await page.selectOption("#sort", "name");
  await page.locator("#sort").blur();
  await until("the devices are listed", async () => (await page.locator(".device-row").count()) >= 7);
  const names = await page.locator(".device-row .name").allTextContents();
  const sorted = [...names].sort();
  await page.keyboard.press("Home");
  await until("the first device", async () => (await text("#device-name")) === sorted[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await until("the third device", async () => (await text("#device-name")) === sorted[2]);
  await page.keyboard.press("k");
  await until("the second device", async () => (await text("#device-name")) === sorted[1]);
  assert.ok(page.url().endsWith(`#device=${sorted[1]}`));
  assert.equal(await page.locator('.device-row[aria-selected="true"] .name').textContent(), sorted[1]);
  await page.keyboard.press("/");
  await page.keyboard.type(sorted[4]);
  await until("one match", async () => (await page.locator(".device-row").count()) === 1);
  await page.keyboard.press("Escape");
  await page.keyboard.press(" ");
  assert.match(await text("#pause"), /Resume/);
});

test("opens the device of a link, and says when it is unknown", async () => {
  const name = await page.locator(".device-row .name").nth(5).textContent();
  await open({}, `#device=${name}&window=250`);
  await until("the linked device", async () => (await text("#device-name")) === name);
  await until("its window", async () => (await pointsShown("error")) === 250);
  await open({}, "#device=nobody");
  await until("a word about it", async () => /No record of nobody yet/.test(await text("#empty")));
});

test("draws by record number where there is no event time", async () => {
  await page.fill("#search", "06-037-1222-44201-1");
  await page.click(".device-row");
  await page.waitForSelector('[data-chart="error"] .u-label:text-is("record")');
  await drawn("error");
});

test("switches between light and dark, follows the system and keeps the choice", async () => {
  const theme = () => page.getAttribute("html", "data-theme");
  await open({ colorScheme: "dark" });
  assert.equal(await theme(), "dark");
  await page.click("#theme");
  assert.equal(await theme(), "light");
  await page.reload();
  assert.equal(await theme(), "light");
});

test("fits a phone", async () => {
  await open({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await page.waitForSelector(".uplot");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  assert.equal(await page.locator("figure").count(), 4);
  await page.locator(".device-row").nth(1).tap();
  await drawn("prediction");
});

test("says what to do while there are no devices", async () => {
  const { port } = server;
  await context.close();
  await server.stop();
  server = await startServer({ port, devices: 0 });
  await open();
  await until("a hint", async () => /cortado generate FILE.csv --topic monitoring20/.test(await text("#empty")));
  await state("live");
});

test("asks no other host and complains of nothing", async () => {
  await page.waitForSelector(".uplot");
  await until("a few updates", async () => Number(await text("#tile-rate")) > 0);
  await page.mouse.move(900, 400);
  const { host } = new URL(server.url);
  assert.ok(requests.length >= 4);
  assert.deepEqual(requests.filter((url) => new URL(url).host !== host), []);
  assert.deepEqual(complaints, []);
});

test("names what a screen reader meets", async () => {
  await page.waitForSelector(".uplot");
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, [role=img], [role=listbox], nav, section")]
      .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim()))
      .map((element) => element.outerHTML.slice(0, 80)),
  );
  assert.deepEqual(unnamed, []);
  await until("a chart in words", async () =>
    /newest 500 records; last measurement/.test(await page.getAttribute('[data-chart="error"] .plot', "aria-label")),
  );
  const selected = await page.getAttribute("#device-list", "aria-activedescendant");
  assert.ok(await page.evaluate((id) => document.getElementById(id)?.getAttribute("role") === "option", selected));
});
