// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// One device: its charts, its history, the explanation of a record, and the fleet's heat map, before the stand-in.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { StandIn } from "../stand_in/server.mjs";
import { Harness } from "./harness.mjs";

const it = new Harness();
const until = it.until.bind(it);
const { text } = it;
let server;

before(() => it.launch());
after(() => it.close());
beforeEach(async () => {
  server = await new StandIn({ rounds: 1_500 }).listen();
  await it.open(`${server.url}#device=${server.fleet.devices[1].name}`);
  await it.drawn(it.chart("value"));
  await until("an explanation, beside which the charts have their place", it.explained);
});
afterEach(async () => {
  await it.shut();
  await server.stop();
});

const device = () => server.fleet.devices[1];
const paused = async () => (await it.attribute("#pause", "aria-pressed")) === "true";
const caption = (chart) => `[data-chart="${chart}"] figcaption`;
const map = ".fleet-scroll canvas";

test("draws value, error and score of the newest 500 records, live and with one cursor", async () => {
  for (const chart of ["value", "error", "score"]) {
    await it.drawn(it.chart(chart));
    await until("500 points", async () => (await it.points(chart)) === 500);
    const before = await it.picture(it.chart(chart));
    await until(`${chart} moves`, async () => (await it.picture(it.chart(chart))).sum !== before.sum);
  }
  await it.says(caption("value"), /value [\d.]+prediction [\d.]+expected [\d.]+ to [\d.]+/);
  await it.page.hover('[data-chart="value"] .u-over');
  await it.says("#explain h2", "This record");
  await until("one time in all three", async () => {
    const times = await it.texts("figcaption .readout > .item:last-child");
    return times.length === 3 && new Set(times).size === 1 && /^1998-\d\d-\d\d \d\d:\d\d UTC$/.test(times[0]);
  });
});

/** The event times that the captions and the panel tell; one of them while both are about one record. */
const told = () =>
  it.page.evaluate(() => {
    const captions = [...document.querySelectorAll("figcaption .readout > .item:last-child")].map((item) => item.textContent);
    return new Set([...captions, /· (.*)$/.exec(document.querySelector("#explain .sub").textContent)?.[1]]).size;
  });

test("explains the record under a resting cursor as records come and the window moves", async () => {
  await it.drawn(it.chart("score"));
  await it.page.hover('[data-chart="value"] .u-over');
  await it.says("#explain h2", "This record");
  for (let round = 0; round < 3; round++) {
    const before = await it.explained();
    await until("another record under it", async () => (await it.explained()) > before);
    await until("one record told", async () => (await told()) === 1);
  }
  await it.page.keyboard.press(" ");
  await until("paused", paused);
  await until("one record told", async () => (await told()) === 1);
  assert.equal(await text("#explain h2"), "This record");
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowRight", "-", "+"]) {
    const before = await it.explained();
    await it.page.keyboard.press(key);
    if (key.startsWith("Arrow")) await until("another record", async () => (await it.explained()) !== before);
    await until("one record told", async () => (await told()) === 1);
  }
});

test("shows the answers of the interface: of the newest record, of the last one shown and of a chosen one", async () => {
  const answers = new Map();
  it.page.on("response", async (response) => {
    if (!response.url().includes("/explain?")) return;
    const answer = await response.json().catch(() => null);
    if (answer) answers.set(answer.sequence, answer);
  });
  /** The panel tells, under such a title, what the interface has answered about its record; its number, else 0. */
  const same = async (title) => {
    const [head, panel] = await it.page.evaluate(() => ["#explain h2", "#explain"].map((one) => document.querySelector(one).textContent));
    const sequence = Number(/Record (\d+)/.exec(it.note("#explain", panel))[1]);
    const answer = answers.get(sequence);
    if (head !== title || !answer?.rank) return 0;
    const { place, of } = answer.rank;
    const rank = new RegExp(`(highest of|place ${place.toLocaleString("en-US")} of) ${of.toLocaleString("en-US")}R`);
    return rank.test(panel) && panel.includes(`${answer.columns.burst} of 40 active columns burst`) ? sequence : 0;
  };
  for (let round = 0, before = 0; round < 3; round++) {
    before = await until("a newer record's", async () => {
      const sequence = await same("Newest record");
      return sequence > before && sequence;
    });
  }
  await it.page.keyboard.press(" ");
  await until("the last one shown", () => same("Last record shown"));
  await until("the last one of the charts", async () => (await told()) === 1);
  await it.page.locator('[data-chart="value"] .u-over').click({ position: { x: 200, y: 30 } });
  await it.page.mouse.move(2, 2);
  await until("the chosen one", () => same("This record"));
});

test("has the original's four charts as a view of its own, kept in the address", async () => {
  await it.page.click('[data-preset="original"]');
  for (const chart of ["anomalies", "errors", "anomaly", "prediction"]) await it.drawn(it.chart(chart));
  const captions = await it.page.locator("figcaption > span:first-child").allTextContents();
  assert.deepEqual(captions, [
    "Measurement and anomalous errors",
    "Measurement and error",
    "Measurement and anomaly score",
    "Measurement and prediction",
  ]);
  await it.says(caption("anomalies"), /UTC$/);
  // Nothing of a caption lies under another part of it or outside.
  const cut = await it.page.locator("figcaption").evaluateAll((captions) =>
    captions.filter((caption) => {
      const edges = document.createRange();
      edges.selectNodeContents(caption.firstElementChild);
      const items = [...caption.querySelectorAll(".readout > .item:not([hidden])")].map((item) => item.getBoundingClientRect());
      const time = items.pop();
      const box = caption.getBoundingClientRect();
      return edges.getBoundingClientRect().right > time.left || [...items, time].some((item) => item.right > box.right + 0.5);
    }).length,
  );
  assert.equal(cut, 0);
  await until("the address", async () => it.page.url().includes("charts=original"));
  await it.page.keyboard.press("o");
  await it.drawn(it.chart("score"));
});

test("shows the original's charts alone, for a frame", async () => {
  await it.open(`${server.url}?embed=original#device=${device().name}`);
  for (const chart of ["anomalies", "errors", "anomaly", "prediction"]) await it.drawn(it.chart(chart));
  assert.equal(await it.page.locator(".bar, .devices, .fleet, .explain").filter({ visible: true }).count(), 0);
  assert.deepEqual(
    it.requests.filter((url) => url.includes("/fleet")),
    [],
  );
});

test("adjusts the window", async () => {
  await it.page.selectOption("#window", "100");
  await until("100 points", async () => (await it.points("value")) === 100);
  await it.page.selectOption("#window", "1000");
  await until("1000 points", async () => (await it.points("value")) === 1_000);
  await until("the address", async () => it.page.url().includes("window=1000"));
  await it.open(`${server.url}#device=${device().name}&window=100000`);
  await until("all that is held", async () => (await it.points("value")) >= 1_500);
});

/** The last record of charts that hold still, how many wait, and what the caption of one says. */
const stillAt = () =>
  it.page.evaluate(() => {
    const textOf = (selector) => document.querySelector(selector).textContent;
    const waiting = Number(/\((\d+) new\)/.exec(textOf("#pause"))?.[1] ?? 0);
    const last = Number(/record (\d+)/.exec(textOf("#device-facts"))[1]) - waiting;
    return { last, waiting, time: textOf('[data-chart="error"] .readout > .item:last-child') };
  });
const eventTime = (record) =>
  `${new Date(Date.UTC(1998, 0, 1) + record * 3_600_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;

test("pauses and goes on, by button and by key", async () => {
  await it.page.click("#pause");
  await until("paused", paused);
  const still = async () => {
    const { last, waiting, time } = await stillAt();
    return waiting > 0 && time === eventTime(last) && { last, waiting };
  };
  const { last, waiting } = await until("the charts hold still", still);
  await until("more records wait", async () => (await stillAt()).waiting > waiting + 5);
  assert.equal((await still()).last, last);
  await it.page.click("#pause");
  await until("the chart moves on", async () => (await stillAt()).time > eventTime(last));
  await it.page.locator("#pause").blur();
  await it.page.keyboard.press(" ");
  await until("paused", paused);
  await it.page.keyboard.press("l");
  await until("live", async () => !(await paused()));
});

test("scrubs back through what the server holds, also beyond what the page has", async () => {
  await until("the strip", async () => (await it.picture("#scrub canvas")).drawn > 500);
  await it.has("#scrub", "aria-valuemin", String(device().points[0].sequence)); // the page has the newest 500 alone
  await it.page.keyboard.press("ArrowLeft");
  await until("paused", paused);
  await it.drag("#scrub .view-box", 0.5, -1.2);
  await until("the begin of the history", async () => {
    const [, from, to] = /^records (\d+) to (\d+), 1998-/.exec(await it.attribute("#scrub", "aria-valuetext")) ?? [];
    return Number(from) < 500 && Number(to) < 1_000;
  });
  await until("its points", async () => (await it.points("value")) > 450);
  await until("its times", async () => (await text(caption("value"))).includes("1998-0"));
  await it.page.dblclick("#scrub .view-box");
  await until("live", async () => !(await paused()));
});

test("zooms by drawing over a chart, by keys, and back by a double click", async () => {
  await it.drag('[data-chart="value"] .u-over', 0.3, 0.5);
  await until("fewer points", async () => (await it.points("value")) < 150 && (await it.points("score")) < 150);
  await until("paused", paused);
  const count = await it.points("value");
  await it.page.keyboard.press("-");
  await until("more points", async () => (await it.points("value")) > 1.5 * count);
  await it.page.keyboard.press("+");
  await until("fewer again", async () => (await it.points("value")) < 1.3 * count);
  await it.page.dblclick('[data-chart="value"] .u-over');
  await until("live with the whole window", async () => !(await paused()) && (await it.points("value")) === 500);
});

test("explains a record: predicted and seen, columns that burst, rank, model age", async () => {
  server.rate = 0; // no other anomaly comes after it
  const { sequence } = server.fleet.spike(1);
  server.fleet.calm(1);
  await until("the record after the alarm", async () => (await it.record()) === sequence + 1);
  await it.page.keyboard.press("p");
  await until("the record", async () => (await it.explained()) === sequence);
  await until("the columns", async () => /\d+ of 40 active columns burst/.test(await text("#explain")));
  const fields = await it.page.locator("#explain svg.field").evaluateAll((all) => all.map((field) => field.ariaLabel));
  assert.equal(fields.length, 3);
  assert.match(fields[0], /^Each record: \d+ of 40 active columns burst$/);
  assert.equal(fields[2], "Longer blocks: 0 of 40 active columns burst");
  const bursting = await it.page.locator("#explain svg.field").first().locator(".burst").count();
  assert.match(fields[0], new RegExp(`: ${bursting} of 40`));
  assert.match(await text("#explain"), /In memory556 KiB/);
  assert.match(await text("#explain .verdict"), /^The (value|record).*above the expected band\.$/);
  const told = await text("#explain");
  for (const part of [
    /Seen0\.\d+/,
    /Predicted0\.\d+/,
    /Expected band0\.\d+ – 0\.\d+/,
    /In its history(the highest|\d+(st|nd|rd|th) highest|place)/,
    /Age[\d,]+ records/,
  ])
    assert.match(told, part);
  await it.page.keyboard.press("p");
  await until("the anomaly before", async () => (await it.explained()) < sequence);
  await it.page.click('[data-explain="after"]');
  await until("the next one", async () => (await it.explained()) === sequence);
  await it.page.click('[data-explain="unpin"]');
  await until("the newest", async () => /Newest record/.test(await text("#explain h2")) && !(await paused()));
});

test("keeps the panel's buttons under a hand that presses them while answers come", async () => {
  await it.page.keyboard.press("p");
  await it.says("#explain h2", "This record");
  const chosen = await it.explained();
  const { x, y, width, height } = await it.still('[data-explain="unpin"]');
  await it.page.mouse.move(x + width / 2, y + height / 2);
  const panel = await text("#explain");
  await it.page.mouse.down();
  await until("another answer about it", async () => (await text("#explain")) !== panel);
  assert.equal(await it.explained(), chosen);
  await it.page.mouse.up();
  await it.says("#explain h2", "Newest record");
});

test("says what a model that warms up still needs", async () => {
  server.rate = 0; // else the warm-up is over before long
  await it.open(`${server.url}#device=${server.fleet.devices[4].name}`);
  await it.says("#explain", /still learning and needs \d+ more records.*Learned\d+ of 400 records/);
});

test("links to a device and a time", async () => {
  const { sequence, time } = server.fleet.spike(1);
  await it.open(`${server.url}#device=${device().name}&at=${new Date(time).toISOString()}`);
  await until("the record", async () => (await it.explained()) === sequence);
  await until("paused", paused);
  await until("the address", async () =>
    it.page.url().includes(`at=${new Date(time).toISOString().replace(".000Z", "Z")}`),
  );
  const undated = server.fleet.devices[6];
  const wanted = undated.points[undated.points.length - 80].sequence;
  await it.page.evaluate((hash) => (location.hash = hash), `#device=${undated.name}&record=${wanted}`);
  await until(
    "the record by its number",
    async () => (await text("#device-name")) === undated.name && (await it.explained()) === wanted,
  );
});

test("opens an alarm whose record the history has lost, from the list and by its link", async () => {
  await it.shut();
  await server.stop();
  server = await new StandIn({ rounds: 1_500, history: 500 }).listen();
  const { name } = device();
  const [alarm] = server.fleet.anomalies.filter((each) => each.device === name);
  assert.ok(alarm.sequence < device().points[0].sequence);
  const shown = async () => {
    await until("the alarm", async () => (await text("#explain h2")) === "This record" && (await it.explained()) === alarm.sequence);
    const told = await text("#explain");
    assert.match(told, new RegExp(`Record ${alarm.sequence} · 1998-\\d\\d-\\d\\d \\d\\d:00 UTC`));
    for (const [label, value] of [["Seen", alarm.value], ["Predicted", alarm.prediction]])
      assert.match(told, new RegExp(`${label}${Number(value.toPrecision(4))}`));
    assert.match(told, /Expected band[\d.]+ – [\d.]+/);
    assert.match(told, /Score(0\.\d+|> 0\.9999)/);
    assert.match(told, /above the expected band\./);
    assert.match(told, /no longer kept/);
    assert.doesNotMatch(told, /Nothing special|In its history|Age/);
    await until("paused", paused);
  };
  await it.open(`${server.url}#tab=alerts`);
  await it.page.fill('[aria-label="Search alerts by device"]', name);
  await until("its alarms alone", async () => {
    const names = await it.texts('[aria-label="Alerts"] tbody button');
    return names.length > 0 && names.every((each) => each === name);
  });
  assert.equal(await it.hit('[aria-label="Alerts"] tbody tr:last-child button'), name);
  await shown();
  const at = `at=${new Date(alarm.time).toISOString().replace(".000Z", "Z")}`;
  await until("its time in the address", () => it.page.url().includes(at));
  await it.open(`${server.url}#device=${name}&${at}`);
  await shown();
  await it.page.click('[data-explain="unpin"]');
  await it.says("#explain", /^Newest record((?!kept).)*$/);
});

test("says when a link's time is yet to come", async () => {
  await it.open(`${server.url}#device=${device().name}&at=2099-01-01`);
  await it.says("#toast", /no record of that time yet/);
  await it.says("#explain h2", "This record");
});

test("draws by record number where there is no event time", async () => {
  await it.open(`${server.url}#device=${server.fleet.devices[6].name}`);
  await it.drawn(it.chart("value"));
  await it.says(caption("value"), /record \d+$/);
});

test("shows the fleet's heat map, small and large, and goes to the alarm of a cell", async () => {
  await it.drawn(map, 10_000);
  await it.has(map, "aria-label", /^Heat map of 12 devices over/);
  const before = await it.picture(map);
  await until("a new column", async () => (await it.picture(map)).sum !== before.sum);
  server.rate = 0; // the map stands, with the alarm in its newest column
  const { name } = server.fleet.devices[8];
  server.fleet.spike(8);
  const { seen } = server.fleet.anomalies.at(-1);
  const sameColumn = (alarm) => alarm.device === name && Math.floor(alarm.seen / 1_000) === Math.floor(seen / 1_000);
  const near = server.fleet.anomalies.filter(sameColumn).map((alarm) => alarm.sequence);
  const box = await it.still(map);
  const sorted = server.fleet.devices.map((each) => each.name).sort();
  const at = [box.x + box.width - 1, box.y + (box.height / 12) * (sorted.indexOf(name) + 0.5)];
  await until("the alarm's cell", async () => {
    await it.page.mouse.move(2, 2);
    await it.page.mouse.move(...at);
    return /▲ alarm/.test(await text(".tip"));
  });
  assert.ok((await text(".tip")).startsWith(name));
  await it.page.mouse.click(...at);
  await until("its record", async () => (await text("#device-name")) === name && near.includes(await it.explained()));
  await it.says("#explain h2", "This record");
  await it.page.keyboard.press("h");
  await until("the large map", async () => (await it.page.locator(map).boundingBox()).height > 300);
  await it.page.selectOption(".fleet select", "10000");
  await it.drawn(map, 1_000);
});

test("leads over the heat map by keys, aloud, and into a cell", async () => {
  await it.drawn(map, 10_000);
  await it.page.focus(map);
  const said = () => text(".fleet-body [role=status]");
  await it.page.keyboard.press("ArrowUp");
  await until("the chosen device", async () => (await said()).startsWith(`${device().name}, `));
  assert.match(await said(), /, \d\d:\d\d:\d\d · (▲ alarm, )?(highest score [\d.]+|no record)$/);
  const sorted = server.fleet.devices.map((each) => each.name).sort();
  const next = sorted[sorted.indexOf(device().name) + 1];
  await it.page.keyboard.press("ArrowDown");
  await until("the next device", async () => (await said()).startsWith(`${next}, `));
  const record = await it.record();
  await until("newer records", async () => (await it.record()) > record);
  assert.equal(await text("#device-name"), device().name);
  assert.equal(await paused(), false);
  const time = await said();
  await it.page.keyboard.press("ArrowLeft");
  await until("a former time", async () => (await said()) !== time);
  await it.page.keyboard.press("Enter");
  await it.says("#device-name", next);
  await it.page.keyboard.press("Escape");
  await until("no cell", () => it.page.locator(".tip").isHidden());
  await it.page.keyboard.press("Tab");
  // Until the device's records have come there is nothing to go back in: the key does nothing.
  await until("the charts' own keys again", async () => {
    await it.page.keyboard.press("ArrowLeft");
    return paused();
  });
});

test("says how much time the heat map shows", async () => {
  await it.drawn(map, 10_000);
  const spans = await until("the same time in words and in the choice", () =>
    it.page.evaluate(() => {
      const [, length] = /over (.*)$/.exec(document.querySelector(".fleet-scroll canvas").getAttribute("aria-label"));
      const told = [...document.querySelectorAll(".fleet select option")].map((option) => option.textContent);
      return told[0] === `last ${length}` && told;
    }),
  );
  assert.ok(spans.every((span) => /^last \d+ (min|h|d)/.test(span)), spans.join());
});

test("shows ten thousand devices in one map, each the worst of its row", async () => {
  await it.shut();
  await server.stop();
  server = await new StandIn({ devices: 10_000, rate: 500 }).listen();
  await it.open(server.url);
  await it.drawn(map, 5_000);
  await it.has(map, "aria-label", /^Heat map of 10000 devices .* devices a row, the worst is seen$/);
  const middle = () =>
    it.page.locator(".device-list").evaluate((list) => {
      list.scrollTop = list.scrollHeight / 2;
      const rows = [...list.querySelectorAll(".device-row:not([hidden])")];
      const names = rows.map((row) => row.querySelector(".name").textContent);
      return Number(rows[8]?.getAttribute("aria-posinset")) > 4_900 && names.every((name) => name !== "…");
    });
  await until("rows in the middle with their names", middle);
});
