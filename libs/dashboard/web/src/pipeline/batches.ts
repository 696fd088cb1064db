// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { draw, isPressed, make } from "../dom";
import { formatClock, formatCount, formatMillis } from "../format";
import type { Batch, Stage } from "../wire";

export const STAGES: readonly Stage[] = ["poll", "score", "produce", "commit", "snapshot"];
const BAR = 140;

export interface ActiveBatch {
  batch: number;
  time: number;
  inputRows: number;
}

/** The batch in work; null where it is none of this process (`run`) any more, having ended while it was told. */
export function inWork(active: ActiveBatch | null, batches: Batch[], run: number | undefined): ActiveBatch | null {
  const ended = (batch: Batch): boolean => batch.batch >= active!.batch && (batch.run ?? run) === run;
  return active && !batches.some(ended) ? active : null;
}

/** When a batch began, as Spark names it by: what the server tells is its end. */
export function batchTime(batch: Batch): number {
  return batch.time - batch.processingTime;
}

/** A batch's number: they begin anew with each process. */
function keyOf(batch: Batch): string {
  return `${batch.run ?? 0}.${batch.batch}`;
}

export function stageTimes(batch: Batch): { stage: Stage; time: number }[] {
  return STAGES.map((stage) => ({ stage, time: batch[stage] ?? 0 }));
}

function stagesText(batch: Batch): string {
  return stageTimes(batch)
    .map(({ stage, time }) => `${stage} ${formatMillis(time)}`)
    .join(", ");
}

/** The tables of active and completed batches. */
export class Batches {
  readonly active = make("tbody");
  readonly completed = make("tbody");
  private readonly open = new Set<string>();
  private batches: Batch[] = [];
  private interval = 0;

  show(active: ActiveBatch | null, batches: Batch[], interval: number): void {
    this.batches = batches;
    this.interval = interval;
    this.active.replaceChildren(active ? this.activeRow(active) : emptyRow("No batch is in work.", 4));
    if (!isPressed(this.completed)) this.paint(); // else with the next answer
  }

  private paint(): void {
    const focused = this.completed.contains(document.activeElement)
      ? document.activeElement!.getAttribute("aria-label")
      : null;
    // One slow batch must not make all others invisible.
    const times = this.batches.map((batch) => batch.processingTime).sort((a, b) => a - b);
    const longest = Math.max(1, times[Math.floor(0.9 * times.length)] ?? 0);
    const rows = [...this.batches].reverse().flatMap((batch) => this.rowsOf(batch, longest));
    this.completed.replaceChildren(...(rows.length > 0 ? rows : [emptyRow("No batch has had a record yet.", 7)]));
    if (focused) this.completed.querySelector<HTMLElement>(`[aria-label="${focused}"]`)?.focus();
  }

  private activeRow(active: ActiveBatch): HTMLElement {
    return make(
      "tr",
      {},
      make("td", { text: `${active.batch}` }),
      make("td", { text: formatClock(active.time) }),
      make("td", { class: "number", text: formatCount(active.inputRows) }),
      make("td", { text: "processing" }),
    );
  }

  private rowsOf(batch: Batch, longest: number): HTMLElement[] {
    const key = keyOf(batch);
    const open = this.open.has(key);
    const toggle = make("button", {
      type: "button",
      class: "link",
      "aria-expanded": String(open),
      text: `${open ? "▾" : "▸"} ${batch.batch}`,
    });
    toggle.setAttribute("aria-label", `Batch ${batch.batch}, details`);
    toggle.addEventListener("click", () => {
      if (open) this.open.delete(key);
      else this.open.add(key);
      this.paint();
    });
    const late = batch.overrun || (this.interval > 0 && batch.processingTime > this.interval);
    const row = make(
      "tr",
      { class: late ? "late" : null },
      make("td", {}, toggle),
      make("td", { text: formatClock(batchTime(batch)), title: `ended at ${formatClock(batch.time)}` }),
      make("td", { class: "number", text: formatCount(batch.inputRows) }),
      make("td", { class: "number", text: formatMillis(batch.schedulingDelay) }),
      make("td", { class: "number", text: `${late ? "▲ " : ""}${formatMillis(batch.processingTime)}` }),
      make("td", { class: "number", text: formatMillis(batch.totalDelay) }),
      make("td", {}, stageBar(batch, longest)),
    );
    return open ? [row, details(batch)] : [row];
  }
}

/** The stages of a batch as a bar whose length is its processing time. */
function stageBar(batch: Batch, longest: number): HTMLElement | null {
  const times = stageTimes(batch);
  const sum = times.reduce((all, { time }) => all + time, 0);
  if (sum === 0) return null;
  const scale = BAR / Math.max(1.25 * longest, sum);
  let x = 0;
  const parts = times.map(({ stage, time }) => {
    const part = draw("rect", {
      x: x.toFixed(1),
      width: Math.max(0, time * scale).toFixed(1),
      y: 1,
      height: 9,
      class: `stage ${stage}`,
    });
    x += time * scale;
    return part;
  });
  const text = stagesText(batch);
  return draw(
    "svg",
    { viewBox: `0 0 ${BAR} 11`, width: BAR, height: 11, role: "img", "aria-label": text },
    draw("title", { text }),
    ...parts,
  ) as unknown as HTMLElement;
}

function details(batch: Batch): HTMLElement {
  const counts: [string, number | undefined][] = [
    ["enriched", batch.enriched],
    ["invalid", batch.invalid],
    ["ignored", batch.ignored],
    ["dead letters", batch.deadLetters],
    ["alarms", batch.alarms],
  ];
  const known = counts
    .filter(([, count]) => count !== undefined && count !== null)
    .map(([name, count]) => `${formatCount(count!)} ${name}`);
  const stages = stageTimes(batch).map(({ stage, time }) =>
    make("span", { class: "stage-time" }, make("i", { class: `stage ${stage}` }), `${stage} ${formatMillis(time)}`),
  );
  return make(
    "tr",
    { class: "details" },
    make("td", { colspan: 7 }, make("div", {}, ...stages), make("div", { class: "sub", text: known.join(" · ") })),
  );
}

export function emptyRow(text: string, columns: number): HTMLElement {
  return make("tr", {}, make("td", { colspan: columns, class: "sub", text }));
}
