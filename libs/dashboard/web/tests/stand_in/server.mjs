// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A stand-in for the program: it serves the built page and answers by docs/openapi.yaml with made-up devices, so that a
// test can bring about what a real detector seldom does. As a program: server.mjs [PORT [DEVICES [RECORDS_PER_S]]].
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { Engine, Fleet } from "./fleet.mjs";
import { Rest } from "./rest.mjs";

const PAGE = process.env.CORTADO_PAGE ?? fileURLToPath(new URL("../../dist", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const HEARTBEAT_MS = 1_000;
const REFRESH_MS = 100;

/** One page's live events. */
class Stream {
  constructor(server, response, query) {
    this.server = server;
    this.response = response;
    this.device = server.fleet.byName.get(query.get("device") ?? "") ?? null;
    const resumed = server.cursorOf(query.get("resume"));
    this.replace = resumed === null;
    this.sequence = resumed?.[1] ?? 0;
    this.limit = Number(query.get("limit") ?? 500);
    this.batch = (resumed ?? server.cursorOf(query.get("since")))?.[0] ?? Math.max(0, server.engine.count - 50);
    this.records = -1;
    this.sent = 0;
  }

  tick(now) {
    const { server, response } = this;
    if (server.fleet.records === this.records && server.ready === this.ready) {
      if (now - this.sent >= HEARTBEAT_MS) this.send("heartbeat", { now });
      return;
    }
    this.records = server.fleet.records;
    this.ready = server.ready;
    const update = {
      now,
      ready: server.ready,
      reason: server.ready ? "" : "the broker does not answer",
      totals: { ...server.fleet.totals(server.engine), states: undefined },
    };
    this.addPoints(update);
    const batches = server.engine.batches.filter((batch) => batch.batch > this.batch);
    if (batches.length > 0) update.batches = server.rest.batchTable(batches);
    this.batch = server.engine.count;
    this.send("update", update, `${server.mark}.${this.batch}.${this.sequence}`);
    if (response.writableLength > 16_000_000) response.destroy();
  }

  addPoints(update) {
    const { device } = this;
    if (!device) return;
    const points = device.points
      .filter((point) => point.sequence > this.sequence)
      .slice(this.replace ? -this.limit : 0);
    if (points.length === 0) return;
    update.points = { replace: this.replace, device: device.name, ...this.server.rest.pointTable(points) };
    this.sequence = points[points.length - 1].sequence;
    this.replace = false;
  }

  send(event, data, id = "") {
    this.sent = Date.now();
    this.response.write(`event: ${event}\n${id ? `id: ${id}\n` : ""}data: ${JSON.stringify(data)}\n\n`);
  }
}

export class StandIn {
  constructor(options = {}) {
    this.fleet = new Fleet(options);
    this.started = Date.now() - 600_000;
    this.engine = new Engine({ ...options, started: this.started });
    this.ready = true;
    this.role = options.role ?? "detector";
    this.rate = options.rate ?? 120;
    this.mark = `s${Date.now()}`;
    this.rest = new Rest(this);
    this.streams = new Set();
    this.stalled = false;
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async listen(port = 0) {
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/`;
    let due = 0;
    this.timer = setInterval(() => {
      const now = Date.now();
      due += (this.rate * REFRESH_MS) / 1_000;
      const rows = Math.floor(due);
      due -= rows;
      if (rows > 0) {
        this.fleet.step(rows, now);
        if (this.role === "detector") this.engine.run(rows, now);
      }
      if (!this.stalled) for (const stream of this.streams) stream.tick(now);
    }, REFRESH_MS);
    return this;
  }

  async stop() {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The numbers of a cursor of this server; null for a former one's. */
  cursorOf(text) {
    const [mark, ...numbers] = (text ?? "").split(".");
    return mark === this.mark ? numbers.map(Number) : null;
  }

  async answer(request, response) {
    const url = new URL(request.url, this.url);
    if (url.pathname === "/events") return this.follow(url.searchParams, response);
    if (url.pathname.startsWith("/api/v1/")) {
      const { status, body } = this.rest.answer(url.pathname.slice(8), url.searchParams);
      response.writeHead(status, {
        "Content-Type": status === 200 ? "application/json" : "application/problem+json",
        "Cache-Control": "no-store",
      });
      return response.end(JSON.stringify(body));
    }
    return this.file(url.pathname, response);
  }

  follow(query, response) {
    if (Number(query.get("limit") ?? 500) > this.fleet.history) return response.writeHead(400).end();
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const stream = new Stream(this, response, query);
    this.streams.add(stream);
    response.on("close", () => this.streams.delete(stream));
    if (!this.stalled) stream.tick(Date.now());
  }

  async file(path, response) {
    const name = normalize(path === "/" ? "/index.html" : path);
    try {
      const data = gzipSync(await readFile(join(PAGE, name)));
      response.writeHead(200, {
        "X-Bytes": data.length,
        "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
        "Content-Encoding": "gzip",
        "Content-Security-Policy": POLICY,
      });
      response.end(data);
    } catch {
      response.writeHead(404).end();
    }
  }
}

// As the program's.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = 0, devices = 12, rate = 120] = process.argv.slice(2).map(Number);
  const server = await new StandIn({ devices, rate }).listen(port);
  console.log(server.url);
  process.stdin.on("end", () => server.stop().then(() => process.exit(0)));
  process.stdin.resume();
}
