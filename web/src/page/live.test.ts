// What the page asks about its journey by itself, in a window made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "./live.js";

// The addresses that a page of this kind asks for as soon as it is there.
function asksOf(page: string): string[] {
  const asked: string[] = [];
  class EventSource {
    constructor(url: string) { asked.push(url); }
    addEventListener(): void { /* nothing ever happens */ }
  }
  const nothing = (): void => undefined;
  const document = { body: { dataset: {} }, hidden: false, querySelector: () => null,
    addEventListener: nothing };
  Object.assign(globalThis, { document, EventSource, window: { EventSource },
    addEventListener: nothing });
  follow({ page, go: "/go/s", version: "1", secondsLeft: null, now: 0 });
  return asked;
}

test("a page follows its journey until the end", () => {
  assert.deepEqual(asksOf("step"), ["/go/s/events"]);
  assert.deepEqual(asksOf("deciding"), ["/go/s/events"]);
  // The answer that brought this page took the right to ask back.
  assert.deepEqual(asksOf("end"), []);
});
