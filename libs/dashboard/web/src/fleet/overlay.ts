// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Layout } from "./layout";

/** What is drawn over the cells of the map: rows counted from the first in sight. */
export class Overlay {
  constructor(
    private readonly ctx: CanvasRenderingContext2D,
    private readonly scale: number,
    private readonly layout: Layout,
    private readonly colour: string,
  ) {}

  /** A hair line between rows that are not too thin for it. */
  partRows(): void {
    const { ctx, scale, layout } = this;
    for (let row = 1; row <= layout.rows; row++)
      ctx.clearRect(0, row * layout.rowHeight * scale - scale, ctx.canvas.width, scale);
  }

  /** The names of the rows, of which the first in sight is the one at `first`. */
  names(names: string[], first: number): void {
    const { ctx, scale, layout } = this;
    ctx.fillStyle = this.colour;
    ctx.font = `${11.5 * scale}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    for (let row = 0; row < layout.rows; row++) {
      const middle = (row + 0.5) * layout.rowHeight * scale;
      ctx.fillText(names[first + row] ?? "", 6 * scale, middle, (layout.gutter - 12) * scale);
    }
  }

  markRow(row: number): void {
    const { ctx, scale } = this;
    if (row >= 0 && row < this.layout.rows) this.frame(row, 0.5 * scale, ctx.canvas.width - scale, 1);
  }

  markCell(row: number, column: number): void {
    const { scale, layout } = this;
    if (row < 0 || row >= layout.rows || column < 0 || column >= layout.columns) return;
    const width = layout.columnWidth * scale;
    this.frame(row, layout.gutter * scale + column * width - scale, width + 2 * scale, 2);
  }

  private frame(row: number, left: number, width: number, line: number): void {
    const { ctx, scale } = this;
    const height = this.layout.rowHeight * scale;
    ctx.strokeStyle = this.colour;
    ctx.lineWidth = line * scale;
    ctx.strokeRect(left, row * height + 0.5 * scale, width, height - scale);
  }
}
