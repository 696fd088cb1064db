// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { setHidden, setText } from "./dom";

const SHOWN_MS = 2_500;
let timer = 0;

/** Say something in passing, to those who listen as well. */
export function say(text: string): void {
  setText("toast", text);
  setHidden("toast", false);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => setHidden("toast", true), SHOWN_MS);
}
