// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Looks for faults that keep people out who see, hear or move otherwise.
import { readFile } from "node:fs/promises";

const AXE = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Options of a page that lets a test bring its own script. */
export const OPEN = { bypassCSP: true };

/** The serious faults of what a page shows now, each in a line. */
export async function faults(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => {
      const places = nodes.slice(0, 3).map((node) => node.html);
      return `${id}: ${places.join(" | ")}`;
    });
}
