// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import type { Device, State } from "../wire";

export type Chip = State | "clipped";

/** In the order in which a list sorts them, worst first. */
export const STATES: readonly State[] = ["alerting", "invalid", "silent", "warming", "evicted", "ok"];

/** A sign beside the colour, for those who do not see the colour. */
const SIGNS: Record<Chip, string> = {
  warming: "◔",
  ok: "●",
  alerting: "▲",
  silent: "◌",
  evicted: "◇",
  invalid: "✕",
  clipped: "◭",
};

/** What the server says; an older one says only how the newest record was. */
export function stateOf(device: Pick<Device, "status" | "state">): State {
  return device.state ?? (device.status === "alarm" ? "alerting" : device.status);
}

/** A device that is fine but for its encoder's range is "clipped". */
export function chipOf(device: Pick<Device, "status" | "state" | "clipped">): Chip {
  const state = stateOf(device);
  return state === "ok" && device.clipped ? "clipped" : state;
}

/** The name of the colours: an alerting chip looks like an alarm. */
export function chipLook(chip: Chip): string {
  return chip === "alerting" ? "alarm" : chip;
}

export function chipText(device: Pick<Device, "status" | "state" | "clipped" | "modelAge">, warmUp: number): string {
  const chip = chipOf(device);
  if (chip === "warming" && warmUp > 0)
    return `${SIGNS.warming} warming ${Math.min(device.modelAge, warmUp)} of ${warmUp}`;
  return `${SIGNS[chip]} ${chip}`;
}

const MEANINGS: Record<Chip, string> = {
  warming: "The model is still learning and cannot alarm yet",
  ok: "The newest record is nothing special",
  alerting: "The newest record is an anomaly",
  silent: "No record has come for longer than usual",
  evicted: "The model has left memory; it comes back with the next record",
  invalid: "The newest record had no usable measurement; it never reached the model",
  clipped: "More than 5% of the values lie outside the encoder's range: set detector.overrides",
};

export function chipMeaning(chip: Chip): string {
  return MEANINGS[chip];
}

export function signOf(chip: Chip): string {
  return SIGNS[chip];
}
