// What the page says about itself: whose journey it is, how fresh, how long it lasts; and what of
// the browser's storage may be used. Storage may be refused (private windows, frames): then things
// are forgotten, and nothing else happens.

export interface Here {
  readonly page: string;      // data-page: "step", "picture", "hand-over", …
  readonly go: string;        // "/go/<session id>", or nothing where there is no session
  readonly version: string;
  readonly secondsLeft: number | null;
  readonly now: number;       // the server's clock when the page was made, milliseconds
}

export function readHere(body: HTMLElement): Here {
  const { page = "", go = "", version = "", expires = "", now = "" } = body.dataset;
  const left = Date.parse(expires) - Date.parse(now);
  return { page, go, version, secondsLeft: Number.isFinite(left) ? left / 1000 : null,
    now: Date.parse(now) || Date.now() };
}

// Inside another site's frame there is no cookie to count on: the token of the forms stands in for
// it.
export function authorization(): Record<string, string> {
  const input = document.querySelector<HTMLInputElement>("form input[name=token][type=hidden]");
  return input?.value ? { Authorization: `Bearer ${input.value}` } : {};
}

export function isFramed(): boolean {
  return "Authorization" in authorization();
}

export const memory = {
  get(key: string): string | null {
    try { return sessionStorage.getItem(key); } catch { return null; }
  },
  set(key: string, value: string): void {
    try { sessionStorage.setItem(key, value); } catch { /* full or refused: forgotten */ }
  },
  drop(key: string): void {
    try { sessionStorage.removeItem(key); } catch { /* then there is nothing to drop */ }
  },
  dropAll(prefix: string, isKept: (key: string) => boolean): void {
    try {
      for (const key of Object.keys(sessionStorage))
        if (key.startsWith(prefix) && !isKept(key)) sessionStorage.removeItem(key);
    } catch { /* as above */ }
  },
};

// Things on the page that would be lost by leaving it, and whether they are on their way already.
// Who puts one in takes it out. A page that should leave meanwhile leaves when the last is out.
const unsent = new Map<unknown, "here" | "on its way">();
let wish: Here | null = null;

export function hasUnsent(): boolean {
  return unsent.size > 0;
}

// Is the page to leave for a reason of its own: something of it is being received?
export function isWaitingToLeave(): boolean {
  return wish !== null || [...unsent.values()].includes("on its way");
}

export function setUnsent(what: unknown, is: "here" | "on its way" | false): void {
  if (is) unsent.set(what, is);
  else unsent.delete(what);
  if (wish && unsent.size === 0) showCurrent(wish);
}

export function guardLeaving(): void {
  addEventListener("pageshow", (event) => { if (event.persisted) setLeaving(false); });
  addEventListener("beforeunload", (event) => {
    if (!hasUnsent()) return;
    event.preventDefault();
    setLeaving(false);  // whoever stays may be led on later
  });
}

// Inside a frame the current screen is what a form answers that brings the token and nothing else;
// the language switch carries exactly what such a form needs.
function askInFrame(): boolean {
  const carrier = document.querySelector<HTMLFormElement>("form[data-language]");
  if (!carrier) return false;
  const form = document.createElement("form");
  form.method = "post";
  form.action = carrier.getAttribute("action") ?? "";
  for (const [name, value] of new FormData(carrier)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value: String(value) });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  return true;
}

// Once this page is on its way to another it asks for no second one: the last page of a journey
// takes the cookie back, and who asked again would be told to open their link again.
let isLeaving = false;

export function setLeaving(is: boolean): void {
  isLeaving = is;
}

// The current screen of the journey, whichever it is now; not before all that is here was sent.
export function showCurrent(here: Here): void {
  if (isLeaving) return;
  if (hasUnsent()) {
    wish = here;
    return;
  }
  wish = null;
  setLeaving(true);
  if (isFramed() && askInFrame()) return;
  if (here.go) location.replace(here.go);
  else location.reload();
}
