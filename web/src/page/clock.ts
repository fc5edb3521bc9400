// The warning before the time runs out: how many minutes, in words, said politely. The time left is
// reckoned from the server's two times, so a wrong clock in the visitor's device does no harm.
import { hasUnsent, showCurrent, type Here } from "./here.js";
import { inWords, say } from "./words.js";

const warnFrom = 5 * 60;

// What is said with so many seconds left; null when there is nothing to say yet.
export function timeWarning(secondsLeft: number): { minutes: number } | "over" | null {
  if (secondsLeft <= 0) return "over";
  return secondsLeft <= warnFrom ? { minutes: Math.max(1, Math.ceil(secondsLeft / 60)) } : null;
}

export function watchClock(here: Here): void {
  const place = document.querySelector<HTMLElement>("[data-time-left]");
  if (here.secondsLeft === null || place === null) return;
  const end = Date.now() + here.secondsLeft * 1000;
  let said = "";
  const tick = (): void => {
    const warning = timeWarning((end - Date.now()) / 1000);
    if (warning === null) return;
    const text = warning === "over" ? say("live.time_over")
      : say("live.time_left", { time: inWords(warning.minutes, "minute") });
    if (text !== said) {
      said = text;
      place.textContent = text;
      place.hidden = false;
    }
    if (warning !== "over") return;
    clearInterval(timer);
    if (!hasUnsent()) showCurrent(here);
  };
  const timer = setInterval(tick, 5000);
  // A device that slept wakes here first.
  document.addEventListener("visibilitychange", tick);
  tick();
}
