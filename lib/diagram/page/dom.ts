/** Making elements. Texts are always set as text, never as markup. */

/** What an element is given: attributes as texts, numbers rounded, `undefined` and `false` left out, `true` as an empty attribute. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/** What lies in an element; a text stays a text. */
export type Child = Node | string;

/** An element of the page, found by its id. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`internal: the page has no element '${id}'`);
  return element as unknown as E;
}

/** A new HTML element. */
export function html<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  return filled(document.createElement(name), attributes, children);
}

/** A new SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  }
  element.append(...children);
  return element;
}
