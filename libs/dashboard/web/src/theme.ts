// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

const KEY = "cortado-theme";

type Theme = "light" | "dark";

function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null; // storage is switched off
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
}

/** Take the theme that was chosen before, else the system's. */
export function startTheme(): void {
  apply(stored() ?? systemTheme());
}

/** Follow the system's theme until somebody presses the button; `changed` is called after each change. */
export function setUpTheme(button: HTMLElement, changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (stored()) return;
    apply(systemTheme());
    changed();
  });
  button.addEventListener("click", () => {
    const theme = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark";
    apply(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // the choice then lasts as long as the page
    }
    changed();
  });
}
