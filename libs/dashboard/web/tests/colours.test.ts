// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Colours that stand side by side differ for those who lack a kind of cone, too.
import { describe, expect, it } from "vitest";

import { makePalette } from "../src/fleet/palette";
import css from "../src/style/tokens.css?raw";

type Colour = readonly [number, number, number];

/** What of linear light is seen without a kind of cone: Machado, Oliveira and Fernandes 2009, severity 1. */
const SIGHT: Record<string, readonly Colour[]> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.303900],
  ],
};
/** In CIELAB; 2.3 is what an eye just tells apart side by side. */
const APART = 8;

const GROUPS = {
  charts: ["measurement", "prediction", "error", "anomaly", "alarm"],
  stages: ["stage-poll", "stage-score", "stage-produce", "stage-commit", "stage-snapshot"],
  states: ["ok", "alarm", "warming", "waiting", "invalid"],
};

const linear = (value: number): number =>
  value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;

function lab(light: number[]): Colour {
  const [red, green, blue] = light.map((part) => Math.min(1, Math.max(0, part))) as [number, number, number];
  const root = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function seen(colour: Colour, sight: readonly Colour[]): Colour {
  const light = colour.map(linear);
  return lab(sight.map((row) => row.reduce((sum, weight, i) => sum + weight * light[i]!, 0)));
}

const distance = (a: Colour, b: Colour): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** The tokens of a theme. */
function tokens(theme: "light" | "dark"): Map<string, Colour> {
  const part = css.split(':root[data-theme="dark"]')[theme === "light" ? 0 : 1]!;
  const found = new Map<string, Colour>();
  for (const [, name, red, green, blue] of part.matchAll(/--([a-z-]+): #(..)(..)(..);/g))
    found.set(name!, [red!, green!, blue!].map((hex) => parseInt(hex, 16)) as unknown as Colour);
  return found;
}

const unpack = (pixel: number): Colour => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];

describe.each(["light", "dark"] as const)("the %s colours", (theme) => {
  it.each(Object.keys(SIGHT))("are apart with the sight of %s", (kind) => {
    const colours = tokens(theme);
    for (const names of Object.values(GROUPS)) {
      names.forEach((a, i) =>
        names.slice(i + 1).forEach((b) => {
          const [left, right] = [a, b].map((name) => seen(colours.get(name)!, SIGHT[kind]!)) as [Colour, Colour];
          expect(distance(left, right), `${a} and ${b}`).toBeGreaterThan(APART);
        }),
      );
    }
  });

  it.each(Object.keys(SIGHT))("of the heat map tell an alarm with the sight of %s", (kind) => {
    const cells = [...makePalette(theme)].map((pixel) => seen(unpack(pixel), SIGHT[kind]!));
    for (const calm of cells.slice(1, 128))
      for (const alarm of cells.slice(128 + 64)) expect(distance(calm, alarm)).toBeGreaterThan(APART);
  });
});
