// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The stand-in's REST interface, as docs/openapi.yaml has it.
import { EngineRest } from "./rest_engine.mjs";
import { ANOMALY, BATCH, DEVICE, POINT, number, table } from "./tables.mjs";

const STATES = ["alerting", "invalid", "silent", "warming", "evicted", "ok"];

export class Rest extends EngineRest {
  constructor(server) {
    super(server);
    /** Names of parts that answer 404, as an older server's would. */
    this.missing = new Set();
  }

  answer(path, query) {
    const known = [
      "info",
      "devices",
      "series",
      "anomalies",
      "fleet",
      "batches",
      "timeline",
      "partitions",
      "engine",
      "journal",
      "explain",
    ];
    if (!known.includes(path) || this.missing.has(path)) return this.problem(404, `there is no ${path}`);
    const body = this[path](query);
    return body === null ? this.problem(404, "no such device or record") : { status: 200, body };
  }

  problem(status, detail) {
    return { status, body: { type: "about:blank", title: "Problem", status, detail } };
  }

  pointTable(points) {
    return table(POINT, points);
  }

  batchTable(batches) {
    return table(BATCH, batches);
  }

  info() {
    const { fleet, engine, role, mark, started, ready } = this.server;
    return {
      version: "0.2.0",
      role,
      preset: fleet.scores ? "default" : "seed",
      inputTopic: "monitoring20",
      outputTopic: "monitoringEnriched2",
      warmUp: fleet.warmUp,
      threshold: fleet.scores ? 0.5 : null,
      batchInterval: engine.interval,
      partitionsOwned: 10,
      partitionsTotal: 10,
      history: fleet.history,
      heartbeat: 1_000,
      refresh: 100,
      maxStreams: 64,
      started,
      now: Date.now(),
      server: mark,
      ready,
      reason: "",
    };
  }

  device(device, spark) {
    const last = device.points[device.points.length - 1];
    return {
      ...last,
      device: device.name,
      partition: device.number % 10,
      offset: last.sequence - 1,
      records: device.points.length,
      alarms: device.alarms,
      lastAnomalySequence: device.last?.sequence,
      lastAnomalyTime: device.last?.time,
      lastAnomaly: device.last?.anomaly,
      lastAnomalyVersion: device.last?.version,
      lastAnomalyScore: device.last?.score,
      clipped: device.number % 11 === 7,
      clippedShare: device.number % 11 === 7 ? 0.08 : 0,
      spark: spark > 0 ? device.points.slice(-spark).map((point) => point.value) : [],
      state: device.stateNow,
      seen: device.seen,
      silentAt: device.seen + 30_000,
      resident: device.resident,
      modelBytes: device.resident ? modelBytes(device) : null,
    };
  }

  /** The devices that the search lets through. */
  matching(query) {
    const words = (query.get("search") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    return this.server.fleet.devices.filter((device) =>
      words.every((word) => device.name.toLowerCase().includes(word)),
    );
  }

  devices(query) {
    const state = query.get("state");
    const name = query.get("device");
    const found = this.matching(query).filter(
      (device) => (!name || device.name === name) && (!state || device.stateNow === state),
    );
    const newest = (device) => device.points[device.points.length - 1];
    const keys = {
      name: () => 0,
      lastAnomaly: (device) => -(device.last?.version ?? -1),
      state: (device) => STATES.indexOf(device.stateNow),
      score: (device) => -(newest(device).score ?? newest(device).anomaly ?? -1),
      seen: (device) => device.seen,
      modelBytes: (device) => -(device.resident ? modelBytes(device) : 0),
    };
    const key = keys[query.get("sort") ?? "name"];
    found.sort((a, b) => key(a) - key(b) || (a.name < b.name ? -1 : 1));
    const offset = number(query, "offset", 0);
    const rows = found
      .slice(offset, offset + number(query, "limit", 100_000))
      .map((device) => this.device(device, number(query, "spark", 0)));
    return {
      ...table(DEVICE, rows),
      cursor: "",
      totals: this.server.fleet.totals(this.server.engine),
      matching: found.length,
    };
  }

  series(query) {
    const device = this.server.fleet.byName.get(query.get("device"));
    if (!device) return null;
    const { points } = device;
    const held = {
      points: points.length,
      firstSequence: points[0].sequence,
      lastSequence: points[points.length - 1].sequence,
      firstTime: points[0].time,
      lastTime: points[points.length - 1].time,
    };
    const [from, to] = [number(query, "from", -Infinity), number(query, "to", Infinity)];
    const [first, last] = [number(query, "fromSequence", 0), number(query, "toSequence", Infinity)];
    let found = points.filter(
      (point) =>
        point.sequence >= first &&
        point.sequence <= last &&
        (point.time === null || (point.time >= from && point.time <= to)),
    );
    if (query.has("limit")) found = found.slice(-number(query, "limit"));
    const wanted = number(query, "points", Infinity);
    const decimated = found.length > wanted;
    if (decimated) found = decimate(found, wanted);
    return { ...this.pointTable(found), cursor: "", device: device.name, held, decimated };
  }

  anomalies(query) {
    const since = this.server.cursorOf(query.get("since"))?.[0] ?? 0;
    const device = query.get("device");
    const found = this.server.fleet.anomalies.filter(
      (alarm) => alarm.version > since && (!device || alarm.device === device),
    );
    return {
      ...table(ANOMALY, found.slice(-number(query, "limit", 200))),
      cursor: `${this.server.mark}.${this.server.fleet.version}`,
    };
  }

  fleet(query) {
    const { fleet } = this.server;
    const step = number(query, "step", 1_000);
    const merged = new Map();
    for (const [second, cells] of fleet.cells) {
      const column = Math.floor((second * 1_000) / step);
      const known = merged.get(column);
      if (!known) merged.set(column, Uint8Array.from(cells));
      else cells.forEach((cell, i) => (known[i] = Math.max(known[i], cell)));
    }
    const all = this.matching(query).sort((a, b) => (a.name < b.name ? -1 : 1));
    const offset = number(query, "offset", 0);
    const part = all.slice(offset, offset + number(query, "limit", 100_000));
    const per = Math.max(1, Math.ceil(part.length / number(query, "rows", Infinity)));
    const rows = Math.ceil(part.length / per);
    const newest = Math.max(...merged.keys());
    let first = Math.max(0, newest - number(query, "columns", 500) + 1);
    if (query.has("since")) first = Math.max(first, Math.ceil(number(query, "since") / step));
    const last = Math.min(newest, Math.floor(number(query, "until", Infinity) / step));
    const columns = merged.size === 0 ? 0 : Math.max(0, last - first + 1);
    const bytes = new Uint8Array(columns * rows);
    for (let column = 0; column < columns; column++) {
      const cells = merged.get(first + column);
      if (!cells) continue;
      part.forEach((device, i) => {
        const at = Math.floor(i / per) * columns + column;
        bytes[at] = Math.max(bytes[at], cells[device.number]);
      });
    }
    const place = all.findIndex((device) => device.name === query.get("device"));
    const named = per === 1 && number(query, "roster", -1) !== 1;
    return {
      step,
      first: merged.size === 0 ? null : first * step,
      columns,
      rows,
      matching: all.length,
      per,
      ...(query.get("device") ? { place: place < 0 ? null : place } : {}),
      roster: 1,
      ...(named ? { devices: part.map((device) => device.name) } : {}),
      cells: Buffer.from(bytes).toString("base64"),
    };
  }

  batches(query) {
    const { batches, active } = this.server.engine;
    return { ...this.batchTable(batches.slice(-number(query, "limit", 100))), cursor: "", active };
  }

  explain(query) {
    const device = this.server.fleet.byName.get(query.get("device"));
    const wanted = number(query, "sequence", Infinity);
    const point =
      device?.points.find((candidate) => candidate.sequence === wanted) ??
      (query.has("sequence") ? null : device?.points.at(-1));
    if (!point) return null;
    const key = point.score === null ? "anomaly" : "score";
    const known = device.points.filter((candidate) => candidate[key] !== null);
    const rank =
      point[key] === null
        ? null
        : { place: 1 + known.filter((candidate) => candidate[key] > point[key]).length, of: known.length };
    const columns = point.anomaly === null ? null : activity(point.sequence, Math.round(40 * point.anomaly));
    const { predictionNext: _, ...told } = point;
    return {
      ...told,
      device: device.name,
      warmUp: this.server.fleet.warmUp,
      threshold: this.server.fleet.scores ? 0.5 : null,
      rank,
      modelBytes: 569_000,
      columns,
    };
  }
}

function modelBytes(device) {
  return 560_000 + 1_000 * (device.number % 10);
}

/** Forty active columns at each of three scales; some of the first burst. */
function activity(sequence, burst) {
  const active = Array.from({ length: 40 }, (_, i) => i * 51 + (sequence % 50));
  return {
    active: 40,
    burst,
    memories: ["short", "middle", "long"].map((memory, i) => ({
      memory,
      columns: 2048,
      active,
      burst: i === 0 ? active.slice(0, burst) : [],
    })),
  };
}

/** Keep the extremes of each part. */
function decimate(points, wanted) {
  const parts = Math.floor(wanted / 4);
  const kept = new Set();
  for (let part = 0; part < parts; part++) {
    const slice = points.slice(
      Math.floor((part * points.length) / parts),
      Math.floor(((part + 1) * points.length) / parts),
    );
    const by = (key, sign) =>
      slice.reduce(
        (best, point) =>
          best === null || sign * (point[key] ?? -Infinity * sign) > sign * (best[key] ?? -Infinity * sign)
            ? point
            : best,
        null,
      );
    for (const point of [
      by("value", 1),
      by("value", -1),
      by("anomaly", 1),
      slice.find((candidate) => candidate.status === "alarm"),
    ])
      if (point) kept.add(point);
  }
  return [...kept].sort((a, b) => a.sequence - b.sequence);
}
