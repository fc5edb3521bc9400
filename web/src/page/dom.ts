// Small tools to build elements: no markup is ever parsed from a string, so nothing needs escaping.

type Child = Node | string;
type Attributes = Readonly<Record<string, string | boolean>>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const svg = "http://www.w3.org/2000/svg";

// Strokes of 24 x 24 icons. They only repeat what the text beside them or the label says.
const strokes = {
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  file: "M4 5h16v14H4zM4 16l5-5 5 5M13 14l3-3 4 4M9 9h.01",
  close: "M5 5l14 14M19 5L5 19",
  light: "M13 3L6 13h5l-1 8 8-11h-6z",
  turn: "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
  good: "M5 13l5 5L19 7",
  care: "M12 4L2 20h20zM12 10v5M12 17.5v.5",
} as const;
export type Icon = keyof typeof strokes;

export function drawing(size: number, path: string, name?: string): SVGSVGElement {
  const picture = document.createElementNS(svg, "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  if (name) {
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", name);
  } else {
    picture.setAttribute("aria-hidden", "true");
  }
  const line = document.createElementNS(svg, "path");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

export function icon(name: Icon): SVGSVGElement {
  const picture = drawing(24, strokes[name]);
  for (const [attribute, value] of [["fill", "none"], ["stroke", "currentColor"],
    ["stroke-width", "2"], ["stroke-linecap", "round"], ["stroke-linejoin", "round"]] as const)
    picture.setAttribute(attribute, value);
  return picture;
}

// A button that is only an icon carries its name for those who do not see it.
export function iconButton(name: Icon, label: string, onClick: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", "aria-label": label, title: label }, icon(name));
  button.addEventListener("click", onClick);
  return button;
}

export function textButton(
  label: string, second: boolean, onClick: () => void, picture?: Icon
): HTMLButtonElement {
  const button = h("button", { type: "button", ...(second ? { class: "second" } : {}) });
  if (picture) button.append(icon(picture));
  button.append(label);
  button.addEventListener("click", onClick);
  return button;
}
