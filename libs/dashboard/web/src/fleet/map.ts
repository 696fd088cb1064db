// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { make, setText } from "../dom";
import { formatAge, formatClock } from "../format";
import { COLUMNS, type Grid } from "./grid";
import { fitTo, layOutMap, sightOf, type Layout, type Sight } from "./layout";
import { makePalette, paintLegend, themeNow } from "./palette";
import { MapCursor, type Bounds, type Cell } from "./cursor";
import { Overlay } from "./overlay";
import { Picture } from "./picture";
import { Tip, type Found } from "./tip";

export interface MapEvents {
  /** Somebody chose a cell; `time` is its column's start, `alarm` whether an alarm lies in it. */
  choose(device: string, time: number, alarm: boolean): void;
  /** The picture must be drawn anew. */
  changed(): void;
  /** So many columns fit now. */
  columns(count: number): void;
  /** Other rows came into sight. */
  sight(sight: Sight): void;
  /** Find the device of a row whose cell is the worst in a column. */
  worst(row: number, column: number): Promise<string | null>;
}

/** How long one rests on a cell before the server is asked whose it is. */
const REST_MS = 80;

/** The fleet's heat map: a row a device, a column a step of time. */
export class FleetMap {
  private readonly scroll = make("div", { class: "fleet-scroll" });
  private readonly space = make("div", { class: "fleet-space" });
  private readonly canvas = make("canvas", {
    role: "application",
    tabindex: "0",
    "aria-label": "Heat map of the fleet",
    "aria-roledescription": "heat map: arrows move over its cells, Enter opens one",
  });
  private readonly axis = make(
    "div",
    { class: "fleet-axis", "aria-hidden": "true" },
    make("span"),
    make("span"),
    make("span"),
  );
  private readonly empty = make("div", { class: "fleet-empty" });
  private readonly tip: Tip;
  private readonly cursor: MapCursor;
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
    this.tip = new Tip(grid);
    this.cursor = new MapCursor(this.canvas, {
      bounds: () => this.bounds(),
      moved: (cell) => this.moveTo(cell),
      open: () => this.told && void this.open(this.told),
      left: () => {
        this.leave();
        this.events.changed();
      },
    });
    this.scroll.append(this.space, this.canvas);
    body.append(this.scroll, this.axis, this.empty, this.tip.element, this.tip.spoken);
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
      if (layout.columns !== this.layout.columns) this.events.columns(layout.columns);
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
    this.drawOver(ctx, scale);
    this.label();
  }

  private drawOver(ctx: CanvasRenderingContext2D, scale: number): void {
    const { layout, grid, shift } = this;
    const over = new Overlay(ctx, scale, layout, getComputedStyle(this.body).color);
    if (layout.rowHeight >= 5) over.partRows();
    if (layout.gutter > 0) over.names(grid.names, shift);
    const chosen = this.chosenRow();
    if (chosen >= 0 && grid.matching > 1) over.markRow(chosen - shift);
    const { cell } = this.cursor;
    if (cell) over.markCell(cell.row - layout.first, cell.column - grid.newest + layout.columns - 1);
  }

  /** The grid's row of the chosen device; negative = it has none. */
  private chosenRow(): number {
    const { grid } = this;
    return grid.per === 1 ? grid.names.indexOf(this.chosen) : Math.floor((grid.place ?? -1) / grid.per);
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
    this.goTo(found, false);
    this.tip.show(event.clientX, event.clientY);
  }

  /** Tell of a cell, and ask whose it is where its row is shared. */
  private goTo(found: Found, aloud: boolean): void {
    const over = `${found.row}.${found.column}.${this.grid.step}`;
    if (over === this.over) return;
    this.leave();
    this.over = over;
    this.tell(found, aloud);
    if (found.device === null) this.resting = window.setTimeout(() => void this.askWhose(found, over, aloud), REST_MS);
  }

  private leave(): void {
    window.clearTimeout(this.resting);
    this.over = "";
    this.told = null;
    this.tip.hide();
  }

  private async askWhose(found: Found, over: string, aloud: boolean): Promise<void> {
    const device = await this.events.worst(found.row, found.column).catch(() => null);
    if (over === this.over) this.tell({ ...found, device }, aloud);
  }

  private tell(found: Found, aloud: boolean): void {
    this.told = found;
    this.tip.tell(found, aloud);
  }

  private async click(event: MouseEvent): Promise<void> {
    const found = this.told ?? this.cellAt(event); // the map has moved on since the tip came
    if (found) await this.open(found);
  }

  private async open(found: Found): Promise<void> {
    const { step } = this.grid;
    const alarm = (this.grid.cell(found.row, found.column) & 128) !== 0;
    const device = found.device ?? (await this.events.worst(found.row, found.column).catch(() => null));
    if (device) this.events.choose(device, found.column * step, alarm);
  }

  /** What the keys move over: the rows that are here, from that of the chosen device and the newest column. */
  private bounds(): { start: Cell; bounds: Bounds } | null {
    const { grid, layout } = this;
    if (grid.rows === 0 || grid.newest < 0) return null;
    const rows: [number, number] = [grid.first, grid.first + grid.rows - 1];
    const columns: [number, number] = [grid.newest - layout.columns + 1, grid.newest];
    const row = grid.first + Math.max(0, this.chosenRow());
    return { start: { row, column: grid.newest }, bounds: { rows, columns } };
  }

  private moveTo({ row, column }: Cell): void {
    const { grid, layout, scroll } = this;
    const at = row - grid.first;
    if (this.large) {
      const top = row * layout.rowHeight;
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      scroll.scrollTop = Math.max(scroll.scrollTop, top + layout.rowHeight - scroll.clientHeight);
    }
    this.goTo({ row: at, column, device: grid.names[at] ?? null }, true);
    const box = this.canvas.getBoundingClientRect();
    const left = layout.gutter + (column - grid.newest + layout.columns) * layout.columnWidth;
    this.tip.show(box.left + left, box.top + (row - layout.first) * layout.rowHeight);
    this.events.changed();
  }
}
