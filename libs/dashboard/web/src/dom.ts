// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0

/** Find an element that index.html or a view has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Set a text only where it changed: writing it anew costs a layout. */
export function setText(target: string | HTMLElement, text: string): void {
  const element = typeof target === "string" ? byId(target) : target;
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(target: string | HTMLElement, hidden: boolean): void {
  const element = typeof target === "string" ? byId(target) : target;
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** Whether a button within is pressed: one that goes away under the pointer gets no click. */
export function isPressed(element: HTMLElement): boolean {
  return element.matches(":active");
}

type Children = (Node | string | null | undefined | false)[];

/** Make an element. Keys beginning with "on" are listeners, others are attributes; class and text go by name. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, unknown> = {},
  ...children: Children
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

/** Make an element of a drawing. */
export function draw(tag: string, attributes: Record<string, unknown> = {}, ...children: Children): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

function setAttributes(element: Element, attributes: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") element.textContent = String(value);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value as EventListener);
    else element.setAttribute(key, String(value));
  }
}

/** The value of one of the page's colours, as the theme has it now. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
