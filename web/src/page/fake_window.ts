// As much of a window as the unit tests of the pages' script need: elements that hold each other,
// simple selectors, events that a test fires itself. Nothing is drawn and nothing loads.

type Act = (event: FakeEvent) => void;
export interface FakeEvent { defaultPrevented: boolean; preventDefault(): void }

class Target {
  private readonly acts = new Map<string, Set<Act>>();
  addEventListener(name: string, act: Act): void {
    this.acts.set(name, (this.acts.get(name) ?? new Set()).add(act));
  }
  removeEventListener(name: string, act: Act): void { this.acts.get(name)?.delete(act); }
  fire(name: string, more: object = {}): FakeEvent {
    const event: FakeEvent = { defaultPrevented: false,
      preventDefault() { this.defaultPrevented = true; }, ...more };
    for (const act of [...this.acts.get(name) ?? []]) act(event);
    return event;
  }
}

function matches(element: FakeElement, selector: string): boolean {
  return selector.split(",").some((one) => {
    const simple = one.trim().replace(":scope > ", "");
    const tag = /^[a-z0-9]+/.exec(simple)?.[0];
    if (tag && element.tagName !== tag.toUpperCase()) return false;
    for (const [, word] of simple.matchAll(/\.([a-z-]+)/g))
      if (!element.classes.has(word!)) return false;
    for (const [, no, name, value] of simple.matchAll(/(:not\()?\[([a-z-]+)(?:=([^\]]+))?\]/gi)) {
      const found = element.getAttribute(name!);
      const is = value === undefined ? found !== null : found === value;
      if (is === (no !== undefined)) return false;
    }
    return true;
  });
}

export class FakeElement extends Target {
  [more: string]: unknown;
  readonly tagName: string;
  readonly classes = new Set<string>();
  readonly dataset: Record<string, string> = {};
  parent: FakeElement | null = null;
  inside: (FakeElement | string)[] = [];
  private readonly attributes = new Map<string, string>();
  readonly classList = {
    add: (...names: string[]) => names.forEach((name) => this.classes.add(name)),
    toggle: (name: string, is: boolean) =>
      is ? void this.classes.add(name) : void this.classes.delete(name),
  };
  constructor(tag: string, attributes: Record<string, string> = {}) {
    super();
    this.tagName = tag.toUpperCase();
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value);
  }
  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
    if (name === "class") value.split(" ").forEach((word) => this.classes.add(word));
    else if (name.startsWith("data-"))
      this.dataset[name.slice(5).replace(/-(.)/g, (_, c: string) => c.toUpperCase())] = value;
    else this[name] = value === "" ? true : value;
  }
  getAttribute(name: string): string | null { return this.attributes.get(name) ?? null; }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
    this[name] = false;
  }
  toggleAttribute(name: string, is: boolean): void {
    if (is) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }
  get children(): FakeElement[] {
    return this.inside.filter((child): child is FakeElement => child instanceof FakeElement);
  }
  get all(): FakeElement[] { return this.children.flatMap((child) => [child, ...child.all]); }
  get textContent(): string {
    return this.inside.map((child) => typeof child === "string" ? child : child.textContent)
      .join("");
  }
  set textContent(text: string) { this.replaceChildren(text); }
  get firstElementChild(): FakeElement | null { return this.children[0] ?? null; }
  get isConnected(): boolean {
    return this.tagName === "BODY" || this.parent?.isConnected === true;
  }
  append(...children: (FakeElement | string)[]): void { this.put(this.inside.length, children); }
  prepend(...children: (FakeElement | string)[]): void { this.put(0, children); }
  before(...others: (FakeElement | string)[]): void {
    this.parent?.put(this.parent.inside.indexOf(this), others);
  }
  after(...others: (FakeElement | string)[]): void {
    this.parent?.put(this.parent.inside.indexOf(this) + 1, others);
  }
  replaceChildren(...children: (FakeElement | string)[]): void {
    for (const child of this.children) child.parent = null;
    this.inside = [];
    this.append(...children);
  }
  remove(): void {
    if (this.parent) this.parent.inside = this.parent.inside.filter((child) => child !== this);
    this.parent = null;
  }
  querySelectorAll(selector: string): FakeElement[] {
    return this.all.filter((element) => matches(element, selector));
  }
  querySelector(selector: string): FakeElement | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  // A button that is disabled cannot be pressed.
  click(): void { if (this["disabled"] !== true) this.fire("click"); }
  focus(): void { /* nobody looks */ }
  showModal(): void { /* as above */ }
  close(): void { /* as above */ }
  play(): Promise<void> { return Promise.resolve(); }
  getContext(): null { return null; }
  private put(at: number, children: (FakeElement | string)[]): void {
    for (const child of children)
      if (child instanceof FakeElement) {
        child.remove();
        child.parent = this;
      }
    this.inside.splice(at, 0, ...children);
  }
}

export interface FakeWindow extends Target {
  readonly body: FakeElement;
  readonly went: string[];               // where the page was led to
  readonly document: Target & { hidden: boolean };
}

// Puts an empty window into the place of the globals. Words are their own keys.
export function openWindow(navigator: object = {}, keys: readonly string[] = []): FakeWindow {
  const body = new FakeElement("body");
  const went: string[] = [];
  const words = Object.fromEntries(keys.map((key) => [key, key]));
  const document = Object.assign(new Target(), { body, hidden: false, documentElement: {},
    createElement: (tag: string) => new FakeElement(tag),
    createElementNS: (_: string, tag: string) => new FakeElement(tag),
    getElementById: (id: string) => id === "words" ? { textContent: JSON.stringify(words) } : null,
    querySelector: (selector: string) => body.querySelector(selector),
    querySelectorAll: (selector: string) => body.querySelectorAll(selector) });
  const view = Object.assign(new Target(), { body, went, document });
  const globals: Record<string, unknown> = { document, navigator, window: {},
    location: { replace: (url: string) => went.push(url), reload: () => went.push("again") },
    addEventListener: view.addEventListener.bind(view),
    removeEventListener: view.removeEventListener.bind(view),
    HTMLDialogElement: FakeElement, matchMedia: () => ({ matches: false }) };
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return view;
}
