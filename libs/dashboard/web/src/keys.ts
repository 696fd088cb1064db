// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { make } from "./dom";

/** A key with what it does; the help is made of the same table. */
export interface Binding {
  keys: string[];
  shown: string;
  what: string;
  group: "Go" | "Device" | "Page";
  run: (key: string) => void;
}

/** Keys that a field being typed in keeps for itself, all but these. */
const IN_SEARCH = ["ArrowDown", "ArrowUp"];

export class Keys {
  private readonly byKey = new Map<string, Binding>();

  constructor(
    private readonly bindings: Binding[],
    private readonly dialog: HTMLDialogElement,
  ) {
    for (const binding of bindings) for (const key of binding.keys) this.byKey.set(key, binding);
    document.addEventListener("keydown", (event) => this.press(event));
    this.build();
  }

  toggleHelp(): void {
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const typing = target.matches("input, select, textarea");
    if (event.key === "Escape" && typing) target.blur();
    if (typing && !(target.id === "search" && IN_SEARCH.includes(event.key))) return;
    if (this.dialog.open && event.key !== "?") return;
    if (event.key === " " && target.matches("button, [role=tab]")) return;
    if (target.matches("[role=tab]") && event.key.startsWith("Arrow")) return;
    const binding = this.byKey.get(event.key);
    if (!binding) return;
    event.preventDefault();
    binding.run(event.key);
  }

  private build(): void {
    const close = make("button", { type: "button", class: "small", text: "Close", onclick: () => this.dialog.close() });
    const groups = ["Go", "Device", "Page"].map((group) =>
      make(
        "section",
        {},
        make("h3", { text: group }),
        make(
          "dl",
          {},
          ...this.bindings
            .filter((binding) => binding.group === group)
            .flatMap(({ shown, what }) => [
              make("dt", {}, ...shown.split(" ").map((key) => make("kbd", { text: key }))),
              make("dd", { text: what }),
            ]),
        ),
      ),
    );
    this.dialog.append(
      make("header", {}, make("h2", { id: "keys-title", text: "Keyboard" }), close),
      make("div", { class: "groups" }, ...groups),
    );
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }
}
