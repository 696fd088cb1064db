// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { draw, make } from "../dom";
import type { Explanation, MemoryActivity, Point } from "../wire";

type Columns = NonNullable<Explanation["columns"]>;

/** What a memory sees at once. */
const SCALES: Record<string, string> = {
  short: "Each record",
  middle: "Blocks of records",
  long: "Longer blocks",
};
const ROW = 6;

/** Which of the model's active columns burst, where that is known; else the share of them. */
export function burst(point: Point, columns: Explanation["columns"], width: number): HTMLElement | null {
  if (point.status === "invalid" || (!columns && point.anomaly === null)) return null;
  const section = make("section", { class: "burst" }, make("h3", { text: "Columns" }));
  if (!columns) {
    const share = Math.round(point.anomaly! * 100);
    section.append(make("p", { text: `${share}% of the active columns were not predicted.` }));
    return section;
  }
  const memories = columns.memories ?? [];
  if (memories.length === 0) section.append(dots(columns, width) as unknown as HTMLElement);
  for (const memory of memories) section.append(...strip(memory, memories.length > 1, width));
  section.append(make("p", { class: "sub", text: sentence(columns) }));
  return section;
}

function sentence({ active, burst: bursting }: Columns): string {
  return `${bursting} of ${active} active columns burst: nothing had predicted them.`;
}

/** All columns of a memory in rows, the active ones drawn where they stand. */
function strip(activity: MemoryActivity, several: boolean, width: number): HTMLElement[] {
  const rows = several ? 8 : 16;
  const per = Math.ceil(activity.columns / rows);
  const bursting = new Set(activity.burst);
  const text = `${activity.burst.length} of ${activity.active.length} active columns burst`;
  // Those that burst are drawn last, above their neighbours.
  const order = [...activity.active].sort((a, b) => Number(bursting.has(a)) - Number(bursting.has(b)));
  const marks = order.map((column) =>
    draw(
      "circle",
      {
        cx: 3 + ((column % per) / per) * (width - 6),
        cy: Math.floor(column / per) * ROW + ROW / 2,
        r: 2.6,
        class: bursting.has(column) ? "column burst" : "column",
      },
      draw("title", { text: `column ${column}${bursting.has(column) ? ", burst" : ""}` }),
    ),
  );
  const name = SCALES[activity.memory] ?? activity.memory;
  const picture = draw(
    "svg",
    { viewBox: `0 0 ${width} ${rows * ROW}`, role: "img", class: "field", "aria-label": `${name}: ${text}` },
    ...marks,
  );
  const head = several
    ? make(
        "p",
        { class: "scale" },
        make("span", { text: name }),
        make("span", { text: `${activity.burst.length} of ${activity.active.length}` }),
      )
    : null;
  return [head, picture as unknown as HTMLElement].filter((part): part is HTMLElement => part !== null);
}

/** A dot a column, for servers that only count. */
function dots(columns: Columns, width: number): SVGElement {
  const per = 20;
  const size = width / per;
  const all = Array.from({ length: Math.min(columns.active, 200) }, (_, i) =>
    draw("circle", {
      cx: (i % per) * size + size / 2,
      cy: Math.floor(i / per) * size + size / 2,
      r: 4,
      class: i < columns.burst ? "column burst" : "column",
    }),
  );
  const height = Math.ceil(all.length / per) * size;
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": sentence(columns) }, ...all);
}
