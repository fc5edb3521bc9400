// Asking the server from a screen: a value to look at, a page of a list, and a change. Each knows
// whether it is busy and the problem it met. Nothing is shown before the server said it.
import { useCallback, useEffect, useRef, useState, type Inputs } from "preact/hooks";
import { Problem } from "../client";
import type { Query } from "../place";
import { usePlace } from "../router";
import type { Page } from "../wire";

const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, "bug", "This page failed", String(error));

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  isBusy: boolean;
  reload: () => void;
}

// What was refused because nobody was signed in any more is asked again once somebody is.
const waiting = new Set<() => void>();
export const signedInAgain = (): void => [...waiting].forEach((ask) => ask());

// `make` is asked again when an input changes; an answer that comes too late is dropped. When the
// same cannot be asked again, what was there stays, with the problem beside it.
export function useLoad<T>(make: (signal: AbortSignal) => Promise<T>, inputs: Inputs): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; problem: Problem | null; isBusy: boolean }>(
    { data: null, problem: null, isBusy: true });
  const [turn, setTurn] = useState(0);
  const what = JSON.stringify(inputs);
  const had = useRef("");
  useEffect(() => {
    const over = new AbortController();
    setState((before) => ({ ...before, isBusy: true }));
    make(over.signal).then(
      (data) => {
        if (over.signal.aborted) return;
        had.current = what;
        setState({ data, problem: null, isBusy: false });
      },
      (error: unknown) => {
        const problem = asProblem(error);
        if (over.signal.aborted) return;
        const isSame = had.current === what;
        setState((before) => ({ data: isSame ? before.data : null, problem, isBusy: false }));
      },
    );
    return () => over.abort();
  }, [...inputs, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => {
    if (state.problem?.status !== 401) return;
    waiting.add(reload);
    return () => void waiting.delete(reload);
  }, [state.problem]);
  return { ...state, reload };
}

export const pageSize = 25;
const patience = 6;

// A filtered page may come short, even empty, although more follow: then the next is asked for too,
// a few times, so that a page on the screen is a page.
export async function fullPage<T>(
  load: (query: Query, signal?: AbortSignal) => Promise<Page<T>>, query: Query,
  signal?: AbortSignal,
): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | null = query["cursor"] ?? null;
  for (let turn = 0; turn < patience; turn++) {
    const limit = String(pageSize - items.length);
    const asked: Query = { ...query, limit, ...(next ? { cursor: next } : {}) };
    const page: Page<T> = await load(asked, signal);
    items.push(...page.items);
    next = page.next;
    if (!next || items.length >= pageSize) break;
  }
  return { items, next };
}

// The list the address describes: those of `names` that stand in it are the filters.
export function useList<T>(
  load: (query: Query, signal?: AbortSignal) => Promise<Page<T>>, names: readonly string[],
  always: Query = {},
): Loaded<Page<T>> & { isFiltered: boolean } {
  const { query } = usePlace();
  const asked: Query = { ...always };
  let isFiltered = false;
  for (const name of names) {
    const text = query[name];
    if (!text) continue;
    asked[name] = text;
    isFiltered = true;
  }
  if (query["cursor"]) asked["cursor"] = query["cursor"];
  const loaded = useLoad((signal) => fullPage(load, asked, signal), [JSON.stringify(asked)]);
  return { ...loaded, isFiltered };
}

export interface Action {
  isBusy: boolean;
  problem: Problem | null;
  forget: () => void;
  // True when it went well. A second call while one is under way does nothing.
  run: (work: () => Promise<void>) => Promise<boolean>;
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isRunning = useRef(false);
  const isGone = useRef(false);
  useEffect(() => () => void (isGone.current = true), []);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (isRunning.current) return false;
    isRunning.current = true;
    setBusy(true);
    setProblem(null);
    let met: Problem | null = null;
    try {
      await work();
    } catch (error) {
      met = asProblem(error);
    }
    isRunning.current = false;
    if (!isGone.current) {
      setBusy(false);
      setProblem(met?.isSilent ? null : met);
    }
    return met === null;
  }, []);
  return { isBusy, problem, forget: useCallback(() => setProblem(null), []), run };
}
