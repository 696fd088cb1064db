// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { Poller, Problem, ask } from "../api";
import { make, setHidden, setText } from "../dom";
import { counted, formatAge, formatMillis } from "../format";
import {
  objects,
  type Batch,
  type Engine,
  type EventKind,
  type Info,
  type JournalEntry,
  type Lane,
  type Table,
  type Timeline,
} from "../wire";
import { Batches, STAGES, inWork, type ActiveBatch } from "./batches";
import { KINDS, engineFacts, journalRows, laneRows } from "./tables";
import { Memory } from "./memory";
import { spanOf, type Span } from "./span";
import { Timelines } from "./timelines";

const RANGES: [string, number][] = [
  ["5 minutes", 300_000],
  ["30 minutes", 1_800_000],
  ["1 hour", 3_600_000],
  ["6 hours", 21_600_000],
  ["24 hours", 86_400_000],
];
const BATCHES = 60;

/** The engine's page, with the names of Spark's streaming page. */
export class Pipeline {
  private readonly timelines = new Timelines((from, to) => this.look(from, to));
  private readonly batches = new Batches();
  private readonly lanes = make("tbody");
  private readonly facts = make("dl", { class: "pairs" });
  private readonly journal = make("tbody");
  private readonly range = make("select", { "aria-label": "Time shown" });
  private readonly kind = make("select", { "aria-label": "Events shown" });
  private readonly back = make("button", { type: "button", class: "small", text: "Back to live", hidden: true });
  private readonly summary = make("p", { class: "sub" });
  private readonly note = make("p", {
    class: "note",
    hidden: true,
    text: "There is no engine here: this page shows an enriched topic. cortado detect serves the engine's figures.",
  });
  private readonly content = make("div", { class: "rows" });
  private readonly poller = new Poller(() => this.refresh(), 1_500);
  private info: Info | null = null;
  /** How far the server's clock is ahead of ours. */
  private ahead = 0;
  private entries: JournalEntry[] = [];
  /** A part of the past that is looked at; null = up to now. */
  private past: Span | null = null;
  private readonly memory: Memory;

  /** `changed` is called when the time lines must be drawn, `open` with the device that somebody wants to see. */
  constructor(
    place: HTMLElement,
    private readonly changed: () => void,
    open: (device: string) => void,
  ) {
    this.memory = new Memory(open, () => this.poller.poke());
    RANGES.forEach(([name, length]) => this.range.append(new Option(name, String(length))));
    this.kind.append(new Option("All events", ""));
    Object.entries(KINDS).forEach(([kind, name]) => this.kind.append(new Option(name, kind)));
    this.range.addEventListener("change", () => this.look(0, 0));
    this.back.addEventListener("click", () => this.look(0, 0));
    this.kind.addEventListener("change", () => this.showJournal());
    this.build();
    place.append(this.note, this.content);
  }

  want(wanted: boolean): void {
    this.poller.want(wanted);
  }

  setInfo(info: Info): void {
    this.info = info;
    this.ahead = info.now - Date.now();
    setHidden(this.note, info.role !== "view");
    this.content.classList.toggle("no-engine", info.role === "view");
    this.poller.poke();
  }

  paint(until: number): boolean {
    return this.timelines.paint(until);
  }

  restyle(): void {
    this.timelines.restyle();
    this.changed();
  }

  private look(from: number, to: number): void {
    this.past = to > from ? spanOf(to, to - from, this.info?.batchInterval ?? 0) : null;
    this.back.hidden = this.past === null;
    this.poller.poke();
  }

  private async refresh(): Promise<void> {
    const engine = this.info?.role !== "view";
    const interval = this.info?.batchInterval ?? 0;
    const time = this.past ?? spanOf(Date.now() + this.ahead, Number(this.range.value), interval);
    const figures = (): Promise<void>[] => [
      part(async () => this.showTimeline(await ask<Timeline>("timeline", { ...time }))),
      part(async () =>
        this.showBatches(await ask<Table & { active?: ActiveBatch | null }>("batches", { limit: BATCHES })),
      ),
      part(async () => this.showEngine(await ask<Engine>("engine"))),
      part(() => this.memory.refresh(this.info?.warmUp ?? 0)),
    ];
    await Promise.all([
      ...(engine ? figures() : []),
      part(async () => this.showLanes(await ask<Table & { owned: number; total: number }>("partitions"))),
      part(async () => this.takeJournal(await ask<Table>("journal", { limit: 300 }))),
    ]);
  }

  private showTimeline(timeline: Timeline): void {
    this.timelines.take(timeline);
    this.changed();
  }

  private showBatches(answer: Table & { active?: ActiveBatch | null }): void {
    const batches = objects<Batch>(answer);
    const active = inWork(answer.active ?? null, batches, this.info?.started);
    this.batches.show(active, batches, this.info?.batchInterval ?? 0);
  }

  private showLanes(answer: Table & { owned: number; total: number }): void {
    this.lanes.replaceChildren(...laneRows(objects<Lane>(answer), Date.now()));
  }

  private showEngine(engine: Engine): void {
    this.facts.replaceChildren(
      ...engineFacts(engine).flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })]),
    );
    const { info } = this;
    if (!info) return;
    const interval = `Batches of ${formatMillis(info.batchInterval)}`;
    const since = info.started ? ` · running for ${formatAge(Date.now() - info.started)}` : "";
    setText(
      this.summary,
      `${interval}${since} · ${counted(engine.batches, "batch", "batches")} · ${counted(engine.records, "record")}`,
    );
  }

  private takeJournal(answer: Table): void {
    this.entries = objects<JournalEntry>(answer);
    this.showJournal();
  }

  private showJournal(): void {
    this.journal.replaceChildren(...journalRows(this.entries, this.kind.value as EventKind | ""));
  }

  private build(): void {
    const legend = make(
      "span",
      { class: "stages-key" },
      ...STAGES.map((stage) => make("span", { class: "stage-time" }, make("i", { class: `stage ${stage}` }), stage)),
    );
    const completed = [
      "Batch",
      "Batch Time",
      "Input Size#",
      "Scheduling Delay#",
      "Processing Time#",
      "Total Delay#",
      "Stages",
    ];
    const lanes = [
      "Partition",
      "State",
      "Lag#",
      "Lag in Time#",
      "Next Offset#",
      "Models#",
      "Snapshot#",
      "Size#",
      "Duration#",
    ];
    const models = ["Device", "Memory#", "Against the largest", "Learned#", "State"];
    const memory = card("Memory by device", [this.memory.note], table(models, this.memory.body), "engine");
    memory.append(this.memory.more);
    this.content.append(
      make(
        "div",
        { class: "view-head engine" },
        make("h2", { text: "Streaming statistics" }),
        this.summary,
        make("span", { class: "space" }),
        this.back,
        this.range,
      ),
      make("section", { class: "card engine", "aria-label": "Figures over time" }, this.timelines.element),
      make(
        "div",
        { class: "columns engine" },
        card("Active batch", [], table(["Batch", "Batch Time", "Input Size#", "Status"], this.batches.active)),
        card("Memory and counts", [], this.facts, "facts-card"),
      ),
      card("Completed batches", [legend], table(completed, this.batches.completed), "engine"),
      card(
        "Lanes",
        [make("span", { class: "sub", text: "one for each partition of this worker" })],
        table(lanes, this.lanes),
      ),
      memory,
      card(
        "Events",
        [
          make("span", { class: "sub", text: "rebalances, snapshots, dead letters, errors" }),
          make("span", { class: "space" }),
          this.kind,
        ],
        table(["Time", "Event", "Partition#", "What happened"], this.journal),
      ),
    );
  }
}

/** What an older server does not tell is left out; a lost connection fails the whole question and is told elsewhere. */
async function part(show: () => Promise<void>): Promise<void> {
  try {
    await show();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

function card(title: string, head: HTMLElement[], body: HTMLElement, kind = ""): HTMLElement {
  return make(
    "section",
    { class: `card ${kind}`, "aria-label": title },
    make("div", { class: "card-head" }, make("h2", { text: title }), ...head),
    body,
  );
}

/** A table; a heading that ends in # stands over numbers. */
export function table(headings: string[], body: HTMLElement): HTMLElement {
  const cells = headings.map((heading) =>
    make("th", { scope: "col", class: heading.endsWith("#") ? "number" : null, text: heading.replace("#", "") }),
  );
  return make(
    "div",
    { class: "table-box", tabindex: "0", role: "group", "aria-label": "Table, scrolls" },
    make("table", {}, make("thead", {}, make("tr", {}, ...cells)), body),
  );
}
