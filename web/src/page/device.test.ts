// The code for another device and the fresh one after it, in a window made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { handOver } from "./device.js";
import { FakeElement, openWindow } from "./fake_window.js";

const soon = async (): Promise<void> => {
  for (let turn = 0; turn < 9; turn++) await Promise.resolve();
};

// A page that shows a code; `due` are the renewals still to come, `made` counts the codes.
async function begin(): Promise<{ form: FakeElement; view: ReturnType<typeof openWindow>;
  due: Map<number, () => void>; made(): number; qr: FakeElement }> {
  const view = openWindow();
  const due = new Map<number, () => void>();
  let made = 0, timers = 0;
  Object.assign(globalThis, {
    setTimeout: (act: () => void) => { due.set(++timers, act); return timers; },
    clearTimeout: (timer: number) => due.delete(timer),
    FormData: class { [Symbol.iterator](): Iterator<never> { return [][Symbol.iterator](); } },
    fetch: () => Promise.resolve({ ok: true, json: () => Promise.resolve({ url: String(++made),
      expires_at: new Date(3_600_000).toISOString(), qr: { size: 1, path: "M0 0" } }) }) });
  const form = new FakeElement("form", { "data-hand-over": "" });
  const qr = new FakeElement("div", { "data-qr": "" });
  view.body.append(form, qr);
  handOver(form as unknown as HTMLFormElement,
    { page: "hand-over", go: "/go/s", version: "1", secondsLeft: null, now: 0 });
  await soon();
  return { form, view, due, qr, made: () => made };
}

// As a timer: once.
function pass(due: Map<number, () => void>): void {
  for (const [timer, act] of [...due]) {
    due.delete(timer);
    act();
  }
}

test("a new code ends the renewal of the one before", async () => {
  const { form, due, made } = await begin();
  form.fire("submit");
  await soon();
  assert.deepEqual([made(), due.size], [2, 1]);
  pass(due);
  await soon();
  assert.deepEqual([made(), due.size], [3, 1]);
});

test("the last code goes when it runs out, and the button makes another", async () => {
  const { form, due, qr, made } = await begin();
  for (let renewal = 0; renewal < 3; renewal++) {
    pass(due);
    await soon();
  }
  assert.deepEqual([made(), qr.children.length, due.size], [4, 1, 1]);
  pass(due);
  await soon();
  assert.deepEqual([made(), qr.children.length, due.size], [4, 0, 0]);
  form.fire("submit");
  await soon();
  assert.deepEqual([made(), qr.children.length, due.size], [5, 1, 1]);
});

test("a code that ran out while nobody looked is made anew when somebody does", async () => {
  const { view, due, qr, made } = await begin();
  view.document.hidden = true;
  pass(due);
  await soon();
  assert.deepEqual([made(), qr.children.length], [1, 0]);
  view.document.hidden = false;
  view.document.fire("visibilitychange");
  await soon();
  assert.deepEqual([made(), qr.children.length], [2, 1]);
  view.document.fire("visibilitychange");
  await soon();
  assert.equal(made(), 2);
});
