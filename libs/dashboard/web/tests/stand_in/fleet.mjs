// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Made-up devices and a made-up engine for the stand-in server: the same numbers every time.

const START = Date.UTC(1998, 0, 1);
const HOUR = 3_600_000;
const REASONS = ["pattern", "level", "range", "flat"];

/** A small generator of random numbers with a seed (xorshift). */
export function random(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

class Device {
  constructor(number, fleet) {
    this.number = number;
    this.fleet = fleet;
    this.name = `06-${String(37 + (number % 40)).padStart(3, "0")}-${1000 + 37 * number}-44201-1`;
    this.random = random(number + 7);
    this.points = [];
    this.sequence = 0;
    this.modelAge = 0;
    this.alarms = 0;
    this.last = null;
    this.state = null;
    this.seen = null;
    this.resident = true;
    this.predictionNext = this.cycle(1);
  }

  cycle(hour) {
    return 0.018 + 0.002 * (this.number % 5) + 0.014 * Math.sin((((hour + this.number) % 24) * Math.PI) / 12 - 2.2);
  }

  /** One more record; true makes it an anomaly, false none, else chance does. */
  advance(now, spike = null) {
    const { fleet, random: dice } = this;
    const sequence = ++this.sequence;
    const time = this.number % 7 === 6 ? null : START + sequence * HOUR;
    const fault = spike ?? (dice() < 1 / 150 && sequence > 5);
    const unreadable = this.number % 6 === 5 && dice() < 0.1 && !fault;
    const point = {
      sequence,
      time,
      value: null,
      prediction: null,
      error: null,
      anomaly: null,
      predictionNext: null,
      score: null,
      expectedLow: null,
      expectedHigh: null,
      status: "invalid",
      reason: "",
      modelAge: this.modelAge,
    };
    if (!unreadable) this.measure(point, fault, dice);
    this.points.push(point);
    if (this.points.length > fleet.historyOf(this.number)) this.points.shift();
    this.seen = now;
    if (point.status === "alarm") this.alarm(point, now);
    return point;
  }

  measure(point, fault, dice) {
    const { fleet } = this;
    point.modelAge = ++this.modelAge;
    point.value = Math.max(0, this.cycle(point.sequence) + 0.004 * (dice() - 0.5) + (fault ? 0.03 + 0.02 * dice() : 0));
    point.prediction = this.predictionNext;
    point.error = Math.abs(point.value - point.prediction);
    point.anomaly = fault ? 0.8 + 0.2 * dice() : dice() < 0.7 ? 0 : 0.4 * dice() * dice();
    point.predictionNext = this.predictionNext = this.cycle(point.sequence + 1) + 0.003 * (dice() - 0.5);
    const warming = point.modelAge <= fleet.warmUp;
    point.status = warming ? "warming" : fault ? "alarm" : "ok";
    point.reason = point.status === "alarm" ? REASONS[point.sequence % REASONS.length] : "";
    if (warming || !fleet.scores) return;
    point.score = fault ? 1 - 10 ** (-0.4 - 3 * dice()) : 0.49 * dice() ** 3;
    point.expectedLow = Math.max(0, point.prediction - 0.006);
    point.expectedHigh = point.prediction + 0.006;
  }

  alarm(point, now) {
    this.alarms++;
    const version = this.fleet.version + 1;
    this.last = { ...point, version };
    const { predictionNext: _, status: __, modelAge: ___, ...rest } = point;
    this.fleet.anomalies.push({
      device: this.name,
      partition: this.number % 10,
      offset: point.sequence - 1,
      seen: now,
      ...rest,
      version,
    });
    if (this.fleet.anomalies.length > 10_000) this.fleet.anomalies.shift();
  }

  get stateNow() {
    if (this.state) return this.state;
    const { status } = this.points[this.points.length - 1];
    return status === "alarm" ? "alerting" : status;
  }
}

export class Fleet {
  constructor({ devices = 12, warmUp = 400, scores = true, history = 2_000, rounds = 600 } = {}) {
    Object.assign(this, { warmUp, scores, history });
    this.version = 0;
    this.records = 0;
    this.anomalies = [];
    this.cells = new Map(); // column -> Uint8Array by device
    this.many = devices > 200;
    this.devices = Array.from({ length: devices }, (_, number) => new Device(number, this));
    this.byName = new Map(this.devices.map((device) => [device.name, device]));
    this.next = 0;
    this.ages = Array.from({ length: devices }, (_, i) => (i % 5 === 4 ? 150 : rounds));
    this.grow(rounds);
  }

  historyOf(number) {
    return this.many && number >= 8 ? 60 : this.history;
  }

  /** Give the devices a past; the last of each five came later and is warming up. */
  grow(rounds) {
    const now = Date.now();
    if (this.many) this.fill(Math.floor(now / 1_000));
    for (const device of this.devices) {
      const length = this.many && device.number >= 8 ? 45 : device.number % 5 === 4 ? 150 : rounds;
      if (this.many && device.number % 5 !== 4) device.modelAge = device.sequence = this.warmUp;
      for (let i = 0; i < length; i++) {
        const point = device.advance(now - (length - i) * 1_000);
        this.mark(device, point, now - (length - i) * 1_000);
        this.records++;
      }
    }
    this.version += 10;
  }

  /** A full map of many devices. */
  fill(newest) {
    const dice = random(5);
    for (let column = newest - 498; column <= newest; column++) {
      this.cells.set(
        column,
        Uint8Array.from(this.devices, () => (dice() < 0.0005 ? 200 : dice() < 0.5 ? 1 + 40 * dice() : 0)),
      );
    }
  }

  /** One more record of the next devices, in turn. */
  step(count, now = Date.now()) {
    for (let i = 0; i < count && this.devices.length > 0; i++) {
      const device = this.devices[this.next++ % this.devices.length];
      if (device.state === "silent") continue;
      this.version++;
      this.mark(device, device.advance(now), now);
      this.records++;
    }
  }

  /** A record of this device that is an anomaly. */
  spike(number, now = Date.now()) {
    return this.one(number, now, true);
  }

  /** A record of this device that is none. */
  calm(number, now = Date.now()) {
    return this.one(number, now, false);
  }

  one(number, now, fault) {
    const device = this.devices[number];
    this.version++;
    const point = device.advance(now, fault);
    this.mark(device, point, now);
    this.records++;
    return point;
  }

  mark(device, point, now) {
    const column = Math.floor(now / 1_000);
    let cells = this.cells.get(column);
    if (!cells) this.cells.set(column, (cells = new Uint8Array(this.devices.length)));
    const score = point.score ?? point.anomaly ?? 0;
    const cell = (point.status === "alarm" ? 128 : 0) | (1 + Math.round(score * 126));
    cells[device.number] = Math.max(cells[device.number], cell);
    if (this.cells.size > 500) this.cells.delete(Math.min(...this.cells.keys()));
  }

  totals(batches) {
    const states = { alerting: 0, silent: 0, invalid: 0, warming: 0, evicted: 0, ok: 0 };
    for (const device of this.devices) states[device.stateNow]++;
    const alarms = this.devices.reduce((sum, device) => sum + device.alarms, 0);
    return {
      records: this.records,
      alarms,
      invalid: 3,
      batches: batches.count,
      overruns: batches.overruns,
      evicted: 0,
      devices: this.devices.length,
      states,
    };
  }
}

/** Batches with stages, in the past as well. */
export class Engine {
  constructor({ interval = 500, past = 1_200, started = 1 } = {}) {
    this.interval = interval;
    this.started = started;
    this.dice = random(99);
    this.batches = [];
    this.count = 0;
    this.overruns = 0;
    this.active = null;
    const now = Date.now();
    for (let i = past; i > 0; i--) this.run(60 + Math.floor(40 * this.dice()), now - i * interval);
    this.journal = [
      { time: now - past * interval, kind: "start", partition: null, message: "started with 10 partitions", count: 1 },
      { time: now - 400_000, kind: "rebalance", partition: null, message: "assigned 0 to 9", count: 1 },
      { time: now - 60_000, kind: "snapshot", partition: 3, message: "12 devices, 4.1 MiB in 31 ms", count: 1 },
      {
        time: now - 30_000,
        kind: "dead_letter",
        partition: 2,
        message: "the record is no JSON: unexpected end",
        count: 7,
      },
      { time: now - 20_000, kind: "error", partition: null, message: "broker 1 is down; trying again", count: 2 },
    ];
  }

  run(inputRows, time = Date.now()) {
    const number = ++this.count;
    const slow = number % 97 === 0 ? this.interval : 0;
    const dice = this.dice;
    const batch = {
      batch: number,
      time,
      inputRows,
      poll: 1 + dice(),
      score: 14 + 22 * dice() + slow,
      produce: 3 + 3 * dice(),
      commit: 6 + 6 * dice(),
      snapshot: number % 12 === 0 ? 24 : 0.1,
    };
    const processingTime = batch.poll + batch.score + batch.produce + batch.commit + batch.snapshot;
    const schedulingDelay = 1 + 3 * dice() + (slow ? 40 : 0);
    Object.assign(batch, {
      schedulingDelay,
      processingTime,
      totalDelay: schedulingDelay + processingTime,
      overrun: processingTime > this.interval,
    });
    Object.assign(batch, { enriched: inputRows, deadLetters: 0, ignored: 0, invalid: 1, alarms: 0, run: this.started });
    if (batch.overrun) this.overruns++;
    this.batches.push(batch);
    if (this.batches.length > 200_000) this.batches.shift();
    this.active = { batch: number + 1, time: time + 1, inputRows };
    return batch;
  }
}
