// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
type Rgb = readonly [number, number, number];

/** Stops from the lowest score to the boundary of an alarm, and from there to the highest. */
interface Ramp {
  calm: Rgb[];
  alarm: Rgb[];
}

// Blue, then orange: apart for every kind of colour blindness, and the alarms stand out by lightness as well.
const LIGHT: Ramp = {
  calm: [
    [226, 234, 241],
    [168, 200, 224],
    [112, 160, 201],
  ],
  alarm: [
    [246, 166, 84],
    [214, 88, 12],
    [138, 38, 0],
  ],
};
const DARK: Ramp = {
  calm: [
    [32, 44, 57],
    [37, 72, 102],
    [52, 108, 152],
  ],
  alarm: [
    [196, 98, 38],
    [255, 150, 72],
    [255, 226, 160],
  ],
};

function blend(stops: Rgb[], at: number): Rgb {
  const place = Math.min(1, Math.max(0, at)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[i]!, stops[i + 1]!];
  const mix = (k: 0 | 1 | 2): number => Math.round(a[k] + (b[k] - a[k]) * (place - i));
  return [mix(0), mix(1), mix(2)];
}

function pack([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0; // as little-endian pixels are
}

/** The pixel of each cell: 0 = no record, bit 7 = an alarm, the rest the score. */
export function makePalette(theme: "light" | "dark"): Uint32Array {
  const ramp = theme === "dark" ? DARK : LIGHT;
  const palette = new Uint32Array(256);
  for (let cell = 1; cell < 256; cell++) {
    const score = Math.max(0, (cell & 127) - 1) / 126;
    palette[cell] = pack(cell & 128 ? blend(ramp.alarm, (score - 0.5) * 2) : blend(ramp.calm, score));
  }
  return palette;
}

export function themeNow(): "light" | "dark" {
  return document.documentElement.dataset["theme"] === "dark" ? "dark" : "light";
}

/** Paint the key of the colours. */
export function paintLegend(canvas: HTMLCanvasElement, palette: Uint32Array): void {
  canvas.width = 126;
  canvas.height = 1;
  const image = new ImageData(126, 1);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < 126; i++) pixels[i] = palette[i < 63 ? i + 1 : 128 | (i + 1)]!;
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}
