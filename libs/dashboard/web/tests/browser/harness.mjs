// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: a headless Chromium, a page, and ways to wait.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

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

/**
 * CORTADO_BROWSER_SLOWDOWN=8 makes every page eight times slower than it is, and later by some frames and answers: what a
 * busy machine would see now and then is seen each time.
 */
const SLOWDOWN = Number(process.env.CORTADO_BROWSER_SLOWDOWN ?? 1);
const LATER_MS = 60;

/** Runs in a page that is slowed down, before its own scripts. */
function delay(ms) {
  const { requestAnimationFrame, fetch } = window;
  window.requestAnimationFrame = (callback) => window.setTimeout(() => requestAnimationFrame(callback), Math.random() * ms);
  window.fetch = async (...asked) => {
    await new Promise((go) => window.setTimeout(go, Math.random() * ms));
    return fetch(...asked);
  };
}

/** Runs in every page: keeps what the connection was said to be, so that a state that passes quickly is not missed. */
function keepStates() {
  window.connectionStates = [];
  const note = () => {
    const text = document.getElementById("connection-text"); // not there before the page is read that far
    const told = text && { state: text.parentElement.dataset.state, text: text.textContent };
    if (told && told.state !== window.connectionStates.at(-1)?.state) window.connectionStates.push(told);
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, attributeFilter: ["data-state"] });
}

export class Harness {
  page = null;
  requests = [];
  complaints = [];
  /** What was last read of the page, for a failure to tell. */
  seen = new Map();

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
    await this.context.addInitScript(keepStates);
    if (SLOWDOWN > 1) await this.context.addInitScript(delay, LATER_MS * SLOWDOWN);
    this.page = await this.another();
    this.requests = [];
    this.complaints = [];
    this.page.on("request", (request) => this.requests.push(request.url()));
    this.page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    this.page.on("pageerror", (error) => this.complaints.push(error.message));
    await this.page.goto(url);
    return this.page;
  }

  /** One more page of the same profile, at no address yet. */
  async another() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(60_000);
    const client = await this.context.newCDPSession(page);
    await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    return page;
  }

  async shut() {
    await this.context?.close();
    this.context = null;
  }

  note(of, value) {
    this.seen.set(of, value);
    return value;
  }

  text = async (selector) => this.note(selector, await this.page.textContent(selector));

  texts = async (selector) => this.note(selector, await this.page.locator(selector).allTextContents());

  attribute = async (selector, name) => this.note(`${selector} ${name}`, await this.page.getAttribute(selector, name));

  state = (wanted) => this.page.waitForSelector(`#connection[data-state="${wanted}"]`);

  /** What the connection's text was in a state that it is in, or has passed through since it was live. */
  async passed(state) {
    const states = () => this.page.evaluate(() => window.connectionStates);
    const found = async () => {
      const all = this.note("states", await states());
      return all.slice(1 + all.findLastIndex((told) => told.state === "live")).find((told) => told.state === state);
    };
    return (await this.until(state, found)).text;
  }

  /**
   * Ask again and again, for a minute at least; a failure names what was read last. The page paints in frames: what it says
   * of one thing comes before or after what it says of another, so that each is waited for, or both are read at once.
   */
  async until(what, condition) {
    this.seen.clear();
    for (let i = 0; i < TRIES; i++) {
      const last = await condition();
      if (last) return last;
      await pause(PAUSE_MS);
    }
    return assert.fail(`never came: ${what}; at last ${JSON.stringify([...this.seen])}`);
  }

  /** Wait until an element says what is wanted: a text, or a pattern of one. What it says comes back. */
  async says(selector, wanted) {
    const fits = (told) => (wanted instanceof RegExp ? wanted.test(told) : told === wanted);
    await this.until(`${selector} says ${wanted}`, async () => fits(await this.text(selector)));
    return this.seen.get(selector);
  }

  /** Wait until an element's attribute is what is wanted: a text, or a pattern of one. */
  async has(selector, name, wanted) {
    const fits = (told) => (wanted instanceof RegExp ? wanted.test(told) : told === wanted);
    await this.until(`${selector} has ${name} ${wanted}`, async () => fits(await this.attribute(selector, name)));
    return this.seen.get(`${selector} ${name}`);
  }

  /** Click the first in sight that a selector finds; its text comes back. At once in the page: lists that live move on meanwhile. */
  async hit(selector) {
    const click = (wanted) => {
      const found = [...document.querySelectorAll(wanted)].find((one) => one.checkVisibility());
      const text = found?.textContent;
      found?.click();
      return found && { text };
    };
    return (await this.until(`${selector} to click`, () => this.page.evaluate(click, selector))).text;
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

  points = async (key) => Number(await this.attribute(`[data-chart="${key}"]`, "data-points"));

  /** The number of the newest record that the heading tells; waits until it tells one. */
  record = async () => {
    const told = await this.says("#device-facts", /record \d+/);
    return Number(/record (\d+)/.exec(told)[1]);
  };

  /** The number of the record that the panel explains; 0 = of none yet. */
  explained = async () => {
    const told = await this.page.evaluate(() => document.querySelector("#explain .sub")?.textContent ?? "");
    return Number(/Record (\d+)/.exec(this.note("#explain .sub", told))?.[1] ?? 0);
  };

  /** Nothing of the page is wider than its window. */
  fits = async (width) => {
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth);
    return this.note("scrollWidth", wide) === width;
  };

  /** Where an element lies once it lies still: what comes beside it moves it. */
  async still(selector) {
    let before = "";
    return this.until(`${selector} lies still`, async () => {
      const box = this.note(selector, await this.page.locator(selector).first().boundingBox());
      const now = box && [box.x, box.y, box.width, box.height].map(Math.round).join();
      const same = now === before;
      before = now;
      return same && box;
    });
  }

  /** Drag from one place of an element to another; places are shares of its size. */
  async drag(selector, from, to) {
    const box = await this.still(selector);
    const at = (share) => [box.x + box.width * share, box.y + box.height / 2];
    await this.page.mouse.move(...at(from));
    await this.page.mouse.down();
    await this.page.mouse.move(...at((from + to) / 2));
    await this.page.mouse.move(...at(to));
    await this.page.mouse.up();
  }
}
