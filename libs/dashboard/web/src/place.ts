// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

export type Tab = "devices" | "pipeline" | "alerts";
export type Preset = "strips" | "original";

const TABS: readonly string[] = ["devices", "pipeline", "alerts"];

/** What the address keeps, so that a link shows the same. */
export interface Place {
  tab: Tab;
  device: string;
  window: number;
  preset: Preset;
  /** The record looked at by its event time in ms; null = live, or by `record`. */
  at: number | null;
  /** The record looked at by its number, where it has no event time. */
  record: number | null;
}

export const DEFAULT_WINDOW = 500;

/** What the server takes: the years 1 to 9999, and names of so many characters. */
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_800_000;
const LONGEST_NAME = 1_024;

function whole(text: string | null, low: number, high: number): number | null {
  if (text === null || text === "") return null;
  const value = Number(text);
  return Number.isInteger(value) && value >= low && value <= high ? value : null;
}

/** Date, clock and zone of ISO 8601; a blank before the zone was a plus before the address was read. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|([-+ ])(\d\d):?(\d\d)?)?)?$/i;

/** A time of a link: ISO 8601 (no zone = UTC) or milliseconds. */
function readTime(text: string | null): number | null {
  if (!text) return null;
  const time = /^-?\d+$/.test(text) ? Number(text) : readIso(text);
  return time >= EARLIEST && time <= LATEST ? time : null;
}

function readIso(text: string): number {
  const found = ISO.exec(text);
  if (!found) return NaN;
  const [, date, clock = "00:00", , sign, hours, minutes = "00"] = found;
  const zone = sign ? `${sign === "-" ? "-" : "+"}${hours}:${minutes}` : "Z";
  return Date.parse(`${date}T${clock}${zone}`);
}

/** A device's name; what is no name of any is none. */
function nameOf(text: string | null): string {
  return text !== null && [...text].length <= LONGEST_NAME ? text : "";
}

export function readPlace(hash: string): Place {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = values.get("tab") ?? "";
  return {
    tab: TABS.includes(tab) ? (tab as Tab) : "devices",
    device: nameOf(values.get("device")),
    window: whole(values.get("window"), 10, 100_000) ?? DEFAULT_WINDOW,
    preset: values.get("charts") === "original" ? "original" : "strips",
    at: readTime(values.get("at")),
    record: whole(values.get("record"), 1, Number.MAX_SAFE_INTEGER),
  };
}

export function writePlace(place: Place): string {
  const values = new URLSearchParams();
  if (place.tab !== "devices") values.set("tab", place.tab);
  if (place.device) values.set("device", place.device);
  if (place.window !== DEFAULT_WINDOW) values.set("window", String(place.window));
  if (place.preset !== "strips") values.set("charts", place.preset);
  if (place.at !== null) values.set("at", new Date(place.at).toISOString().replace(".000Z", "Z"));
  else if (place.record !== null) values.set("record", String(place.record));
  return `#${values.toString().replaceAll("%3A", ":")}`;
}

/** Another device or tab is a step that the browser goes back by; the device that is there at first is none. */
export function isStep(from: Place, to: Place): boolean {
  return from.tab !== to.tab || (from.device !== "" && from.device !== to.device);
}

/** The page's address, which the page writes and its user may change. */
export class Address {
  private known = location.hash;

  /** What it is now. */
  read(): Place {
    this.known = location.hash;
    return readPlace(this.known);
  }

  /**
   * Write a place: a step that the browser goes back by, or the same one told anew. False if the address was changed
   * meanwhile: browsers tell of it later than they do it, and what a user types wins.
   */
  write(place: Place): boolean {
    if (location.hash !== this.known) return false;
    const hash = writePlace(place);
    if (hash === this.known) return true;
    const step = isStep(readPlace(this.known), place);
    history[step ? "pushState" : "replaceState"](null, "", hash);
    this.known = location.hash;
    return true;
  }
}
