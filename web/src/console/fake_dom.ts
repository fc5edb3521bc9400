// The little of a browser that Preact needs to show a part of the console, for unit tests: elements
// with attributes, events and the focus. It lays nothing out, and no event bubbles but by hand.
import type { ComponentChild } from "preact";
import { render } from "preact";
import { act } from "preact/test-utils";
import type { Me } from "./wire";

type Listener = (event: FakeEvent) => void;

export class FakeEvent {
  defaultPrevented = false;
  currentTarget: FakeElement | null = null;
  target: FakeElement | null = null;
  constructor(readonly type: string, readonly cancelable = true,
    readonly more: Record<string, unknown> = {}) {
    Object.assign(this, more);
  }
  preventDefault(): void {
    if (this.cancelable) this.defaultPrevented = true;
  }
}

export class FakeElement {
  nodeType = 1;
  parentNode: FakeElement | null = null;
  childNodes: FakeElement[] = [];
  attributes: Record<string, string> = {};
  listeners: Record<string, Listener> = {};
  style: Record<string, unknown> = { setProperty: () => {} };
  data = "";
  private text = "";
  open = false;
  // Preact looks whether an element knows an event before it asks for it by its small name.
  oncancel = null; onclose = null; onclick = null; onsubmit = null; onchange = null;
  oninput = null; onkeydown = null; onerror = null; onload = null;
  constructor(readonly localName: string) {}

  get firstChild(): FakeElement | null { return this.childNodes[0] ?? null; }
  get nextSibling(): FakeElement | null {
    const row = this.parentNode?.childNodes ?? [];
    return row[row.indexOf(this) + 1] ?? null;
  }
  get isConnected(): boolean {
    return this === fake.body || (this.parentNode?.isConnected ?? false);
  }
  get textContent(): string {
    return this.data + this.childNodes.map((child) => child.textContent).join("");
  }
  // A choice holds only what it offers.
  get value(): string {
    const isGone = this.localName === "select" && !this.offers(this.text);
    return isGone ? "" : this.text;
  }
  set value(text: string) {
    this.text = this.localName !== "select" || this.offers(text) ? text : "";
  }
  private offers(text: string): boolean {
    return this.options.some((option) => option.value === text);
  }
  get options(): FakeElement[] { return this.all("option"); }
  insertBefore(child: FakeElement, before: FakeElement | null): FakeElement {
    child.parentNode?.removeChild(child);
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, child);
    child.parentNode = this;
    return child;
  }
  appendChild(child: FakeElement): FakeElement { return this.insertBefore(child, null); }
  removeChild(child: FakeElement): void {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
  }
  contains(other: FakeElement | null): boolean {
    return other !== null && (other === this || this.contains(other.parentNode));
  }
  setAttribute(name: string, text: string): void { this.attributes[name] = String(text); }
  getAttribute(name: string): string | null { return this.attributes[name] ?? null; }
  removeAttribute(name: string): void { delete this.attributes[name]; }
  addEventListener(type: string, listener: Listener): void { this.listeners[type] = listener; }
  removeEventListener(type: string): void { delete this.listeners[type]; }
  dispatch(event: FakeEvent): boolean {
    event.target = event.currentTarget = this;
    this.listeners[event.type]?.call(this, event);
    return !event.defaultPrevented;
  }
  focus(): void { fake.activeElement = this; }
  closest(name: string): FakeElement | null {
    return this.localName === name ? this : this.parentNode?.closest(name) ?? null;
  }
  querySelector(): null { return null; }
  showModal(): void { this.open = true; }
  close(): void {
    this.open = false;
    queueMicrotask(() => this.dispatch(new FakeEvent("close", false)));
  }
  all(name: string): FakeElement[] {
    return this.childNodes.flatMap((child) =>
      [...(child.localName === name ? [child] : []), ...child.all(name)]);
  }
}

const fake = {
  body: new FakeElement("body"),
  activeElement: null as FakeElement | null,
  title: "",
  createElementNS: (_: string, name: string) => new FakeElement(name),
  createElement: (name: string) => new FakeElement(name),
  createTextNode(text: string): FakeElement {
    const node = new FakeElement("#text");
    node.nodeType = 3;
    node.data = text;
    return node;
  },
  addEventListener: () => {},
  querySelector: () => null,
};

class FakeForm extends FormData {
  constructor(form?: FakeElement) {
    super();
    for (const input of form?.all("input") ?? [])
      if (input.getAttribute("name")) this.set(input.getAttribute("name") ?? "", input.value);
  }
}

// Shows `what`; answers where it stands, how to show something else there, and the page.
export async function shown(what: ComponentChild, hash = "") {
  fake.body = new FakeElement("body");
  fake.activeElement = fake.body;
  const location = { pathname: "/console/nowhere", search: "", hash,
    href: "http://127.0.0.1/console/nowhere" };
  const history = { replaceState: () => {}, pushState: () => {} };
  const page = new FakeElement("window");
  const addEventListener = page.addEventListener.bind(page);
  const removeEventListener = page.removeEventListener.bind(page);
  Object.assign(globalThis, { document: fake, location, history, addEventListener,
    removeEventListener, FormData: FakeForm, scrollTo: () => {} });
  const again = (next: ComponentChild) =>
    when(() => render(next, fake.body as unknown as Element));
  await again(what);
  return { body: fake.body, again, page };
}

// Does something and waits until the page stands still: each turn shows what the last one brought.
export async function when(does: () => unknown): Promise<void> {
  await act(async () => void (await does()));
  for (let turn = 0; turn < 6; turn++)
    await act(() => new Promise<void>((done) => void setTimeout(done)));
}

export function button(body: FakeElement, name: string): FakeElement {
  const found = body.all("button").find((one) =>
    one.textContent.trim() === name || one.getAttribute("aria-label") === name);
  if (!found) throw new Error(`no button ${name} in ${body.textContent}`);
  return found;
}
export const press = (one: FakeElement) =>
  when(() => one.getAttribute("disabled") === null && one.dispatch(new FakeEvent("click")));
export const submit = (body: FakeElement) =>
  when(() => body.all("form")[0]?.dispatch(new FakeEvent("submit")));

// Escape pressed twice without a click between: the second time a browser asks nobody.
export async function escapeTwice(dialog: FakeElement): Promise<void> {
  for (const cancelable of [true, false]) {
    if (dialog.getAttribute("closedby") === "none" || !dialog.open) return;
    await when(() => dialog.dispatch(new FakeEvent("cancel", cancelable)) && dialog.close());
  }
}

export const me: Me = {
  staff: { id: "1", email: "ada@example.org", name: "Ada", role: "owner" },
  organisation: { id: "2", handle: "demo", name: "Demo Organisation" }, session: "3",
  createdAt: "2026-11-26T00:00:00Z", expiresAt: "2026-11-26T12:00:00Z", idleSeconds: 1800,
  confirmedUntil: null, recoveryCodesLeft: 10, isDev: false,
};

// From now on the server answers so; answers the calls it has had.
export function answers(how: (path: string, init: RequestInit) => Response | Promise<Response>) {
  const calls: string[] = [];
  const fetch = async (path: string, init: RequestInit) => {
    calls.push(`${init.method} ${path}${typeof init.body === "string" ? ` ${init.body}` : ""}`);
    return how(path, init);
  };
  Object.assign(globalThis, { fetch });
  return calls;
}
