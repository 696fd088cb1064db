// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { byId } from "./dom";
import type { Tab } from "./place";

const TABS: readonly Tab[] = ["devices", "pipeline", "alerts"];

/** The page's tabs; arrows move between them as screen readers expect. */
export class Tabs {
  constructor(private readonly chosen: (tab: Tab) => void) {
    for (const tab of TABS) {
      const button = byId(`tab-${tab}`);
      button.addEventListener("click", () => this.chosen(tab));
      button.addEventListener("keydown", (event) => this.key(event, tab));
    }
  }

  show(tab: Tab): void {
    for (const name of TABS) {
      const button = byId(`tab-${name}`);
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
      byId(`view-${name}`).hidden = name !== tab;
    }
  }

  private key(event: KeyboardEvent, tab: Tab): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!;
    this.chosen(next);
    byId(`tab-${next}`).focus();
    event.preventDefault();
  }
}
