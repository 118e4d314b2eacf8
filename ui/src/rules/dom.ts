// Elements without markup text: the page's policy allows no other way.

type Props = Record<string, string | number | boolean | ((event: Event) => void)>;

export function el<K extends keyof HTMLElementTagNameMap>(name: K, props: Props = {}, ...children: (globalThis.Node | string)[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (typeof value === "boolean") node.toggleAttribute(key, value);
    else node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
let sprite = "";

export function icon(name: string): SVGSVGElement {
  sprite ||= document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon icon-16");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

export function button(text: string, act: () => void, props: Props = {}, picture = ""): HTMLButtonElement {
  return el("button", { type: "button", class: "button", click: act, ...props }, ...(picture ? [icon(picture)] : []), text);
}

export function options(given: readonly (readonly [string, string])[], chosen: string): HTMLOptionElement[] {
  return given.map(([value, text]) => el("option", { value, selected: value === chosen }, text));
}

let words: Record<string, string> = {};

export function learn(given: string): void {
  words = JSON.parse(given) as Record<string, string>;
}

export function say(id: string, values: Record<string, string | number> = {}): string {
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), words[id.replaceAll(" ", "_")] ?? id);
}
