// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A fleet of 1,500 devices before a real detector: it weighs little, warms up, and its heat map asks for what is in sight.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useOneDetector } from "./one_detector.mjs";

const DEVICES = 1_500;

const { it, detector, until, text } = useOneDetector(
  ["--set", `simulator.devices=${DEVICES}`, "--set", "generator.rate=2000"],
  async (page) => {
    await page.until("all devices", async () => (await page.text("#tile-devices")) === "1,500");
    const records = async () => Number(/[\d,]+/.exec(await page.text("#tile-rate-hint"))[0].replaceAll(",", ""));
    await page.until("records of each", async () => (await records()) > 6_000);
  },
);

/** Bytes that each path has put on the wire so far. */
async function weigh(page, context) {
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  const paths = new Map();
  const bytes = new Map();
  const count = (id, length) => bytes.set(paths.get(id), (bytes.get(paths.get(id)) ?? 0) + length);
  client.on("Network.responseReceived", ({ requestId, response }) => {
    paths.set(requestId, new URL(response.url).pathname);
    count(requestId, response.encodedDataLength);
  });
  client.on("Network.dataReceived", ({ requestId, encodedDataLength }) => count(requestId, encodedDataLength));
  return bytes;
}

test("puts at most 200 kB on the wire until the first chart and the whole map are there", async () => {
  await it.open("about:blank");
  const bytes = await weigh(it.page, it.context);
  await it.page.goto(detector.url);
  await it.drawn(it.chart("value"), 100);
  await it.drawn(".fleet-scroll canvas", 1_000);
  await until("all devices in the map", async () =>
    /^Heat map of 1500 devices/.test(await it.page.getAttribute(".fleet-scroll canvas", "aria-label")),
  );
  const sum = [...bytes.values()].reduce((all, length) => all + length, 0);
  const told = [...bytes].map(([path, length]) => `${path} ${length}`).join(", ");
  for (const path of ["/", "/events", "/api/v1/devices", "/api/v1/fleet"]) assert.ok(bytes.get(path) > 100, told);
  assert.ok(sum > 40_000 && sum <= 200_000, `${sum}: ${told}`);
});

test("tells how far each model has come while it warms up", async () => {
  await it.open(detector.url);
  const rows = it.page.locator(".device-row:not([hidden])");
  await it.hit('#states [data-state="warming"]');
  const chips = await until("warming devices alone", async () => {
    const shown = await it.texts(".device-row:not([hidden]) .chip");
    return shown.length > 5 && shown.every((chip) => /^◔ warming \d+ of \d+$/.test(chip)) && shown;
  });
  const [, age, needed] = /(\d+) of (\d+)/.exec(chips[0]).map(Number);
  assert.ok(age < needed && needed >= 100, chips[0]);
  await it.has(".device-row:not([hidden]) .chip", "title", /still learning and cannot alarm yet/);
  await rows.first().click();
  await it.says("#device-chip", /^◔ warming \d+ of/);
  await it.says("#explain", new RegExp(`needs \\d+ more records.*Learned\\d+ of ${needed} records`));
  await it.says("#tile-devices-hint", /[\d,]+ warming/);
});

test("shows whose the worst cell of a row is, and leads to it", async () => {
  await it.open(detector.url);
  await it.drawn(".fleet-scroll canvas", 1_000);
  const box = await it.still(".fleet-scroll canvas");
  const at = [box.x + box.width - 9, box.y + box.height / 2];
  await it.page.mouse.move(...at);
  // At once: the map moves on, and a click that moves the mouse would tell of another cell.
  const told = await until("a device", () =>
    it.page.evaluate(([clientX, clientY]) => {
      const tip = document.querySelector(".tip").textContent;
      const found = /^(\S+-\d+)\n.*highest score [\d.]+\nworst of \d+ devices$/s.exec(tip);
      const click = new MouseEvent("click", { clientX, clientY, bubbles: true });
      if (found) document.querySelector(".fleet-scroll canvas").dispatchEvent(click);
      return found;
    }, at),
  );
  await it.says("#device-name", told[1]);
  await it.page.fill("#search", told[1]);
  await it.has(".fleet-scroll canvas", "aria-label", /^Heat map of 1 devices? over/);
  await it.page.fill("#search", "no such device");
  await until("no map", () => it.page.locator(".fleet-empty:visible", { hasText: "No device matches." }).isVisible());
});

test("asks for the rows of a large map that are in sight", async () => {
  await it.open(detector.url);
  await it.drawn(".fleet-scroll canvas", 1_000);
  const asked = () =>
    it.requests.filter((url) => url.includes("/fleet?")).map((url) => new URL(url).searchParams);
  assert.ok(asked().every((query) => Number(query.get("rows")) >= 3 && Number(query.get("rows")) < 100));
  await it.page.click("#fleet-size");
  await until("the first rows", async () => asked().some((query) => !query.has("rows") && Number(query.get("limit")) <= 240));
  // The rows are asked for before the box has their height.
  await until("room to scroll", () => it.page.locator(".fleet-scroll").evaluate((box) => box.scrollHeight > 16 * 1_500 - 1));
  await it.page.locator(".fleet-scroll").evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
  await until("those in the middle", async () => asked().some((query) => Number(query.get("offset")) > 500));
  await it.drawn(".fleet-scroll canvas", 5_000);
  const box = await it.still(".fleet-scroll");
  await until("a device", async () => {
    await it.page.mouse.move(2, 2);
    await it.page.mouse.move(box.x + box.width - 40, box.y + box.height / 2); // anew: rows come in between
    return /^\S+-\d+\n/.test(await text(".tip"));
  });
  await it.page.click("#fleet-size");
  await until("small again", async () => Number(asked().at(-1).get("rows")) > 0);
  assert.deepEqual(it.complaints, []);
});
