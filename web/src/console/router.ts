// Where in the console one is: the browser's address, kept in step with its history. A link is an
// ordinary link; a plain click on one that leads below /console changes the place without a load.
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { address, below, changed, type Query } from "./place";

export interface Place { path: string; query: Query }

function here(): Place {
  const query: Query = {};
  new URLSearchParams(location.search).forEach((text, name) => (query[name] = text));
  return { path: below(location.pathname) ?? "/", query };
}

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

// What is changed on a screen and not saved is lost with it: who leaves is asked first.
let isUnsaved = false;
let at = "";
const whole = () => location.pathname + location.search;
const isElsewhere = (path: string) => path !== at.split("?")[0];

function mayLeave(): boolean {
  if (isUnsaved && !confirm("Leave without saving? What you changed here will be lost."))
    return false;
  isUnsaved = false;
  return true;
}

// Answers what to call once it is saved, before one goes on.
export function useUnsaved(isChanged: boolean): () => void {
  useLayoutEffect(() => {
    isUnsaved = isChanged;
    return () => void (isUnsaved = false);
  }, [isChanged]);
  return () => void (isUnsaved = false);
}

function moved(): void {
  if (isElsewhere(location.pathname) && !mayLeave()) {
    history.pushState(null, "", at);
    return;
  }
  at = whole();
  tell();
}

export function go(to: string, how: "push" | "replace" = "push"): void {
  if (isElsewhere(new URL(to, location.href).pathname) && !mayLeave()) return;
  if (how === "push") history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  if (how === "push") scrollTo(0, 0);
  at = whole();
  tell();
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const listener = () => setPlace(here());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return place;
}

// A list's state and how to change it: the address is the only place it is kept.
export function useQuery(): [Query, (patch: Record<string, string | null>) => void] {
  const { path, query } = usePlace();
  return [query, (patch) => go(address(path, changed(query, patch)))];
}

function clicked(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target || link.hasAttribute("download")) return;
  const to = new URL(link.href, location.href);
  if (to.origin !== location.origin || below(to.pathname) === null) return;
  const isHere = to.pathname === location.pathname && to.search === location.search;
  if (isHere && to.hash) return;
  event.preventDefault();
  go(to.pathname + to.search, isHere ? "replace" : "push");
}

export function startRouter(): void {
  at = whole();
  addEventListener("popstate", moved);
  addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
  document.addEventListener("click", clicked);
}
