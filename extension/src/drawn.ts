// Elements, made without HTML text: a page's policy for such text may forbid it.

type Attributes = Record<string, string | number>;

/** An SVG element. */
export function drawn(tag: string, attributes: Attributes): SVGElement {
  return attributed(document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement, attributes);
}

/** An HTML element with what is in it. */
export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = attributed(document.createElement(tag), attributes);
  element.append(...content);
  return element;
}

function attributed<T extends Element>(element: T, attributes: Attributes): T {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
