// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of docs/ from a running page: screenshots.mjs URL FOLDER [DEVICE].
import { join } from "node:path";

import { chromium } from "playwright-core";

const [url, folder, device] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CORTADO_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

async function shoot(name, { hash = "", prepare = async () => undefined, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.log(name, message.text()));
  page.on("pageerror", (error) => console.log(name, error.message));
  await page.goto(`${url}${hash}`);
  await page.waitForSelector('#connection[data-state="live"]');
  await page.waitForTimeout(2_500); // for the look of the picture only: a few columns and values more
  await prepare(page);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: options.fullPage ?? false });
  await context.close();
}

const chosen = device ? `#device=${encodeURIComponent(device)}` : "";
const lastAnomaly = async (page) => {
  await page.keyboard.press("p");
  await page.waitForTimeout(1_500);
};
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

await shoot("page", { hash: chosen, prepare: lastAnomaly });
await shoot("page-dark", { hash: chosen, colorScheme: "dark", prepare: lastAnomaly });
await shoot("page-original", { hash: `${chosen || "#"}&charts=original` });
await shoot("page-fleet", {
  prepare: async (page) => {
    await page.keyboard.press("h");
    await page.waitForTimeout(800);
  },
});
await shoot("page-pipeline", { hash: "#tab=pipeline", viewport: { width: 1440, height: 1180 } });
await shoot("page-alerts", { hash: "#tab=alerts" });
await shoot("page-phone", { hash: chosen, ...phone });
await browser.close();
