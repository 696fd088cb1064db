// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The engine's part of the stand-in's REST interface.
import { LANE, mean, most, number, table } from "./tables.mjs";

export class EngineRest {
  constructor(server) {
    this.server = server;
  }

  timeline(query) {
    const { batches, interval } = this.server.engine;
    const [from, to, points] = [
      number(query, "from", 0),
      number(query, "to", Date.now()),
      number(query, "points", 300),
    ];
    const within = batches.filter((batch) => batch.time >= from && batch.time <= to);
    const step = (to - from) / points;
    const parts = Array.from({ length: points }, () => []);
    for (const batch of within) parts[Math.min(points - 1, Math.floor((batch.time - from) / step))].push(batch);
    const rows = parts.map((part, i) => this.part(part, from + i * step, step));
    const columns = Object.keys(rows[0]);
    return {
      ...table(columns, rows),
      from,
      to,
      step,
      batchInterval: interval,
      histograms: histograms(within, interval),
    };
  }

  part(batches, time, step) {
    const of = (figure) => batches.map((batch) => batch[figure]);
    const inputRows = of("inputRows").reduce((sum, rows) => sum + rows, 0);
    const busy = of("processingTime").reduce((sum, processing) => sum + processing, 0);
    return {
      time,
      batches: batches.length,
      inputRows,
      inputRate: (inputRows * 1_000) / step,
      processingRate: busy > 0 ? (inputRows * 1_000) / busy : null,
      schedulingDelay: mean(of("schedulingDelay")),
      processingTime: mean(of("processingTime")),
      totalDelay: mean(of("totalDelay")),
      schedulingDelayMax: most(of("schedulingDelay")),
      processingTimeMax: most(of("processingTime")),
      totalDelayMax: most(of("totalDelay")),
      overruns: of("overrun").filter(Boolean).length,
      deadLetters: 0,
    };
  }

  partitions() {
    const now = Date.now();
    const lanes = Array.from({ length: 10 }, (_, partition) => ({
      partition,
      state: partition === 7 ? "loading" : "running",
      reason: partition === 7 ? "reading 3 snapshots" : "",
      nextOffset: 120_000 + partition,
      endOffset: 120_004,
      lag: 4 - (partition % 5),
      lagSeconds: partition % 5 === 4 ? 0 : 1.2,
      devices: 4,
      resident: 3,
      records: 12_000,
      deadLetters: partition === 2 ? 7 : 0,
      lastRecord: now - 400,
      snapshotTime: now - 20_000 * (1 + partition),
      snapshotAge: 20_000 * (1 + partition),
      snapshotBytes: 4_200_000,
      snapshotDuration: 31,
    }));
    return { ...table(LANE, lanes), owned: 10, total: 10 };
  }

  engine() {
    const { engine, fleet } = this.server;
    return {
      inputRate: 120,
      processingRate: 2_400,
      schedulingDelay: 2,
      processingTime: 41,
      totalDelay: 43,
      batches: engine.count,
      overruns: engine.overruns,
      records: fleet.records,
      deadLetters: 7,
      ignored: 0,
      rebalances: 1,
      snapshots: 214,
      errors: 2,
      memory: {
        devices: fleet.devices.length,
        resident: fleet.devices.length - 1,
        evictions: 3,
        loads: 2,
        modelBytes: 9_400_000,
        processBytes: 88_000_000,
        pageBytes: 3_000_000,
      },
    };
  }

  journal() {
    return { ...table(["time", "kind", "partition", "message", "count"], this.server.engine.journal), cursor: "" };
  }
}

function histograms(batches, interval) {
  const bounds = [1, 2, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, interval, 750, 1_000];
  const rates = [10, 20, 50, 100, 120, 150, 200, 300, 500, 1_000];
  const count = (values, limits) => {
    const counts = new Array(limits.length + 1).fill(0);
    for (const value of values)
      counts[
        limits.findIndex((limit) => value <= limit) < 0 ? limits.length : limits.findIndex((limit) => value <= limit)
      ]++;
    return { bounds: limits, counts };
  };
  const of = (figure) =>
    count(
      batches.map((batch) => batch[figure]),
      bounds,
    );
  return {
    inputRate: count(
      batches.map((batch) => (batch.inputRows * 1_000) / interval),
      rates,
    ),
    schedulingDelay: of("schedulingDelay"),
    processingTime: of("processingTime"),
    totalDelay: of("totalDelay"),
  };
}
