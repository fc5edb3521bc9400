// Follows a journey that somebody goes on with elsewhere: the phone while the desktop waits, the
// server while it decides. It only learns that something changed; what the change looks like is the
// next page's business. With something unsent on the page it says so and waits for that.
import {
  authorization, hasUnsent, isFramed, isWaitingToLeave, showCurrent, type Here,
} from "./here.js";
import { say } from "./words.js";

export interface State {
  readonly version?: number | string;
  readonly phone?: string;
  readonly status?: string;
}

// Is the page that was made for `version` and `phone` out of date?
export function isStale(state: State, version: string, phone: string | undefined): boolean {
  if (state.version !== undefined && String(state.version) !== version) return true;
  // Whether a link is waiting for a phone, this page knows best: it made the link.
  const isAtPhone = (word: string | undefined): boolean => word === "connected";
  return phone !== undefined && state.phone !== undefined &&
    isAtPhone(state.phone) !== isAtPhone(phone);
}

const pollEvery = 4000;

export function follow(here: Here): void {
  // The answer that brought the last page took the right to ask back.
  if (!here.go || here.page === "end") return;
  const phone = document.body.dataset["phone"];
  const status = document.querySelector<HTMLElement>("[data-status]");
  let isOver = false;

  const look = async (): Promise<void> => {
    if (isOver || document.hidden) return;
    const answer = await fetch(`${here.go}/state`, { headers: authorization(), cache: "no-store" });
    if ([401, 403, 404, 410].includes(answer.status)) return move();
    if (!answer.ok) return;
    if (isStale((await answer.json()) as State, here.version, phone)) move();
  };
  const move = (): void => {
    if (isOver) return;
    if (hasUnsent()) {
      // What this page itself sends moves the journey too: that is no news.
      if (status && !isWaitingToLeave()) status.textContent = say("live.moved_on");
      return showCurrent(here);
    }
    isOver = true;
    stream?.close();
    clearInterval(timer);
    showCurrent(here);
  };
  const lookQuietly = (): void => void look().catch(() => undefined);
  let timer: ReturnType<typeof setInterval> | undefined;
  const poll = (): void => { timer ??= setInterval(lookQuietly, pollEvery); };
  const stream = listen(here, lookQuietly, poll);
  // A phone's browser is put to sleep and misses what happened meanwhile.
  document.addEventListener("visibilitychange", lookQuietly);
  addEventListener("online", lookQuietly);
  addEventListener("pagehide", () => stream?.close());
}

// The stream of changes; where there can be none, `poll` is called instead.
function listen(here: Here, look: () => void, poll: () => void): EventSource | null {
  // A frame has no cookie, and EventSource can bring no header.
  if (!("EventSource" in window) || isFramed()) {
    poll();
    return null;
  }
  const stream = new EventSource(`${here.go}/events`);
  stream.addEventListener("changed", look);
  // The browser connects again by itself unless it was refused for good.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) poll();
  });
  stream.addEventListener("open", look);
  return stream;
}
