// What the page asks about its journey by itself, in a window made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeElement, openWindow } from "./fake_window.js";
import { setLeaving, setUnsent } from "./here.js";
import { follow } from "./live.js";
import { readWords } from "./words.js";

const nothing = (): void => undefined;
const here = (page: string): Parameters<typeof follow>[0] =>
  ({ page, go: "/go/s", version: "1", secondsLeft: null, now: 0 });

// A page with a stream; `change` tells it that the journey moved on.
function begin(page: string): {
  asked: string[]; went: readonly string[]; status: FakeElement; change(): Promise<void>;
} {
  const asked: string[] = [];
  let changed = nothing;
  class EventSource {
    constructor(url: string) { asked.push(url); }
    addEventListener(name: string, act: () => void): void { if (name === "changed") changed = act; }
    close(): void { /* nothing more comes */ }
  }
  const view = openWindow({}, ["live.moved_on"]);
  const status = new FakeElement("p", { "data-status": "" });
  view.body.append(status);
  const answer = { status: 200, ok: true, json: () => Promise.resolve({ version: 2 }) };
  Object.assign(globalThis, { EventSource, window: { EventSource },
    fetch: () => Promise.resolve(answer) });
  readWords(document);
  setLeaving(false);
  follow(here(page));
  return { asked, went: view.went, status, change: () => {
    changed();
    return new Promise((resolve) => setTimeout(resolve, 0));
  } };
}

test("a page follows its journey until the end", () => {
  assert.deepEqual(begin("step").asked, ["/go/s/events"]);
  assert.deepEqual(begin("deciding").asked, ["/go/s/events"]);
  // The answer that brought this page took the right to ask back.
  assert.deepEqual(begin("end").asked, []);
});

test("what was chosen here stays until it is sent, and the page says what happened", async () => {
  const { went, status, change } = begin("picture");
  setUnsent("back", "here");
  await change();
  assert.equal(status.textContent, "live.moved_on");
  assert.deepEqual(went, []);
  setUnsent("back", false);
  assert.deepEqual(went, ["/go/s"]);
});

test("that our own picture was received is no news from elsewhere", async () => {
  const { went, status, change } = begin("picture");
  setUnsent("back", "here");
  setUnsent("front", "on its way");
  await change();
  setUnsent("front", false);
  await change();
  assert.equal(status.textContent, "");
  assert.deepEqual(went, []);
  setUnsent("back", false);
  assert.deepEqual(went, ["/go/s"]);
});
