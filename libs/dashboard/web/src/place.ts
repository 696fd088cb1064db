// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** What the address keeps, so that a link shows the same: the device and the window. */
export interface Place {
  device: string;
  window: number;
}

export const DEFAULT_WINDOW = 500;

export function readPlace(hash: string): Place {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const window = Number(values.get("window"));
  return {
    device: values.get("device") ?? "",
    window: Number.isInteger(window) && window >= 10 && window <= 100_000 ? window : DEFAULT_WINDOW,
  };
}

export function writePlace(place: Place): string {
  const values = new URLSearchParams();
  if (place.device) values.set("device", place.device);
  if (place.window !== DEFAULT_WINDOW) values.set("window", String(place.window));
  return `#${values}`;
}
