// What the page says about itself: whose journey it is, how fresh, how long it lasts; and what of
// the browser's storage may be used. Storage may be refused (private windows, frames): then things
// are forgotten, and nothing else happens.

export interface Here {
  readonly page: string;      // data-page: "step", "picture", "hand-over", …
  readonly go: string;        // "/go/<session id>", or nothing where there is no session
  readonly version: string;
  readonly secondsLeft: number | null;
}

export function readHere(body: HTMLElement): Here {
  const { page = "", go = "", version = "", expires = "", now = "" } = body.dataset;
  const left = Date.parse(expires) - Date.parse(now);
  return { page, go, version, secondsLeft: Number.isFinite(left) ? left / 1000 : null };
}

// Inside another site's frame there is no cookie to count on: the token of the forms stands in for
// it.
export function authorization(): Record<string, string> {
  const input = document.querySelector<HTMLInputElement>("form input[name=token][type=hidden]");
  return input?.value ? { Authorization: `Bearer ${input.value}` } : {};
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
  dropAll(prefix: string, but = "\n"): void {
    try {
      for (const key of Object.keys(sessionStorage))
        if (key.startsWith(prefix) && !key.startsWith(but)) sessionStorage.removeItem(key);
    } catch { /* as above */ }
  },
};

// Things on the page that would be lost by leaving it. Who puts one in takes it out.
const unsent = new Set<unknown>();

export function hasUnsent(): boolean {
  return unsent.size > 0;
}

export function setUnsent(what: unknown, is: boolean): void {
  if (is) unsent.add(what);
  else unsent.delete(what);
}

export function guardLeaving(): void {
  addEventListener("beforeunload", (event) => {
    if (hasUnsent()) event.preventDefault();
  });
}

// The current screen of the journey, whichever it is now.
export function showCurrent(here: Here): void {
  if (here.go) location.replace(here.go);
  else location.reload();
}
