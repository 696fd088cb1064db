// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { make, setText } from "../dom";
import { formatAge, formatClock } from "../format";
import { COLUMNS, type Grid } from "./grid";
import { fitTo, layOutMap, sightOf, type Layout, type Sight } from "./layout";
import { makePalette, paintLegend, themeNow } from "./palette";
import { Picture } from "./picture";

export interface MapEvents {
  /** Somebody chose a cell; `time` is its column's start, `alarm` whether an alarm lies in it. */
  choose(device: string, time: number, alarm: boolean): void;
  /** The picture must be drawn anew. */
  changed(): void;
  /** Other rows came into sight. */
  sight(sight: Sight): void;
  /** Find the device of a row whose cell is the worst in a column. */
  worst(row: number, column: number): Promise<string | null>;
}

/** A cell under the pointer: its row in the grid, and its device where the row is of one alone. */
interface Found {
  row: number;
  column: number;
  device: string | null;
}

/** How long the pointer rests on a cell before the server is asked whose it is. */
const REST_MS = 80;

/** The fleet's heat map: a row a device, a column a step of time. */
export class FleetMap {
  private readonly scroll = make("div", { class: "fleet-scroll" });
  private readonly space = make("div", { class: "fleet-space" });
  private readonly canvas = make("canvas", { role: "img", "aria-label": "Heat map of the fleet" });
  private readonly axis = make(
    "div",
    { class: "fleet-axis", "aria-hidden": "true" },
    make("span"),
    make("span"),
    make("span"),
  );
  private readonly empty = make("div", { class: "fleet-empty" });
  private readonly tip = make("div", { class: "tip", hidden: true });
  private readonly legend = make("canvas");
  private palette = makePalette(themeNow());
  private readonly picture: Picture;
  private layout: Layout = layOutMap(0, 1, 1, false, 0);
  private sight = "";
  private large = false;
  private chosen = "";
  /** The picture must begin anew; it has begun and is not whole yet. */
  private stale = true;
  private unfinished = false;
  /** The cell that the tip tells of, its mark, and the wait before its device is asked for. */
  private told: Found | null = null;
  private over = "";
  private resting = 0;

  constructor(
    private readonly body: HTMLElement,
    legend: HTMLElement,
    private readonly grid: Grid,
    private readonly events: MapEvents,
  ) {
    this.picture = new Picture(grid, this.palette);
    this.scroll.append(this.space, this.canvas);
    body.append(this.scroll, this.axis, this.empty, this.tip);
    legend.append("calm", this.legend, "alarm");
    paintLegend(this.legend, this.palette);
    this.scroll.addEventListener("scroll", () => this.large && this.events.changed(), { passive: true });
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.leave());
    this.canvas.addEventListener("click", (event) => void this.click(event));
    new ResizeObserver(() => this.redo()).observe(this.scroll);
  }

  setLarge(large: boolean): void {
    this.large = large;
    if (large) this.scroll.setAttribute("tabindex", "0");
    else this.scroll.removeAttribute("tabindex");
    if (large) this.scroll.setAttribute("aria-label", "Heat map, scrolls");
    else this.scroll.removeAttribute("aria-label");
    this.scroll.scrollTop = 0;
    this.redo();
  }

  setChosen(device: string): void {
    if (device === this.chosen) return;
    this.chosen = device;
    this.events.changed();
  }

  restyle(): void {
    this.palette = makePalette(themeNow());
    paintLegend(this.legend, this.palette);
    this.redo();
  }

  /** New cells came for these columns. */
  columnsChanged(first: number, count: number): void {
    if (count > 8) this.stale = true;
    else for (let i = 0; i < count; i++) if (!this.stale) this.picture.column(this.grid.slot(first + i));
    this.events.changed();
  }

  redo(): void {
    this.stale = true;
    this.events.changed();
  }

  /** Draw until the time is up; true = there is more. */
  paint(until: number): boolean {
    const width = this.scroll.clientWidth;
    if (width === 0) return false;
    const layout = this.layOut(width);
    if (this.stale || JSON.stringify(layout) !== JSON.stringify(this.layout)) {
      this.layout = layout;
      this.stale = false;
      this.picture.begin({ first: this.shift, count: layout.rows }, this.palette);
      this.unfinished = true;
    }
    if (this.unfinished) {
      if (this.picture.run(until)) return true;
      this.unfinished = false;
    }
    this.compose();
    return false;
  }

  /** Fit what there is into the box, and tell what of it is in sight. */
  private layOut(width: number): Layout {
    const { grid, large, scroll } = this;
    const height = scroll.clientHeight;
    const layout = layOutMap(grid.matching, width, height, large, scroll.scrollTop);
    const sight = sightOf(layout, height, large);
    const key = JSON.stringify(sight);
    if (key !== this.sight) {
      this.sight = key;
      this.events.sight(sight);
    }
    return fitTo(grid, layout, height);
  }

  /** The grid's row that is the first in sight. */
  private get shift(): number {
    return this.layout.first - this.grid.first;
  }

  private compose(): void {
    const { layout, grid, canvas } = this;
    const scale = Math.max(1, Math.round(devicePixelRatio));
    const [width, height] = [
      layout.gutter + layout.columns * layout.columnWidth,
      Math.max(1, layout.rows * layout.rowHeight),
    ];
    if (canvas.width !== width * scale || canvas.height !== height * scale) {
      canvas.width = width * scale;
      canvas.height = height * scale;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    this.space.style.height = `${this.large ? layout.height : 0}px`;
    const ctx = canvas.getContext("2d")!;
    ctx.imageSmoothingEnabled = false;
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    const first = grid.slot(grid.newest - layout.columns + 1);
    const head = Math.min(layout.columns, COLUMNS - first);
    const cell = layout.columnWidth * scale;
    const copy = (from: number, count: number, to: number): void => {
      const left = layout.gutter * scale + to * cell;
      if (count > 0)
        ctx.drawImage(this.picture.canvas, from, 0, count, layout.rows, left, 0, count * cell, canvas.height);
    };
    copy(first, head, 0);
    copy(0, layout.columns - head, head);
    if (layout.rowHeight >= 5) this.partRows(ctx, scale);
    this.drawNames(ctx, scale);
    this.markChosen(ctx, scale);
    this.label();
  }

  /** A hair line between rows that are not too thin for it. */
  private partRows(ctx: CanvasRenderingContext2D, scale: number): void {
    for (let row = 1; row <= this.layout.rows; row++)
      ctx.clearRect(0, row * this.layout.rowHeight * scale - scale, ctx.canvas.width, scale);
  }

  private drawNames(ctx: CanvasRenderingContext2D, scale: number): void {
    const { layout, grid, shift } = this;
    if (layout.gutter === 0) return;
    ctx.fillStyle = getComputedStyle(this.body).color;
    ctx.font = `${11.5 * scale}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    for (let row = 0; row < layout.rows; row++) {
      const name = grid.names[shift + row] ?? "";
      ctx.fillText(name, 6 * scale, (row + 0.5) * layout.rowHeight * scale, (layout.gutter - 12) * scale);
    }
  }

  private markChosen(ctx: CanvasRenderingContext2D, scale: number): void {
    const { layout, grid, shift } = this;
    const row = grid.per === 1 ? grid.names.indexOf(this.chosen) : Math.floor((grid.place ?? -1) / grid.per);
    const at = row - shift;
    if (row < 0 || at < 0 || at >= layout.rows || grid.matching < 2) return;
    ctx.strokeStyle = getComputedStyle(this.body).color;
    ctx.lineWidth = scale;
    const height = layout.rowHeight * scale;
    ctx.strokeRect(0.5 * scale, at * height + 0.5 * scale, ctx.canvas.width - scale, height - scale);
  }

  private label(): void {
    const { grid, layout } = this;
    const none = grid.matching === 0 || grid.newest < 0;
    this.empty.hidden = !none;
    setText(this.empty, grid.newest >= 0 ? "No device matches." : "The map fills as records come.");
    const [left, middle, right] = [...this.axis.children] as [HTMLElement, HTMLElement, HTMLElement];
    const at = (column: number): string => (none ? "" : formatClock(column * grid.step));
    this.axis.style.paddingLeft = `${layout.gutter}px`;
    setText(left, at(grid.newest - layout.columns + 1));
    setText(middle, at(grid.newest - Math.floor(layout.columns / 2)));
    setText(right, none ? "" : formatClock((grid.newest + 1) * grid.step));
    const shared = layout.per > 1 ? `, ${layout.per} devices a row, the worst is seen` : "";
    const label = `Heat map of ${grid.matching} devices over ${formatAge(layout.columns * grid.step)}${shared}`;
    if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
  }

  /** The cell under the pointer. */
  private cellAt(event: MouseEvent): Found | null {
    const { layout, grid } = this;
    const box = this.canvas.getBoundingClientRect();
    const at = Math.floor((event.clientY - box.top) / layout.rowHeight);
    const first = grid.newest - layout.columns + 1;
    const column = first + Math.floor((event.clientX - box.left - layout.gutter) / layout.columnWidth);
    const row = this.shift + at;
    if (at < 0 || at >= layout.rows || row < 0 || row >= grid.rows || column > grid.newest) return null;
    return { row, column: Math.max(column, first), device: grid.names[row] ?? null };
  }

  private hover(event: PointerEvent): void {
    const found = this.cellAt(event);
    if (!found) return this.leave();
    const over = `${found.row}.${found.column}.${this.grid.step}`;
    if (over !== this.over) {
      this.leave();
      this.over = over;
      this.tell(found);
      if (found.device === null) this.resting = window.setTimeout(() => void this.askWhose(found, over), REST_MS);
    }
    this.tip.hidden = false;
    this.tip.style.left = `${Math.min(event.clientX + 14, innerWidth - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${event.clientY + 16}px`;
  }

  private leave(): void {
    window.clearTimeout(this.resting);
    this.over = "";
    this.told = null;
    this.tip.hidden = true;
  }

  private async askWhose(found: Found, over: string): Promise<void> {
    const device = await this.events.worst(found.row, found.column).catch(() => null);
    if (over === this.over) this.tell({ ...found, device });
  }

  private tell(found: Found): void {
    const { grid } = this;
    const { row, column, device } = found;
    this.told = found;
    const sharing = Math.min(grid.per, grid.matching - grid.first - row * grid.per);
    const worst = sharing > 1 ? `\nworst of ${sharing} devices` : "";
    setText(
      this.tip,
      `${device ?? "…"}\n${formatClock(column * grid.step)} · ${cellText(grid.cell(row, column))}${worst}`,
    );
  }

  private async click(event: MouseEvent): Promise<void> {
    const found = this.told ?? this.cellAt(event); // the map has moved on since the tip came
    if (!found) return;
    const { step } = this.grid;
    const alarm = (this.grid.cell(found.row, found.column) & 128) !== 0;
    const device = found.device ?? (await this.events.worst(found.row, found.column).catch(() => null));
    if (device) this.events.choose(device, found.column * step, alarm);
  }
}

function cellText(cell: number): string {
  if (cell === 0) return "no record";
  const score = (((cell & 127) - 1) / 126).toFixed(2);
  return `${cell & 128 ? "▲ alarm, " : ""}highest score ${score}`;
}
