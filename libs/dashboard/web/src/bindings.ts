// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { byId } from "./dom";
import { Keys, type Binding } from "./keys";
import type { Page } from "./page";

/** Give the page its keys, and the help its button. */
export function bindKeys(page: Page): void {
  const keys = new Keys(
    bindings(page, () => keys.toggleHelp()),
    byId<HTMLDialogElement>("keys"),
  );
  byId("help").addEventListener("click", () => keys.toggleHelp());
}

/** All keys of the page. */
function bindings(page: Page, help: () => void): Binding[] {
  const steps: Record<string, number> = {
    j: 1,
    ArrowDown: 1,
    k: -1,
    ArrowUp: -1,
    PageDown: 8,
    PageUp: -8,
    Home: -1e9,
    End: 1e9,
  };
  const move = (key: string): void => page.devices.move(steps[key]!);
  return [
    { group: "Go", keys: ["1"], shown: "1", what: "devices", run: () => page.showTab("devices") },
    { group: "Go", keys: ["2"], shown: "2", what: "pipeline", run: () => page.showTab("pipeline") },
    { group: "Go", keys: ["3"], shown: "3", what: "alerts", run: () => page.showTab("alerts") },
    { group: "Go", keys: ["/"], shown: "/", what: "search devices", run: () => byId("search").focus() },
    { group: "Go", keys: ["j", "k", "ArrowDown", "ArrowUp"], shown: "j k ↓ ↑", what: "next, former device", run: move },
    {
      group: "Go",
      keys: ["PageDown", "PageUp", "Home", "End"],
      shown: "Home End",
      what: "first, last device",
      run: move,
    },
    { group: "Device", keys: [" "], shown: "space", what: "pause, go on", run: () => page.togglePause() },
    {
      group: "Device",
      keys: ["ArrowLeft", "ArrowRight"],
      shown: "← →",
      what: "back, forth in time",
      run: (key) => page.panel.shift(key === "ArrowLeft" ? -0.25 : 0.25),
    },
    {
      group: "Device",
      keys: ["+", "=", "-"],
      shown: "+ −",
      what: "zoom in, out",
      run: (key) => page.panel.zoom(key === "-" ? 2 : 0.5),
    },
    {
      group: "Device",
      keys: ["p", "n"],
      shown: "p n",
      what: "former, next anomaly",
      run: (key) => void page.panel.step(key === "p" ? -1 : 1),
    },
    { group: "Device", keys: ["l"], shown: "l", what: "go live", run: () => page.panel.goLive() },
    {
      group: "Device",
      keys: ["o"],
      shown: "o",
      what: "strips or the original's charts",
      run: () => page.togglePreset(),
    },
    {
      group: "Device",
      keys: ["c"],
      shown: "c",
      what: "copy a link to what is seen",
      run: () => void page.copyLink(),
    },
    { group: "Page", keys: ["h"], shown: "h", what: "heat map large or small", run: () => page.fleet.toggleSize() },
    { group: "Page", keys: ["t"], shown: "t", what: "light or dark", run: () => page.toggleTheme() },
    { group: "Page", keys: ["?"], shown: "?", what: "this help", run: help },
    { group: "Page", keys: ["Escape"], shown: "Esc", what: "leave a field or the help", run: () => undefined },
  ];
}
