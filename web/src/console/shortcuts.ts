// Single keys for people who review many sessions. They can be turned off (WCAG 2.1.4), never act
// while one types or a dialog is open, and are listed under "?".
import { useEffect } from "preact/hooks";

const place = "limen.shortcuts";

export function shortcutsAreOn(): boolean {
  try {
    return localStorage.getItem(place) !== "off";
  } catch {
    return true;
  }
}

export function turnShortcuts(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(place);
    else localStorage.setItem(place, "off");
  } catch {
    // A browser that keeps nothing keeps the keys on.
  }
}

export type Keys = Record<string, () => void>;

export function useShortcuts(keys: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!shortcutsAreOn() || document.querySelector("dialog[open]")) return;
      const target = event.target as HTMLElement | null;
      if (target?.matches("input, textarea, select, [contenteditable]")) return;
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}
