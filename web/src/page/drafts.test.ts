// How long what was typed is kept, in a window made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftKey, dropForeignDrafts, keepDraft } from "./drafts.js";
import type { Here } from "./here.js";

class Storage {
  [key: string]: unknown;
  getItem(key: string): unknown { return this[key] ?? null; }
  setItem(key: string, value: string): void { this[key] = value; }
  removeItem(key: string): void { delete this[key]; }
}
class Input { name = "city"; type = "text"; value = ""; }

let shown: FakeForm | null = null;
class FakeForm {
  readonly input = new Input();
  readonly elements = [this.input];
  private readonly acts = new Map<string, (event: object) => void>();
  constructor(private readonly step: string) {}
  querySelector(): { value: string } { return { value: this.step }; }
  addEventListener(name: string, act: (event: object) => void): void { this.acts.set(name, act); }
  fire(name: string): void { this.acts.get(name)?.({ defaultPrevented: false }); }
}

const kept = (): string[] => Object.keys(sessionStorage).sort();
const here = (page: string, go = "/go/s"): Here =>
  ({ page, go, version: "1", secondsLeft: null, now: 0 });

function arrive(page: string, step: string | null, go?: string): FakeForm | null {
  shown = step === null ? null : new FakeForm(step);
  if (shown) keepDraft(shown as unknown as HTMLFormElement, here(page, go));
  dropForeignDrafts(here(page, go));
  return shown;
}

function begin(): void {
  Object.assign(globalThis, { sessionStorage: new Storage(), HTMLInputElement: Input,
    HTMLSelectElement: class {}, HTMLTextAreaElement: class {},
    document: { querySelector: () => shown } });
  const form = arrive("step", "about")!;
  form.input.value = "Graz";
  form.fire("input");
  form.fire("submit");
}

test("what was sent is kept until its answer shows another step", () => {
  begin();
  assert.deepEqual(kept(), [draftKey("/go/s", "about")]);
  assert.equal(arrive("step", "about")!.input.value, "Graz", "no answer came");
  arrive("sent", null);
  assert.equal(kept().length, 1, "a page beside the journey");
  arrive("step", "about2");
  assert.deepEqual(kept(), []);
});

test("no draft outlives its step, its session or the end", () => {
  for (const [page, step, go] of [
    ["picture", null, "/go/s"], ["step", "next", "/go/s"], ["step", "about", "/go/t"],
    ["sent", null, "/go/t"], ["end", null, "/go/s"],
  ] as const) {
    begin();
    arrive(page, step, go);
    assert.deepEqual(kept(), [], `${page} ${step} ${go}`);
  }
  begin();
  arrive("problem", null, "");
  assert.equal(kept().length, 1);
});
