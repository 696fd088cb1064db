// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { make, setText } from "../dom";
import { formatClock } from "../format";
import type { Grid } from "./grid";

/** A cell of the map: its row in the grid, and its device where the row is of one alone. */
export interface Found {
  row: number;
  column: number;
  device: string | null;
}

/** What is told of a cell, beside the pointer and to screen readers. */
export class Tip {
  readonly element = make("div", { class: "tip", hidden: true });
  /** Read out when it changes: only where keys move, as a pointer passes over much. */
  readonly spoken = make("div", { class: "unseen", role: "status" });

  constructor(private readonly grid: Grid) {}

  /** Tell of a cell; `aloud` = to screen readers too. */
  tell({ row, column, device }: Found, aloud: boolean): void {
    const { grid } = this;
    const sharing = Math.min(grid.per, grid.matching - grid.first - row * grid.per);
    const worst = sharing > 1 ? `\nworst of ${sharing} devices` : "";
    const text = `${device ?? "…"}\n${formatClock(column * grid.step)} · ${cellText(grid.cell(row, column))}${worst}`;
    setText(this.element, text);
    if (aloud && device !== null) setText(this.spoken, text.replaceAll("\n", ", "));
  }

  /** Show it near a place of the window. */
  show(x: number, y: number): void {
    const { element } = this;
    element.hidden = false;
    element.style.left = `${Math.min(x + 14, innerWidth - element.offsetWidth - 8)}px`;
    element.style.top = `${y + 16}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

function cellText(cell: number): string {
  if (cell === 0) return "no record";
  const score = (((cell & 127) - 1) / 126).toFixed(2);
  return `${cell & 128 ? "▲ alarm, " : ""}highest score ${score}`;
}
