// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: a headless Chromium, a page, and ways to wait.
import assert from "node:assert/strict";

import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** So often is asked for what is to come, a minute long at least. */
const TRIES = 600;
const PAUSE_MS = 100;

export class Harness {
  page = null;
  requests = [];
  complaints = [];

  async launch() {
    this.browser = await chromium.launch({
      executablePath: process.env.CORTADO_CHROMIUM ?? "/usr/bin/chromium",
      args: FLAGS,
    });
  }

  async close() {
    await this.browser?.close();
  }

  /** Open a page with a fresh profile. */
  async open(url, options = {}) {
    await this.shut();
    this.context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(60_000);
    this.requests = [];
    this.complaints = [];
    this.page.on("request", (request) => this.requests.push(request.url()));
    this.page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    this.page.on("pageerror", (error) => this.complaints.push(error.message));
    await this.page.goto(url);
    return this.page;
  }

  async shut() {
    await this.context?.close();
    this.context = null;
  }

  text = (selector) => this.page.textContent(selector);

  state = (wanted) => this.page.waitForSelector(`#connection[data-state="${wanted}"]`);

  /** Ask again and again, for a minute at most. */
  async until(what, condition) {
    let last;
    for (let i = 0; i < TRIES; i++) {
      last = await condition();
      if (last) return last;
      await this.page.waitForTimeout(PAUSE_MS);
    }
    return assert.fail(`never came: ${what}`);
  }

  /**
   * Ask again and again until an element says what is wanted: a text, or a pattern of one. The page paints in frames, so that
   * what it says of one thing comes before or after what it says of another. A failure names the last that it said.
   */
  async says(selector, wanted) {
    let told;
    const fits = () => (wanted instanceof RegExp ? wanted.test(told) : told === wanted);
    for (let i = 0; i < TRIES; i++) {
      told = await this.text(selector);
      if (fits()) return told;
      await this.page.waitForTimeout(PAUSE_MS);
    }
    return assert.fail(`${selector} never said ${wanted}, but at last: ${told}`);
  }

  /** How many pixels of a canvas are drawn, and a sum that changes when the picture does. */
  picture = (selector) =>
    this.page.evaluate((wanted) => {
      const canvas = document.querySelector(wanted);
      if (!canvas || canvas.width === 0) return { drawn: 0, sum: 0 };
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      let sum = 0;
      for (let i = 3; i < data.length; i += 4) {
        if (data[i] === 0) continue;
        drawn++;
        sum = (sum * 31 + i + data[i - 1]) % 1_000_000_007;
      }
      return { drawn, sum };
    }, selector);

  chart = (key) => `[data-chart="${key}"] canvas`;

  drawn = (selector, pixels = 1_000) =>
    this.until(`${selector} is drawn`, async () => (await this.picture(selector)).drawn > pixels);

  points = async (key) => Number(await this.page.getAttribute(`[data-chart="${key}"]`, "data-points"));

  /** The number of the newest record that the heading tells. */
  record = async () => Number(/record (\d+)/.exec(await this.text("#device-facts"))[1]);

  /** The number of the record that the panel explains. */
  explained = async () => Number(/Record (\d+)/.exec(await this.text("#explain .sub"))?.[1] ?? 0);

  /** Drag from one place of an element to another; places are shares of its size. */
  async drag(selector, from, to) {
    const box = await this.page.locator(selector).first().boundingBox();
    const at = (share) => [box.x + box.width * share, box.y + box.height / 2];
    await this.page.mouse.move(...at(from));
    await this.page.mouse.down();
    await this.page.mouse.move(...at((from + to) / 2));
    await this.page.mouse.move(...at(to));
    await this.page.mouse.up();
  }
}
