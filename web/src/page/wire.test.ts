// How long a call of an upload is waited for, over a network and a clock made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openWindow } from "./fake_window.js";
import { Wire } from "./wire.js";

class Clock {
  now = 0;
  private readonly due = new Map<number, { at: number; act: () => void }>();
  private made = 0;
  set(act: () => void, after: number): number {
    this.due.set(++this.made, { at: this.now + after, act });
    return this.made;
  }
  clear(timer: number): void { this.due.delete(timer); }
  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (const [timer, { at, act }] of [...this.due])
      if (at <= this.now && this.due.delete(timer)) act();
  }
  get size(): number { return this.due.size; }
}

class Call {
  static last: Call;
  status = 0;
  response: object | null = null;
  upload: { onprogress?: (event: object) => void } = {};
  onload?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  constructor() { Call.last = this; }
  open(): void { /* nothing is there */ }
  setRequestHeader(): void { /* as above */ }
  send(): void { /* as above */ }
  abort(): void { this.onabort?.(); this.onloadend?.(); }
  answer(): void {
    Object.assign(this, { status: 200, response: { offset: 4 } });
    this.onload?.();
    this.onloadend?.();
  }
}

function begin(): { clock: Clock; wire: Wire; cancel: AbortController } {
  openWindow();
  const clock = new Clock(), cancel = new AbortController();
  Object.assign(globalThis, { XMLHttpRequest: Call, setTimeout: clock.set.bind(clock),
    clearTimeout: clock.clear.bind(clock),
    fetch: (_: string, { signal }: { signal: AbortSignal }) => new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error("aborted")))) });
  const nothing = (): void => undefined;
  const wire = new Wire("/go/s/uploads", new Blob(["abcd"]), { type: "selfie" }, cancel.signal,
    { seen: nothing, sent: nothing, began: nothing, onPress: nothing });
  return { clock, wire, cancel };
}

const ending = (call: Promise<unknown>): Promise<string> =>
  call.then(() => "answered", () => "lost");

test("a piece may take long on a slow line as long as it moves", async () => {
  const { clock, wire } = begin();
  const sending = ending(wire.send("u", 0, 4));
  for (let moved = 1; moved <= 4; moved++) {
    clock.pass(50_000);
    Call.last.upload.onprogress?.({ loaded: moved });
  }
  clock.pass(50_000);
  Call.last.answer();
  assert.equal(await sending, "answered");
  assert.equal(clock.size, 0);
});

test("a piece that stands still is lost", async () => {
  const { clock, wire } = begin();
  const sending = ending(wire.send("u", 0, 4));
  Call.last.upload.onprogress?.({ loaded: 1 });
  clock.pass(60_000);
  assert.equal(await sending, "lost");
  assert.equal(clock.size, 0);
});

test("a small call that nobody answers is lost", async () => {
  for (const ask of [(wire: Wire) => wire.begin(), (wire: Wire) => wire.ask("u")]) {
    const { clock, wire } = begin();
    const asking = ending(ask(wire));
    clock.pass(30_000);
    assert.equal(await asking, "lost");
  }
});

test("a call ends when the visitor cancels", async () => {
  const { clock, wire, cancel } = begin();
  const calls = [ending(wire.begin()), ending(wire.send("u", 0, 4))];
  cancel.abort();
  assert.deepEqual(await Promise.all(calls), ["lost", "lost"]);
  assert.equal(clock.size, 0);
});
