// The form of one picture where there is no camera, in a window made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeElement, openWindow } from "./fake_window.js";
import { setLeaving } from "./here.js";
import { PictureForm } from "./picture.js";
import { readWords } from "./words.js";

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

class Memory {
  getItem(): null { return null; }
  setItem(): void { /* forgotten */ }
  removeItem(): void { /* as above */ }
}

// A form with a file that nobody can draw, so that it goes as it is; `calls` are what it asks for.
async function begin(): Promise<{ form: FakeElement; input: FakeElement; calls: string[];
  press(word: string): Promise<void>; choose(name: string): Promise<void> }> {
  const view = openWindow({}, ["capture.use", "capture.another", "capture.choose"]);
  readWords(document);
  setLeaving(false);
  const calls: string[] = [];
  Object.assign(globalThis, { sessionStorage: new Memory(), fetch: (url: string) => {
    calls.push(url);
    return new Promise(() => undefined);  // never answered
  } });
  const form = new FakeElement("form", { "data-capture": "document_front", "data-step": "document",
    "data-uploads": "/go/s/uploads" });
  const input = new FakeElement("input", { type: "file", name: "file" });
  const label = new FakeElement("label");
  Object.assign(input, { labels: [label], value: "" });
  form.append(new FakeElement("h2"), label, input, new FakeElement("button", { type: "submit" }));
  view.body.append(form);
  const pictures = new PictureForm(form as unknown as HTMLFormElement,
    { page: "picture", go: "/go/s", version: "1", secondsLeft: null, now: 0 });
  await pictures.enhance();
  return { form, input, calls,
    press: (word) => {
      form.querySelectorAll("button").find((button) => button.textContent === word)!.click();
      return soon();
    },
    choose: (name) => {
      Object.assign(input, { files: [new Blob(["x"])], value: name });
      input.fire("change");
      return soon();
    } };
}

test("a picture that is pressed twice goes once", async () => {
  const { form, calls, choose } = await begin();
  await choose("a.jpg");
  const use = form.querySelectorAll("button").find((one) => one.textContent === "capture.use")!;
  use.click();
  use.click();
  await soon();
  assert.deepEqual(calls, ["/go/s/uploads"]);
});

test("the same file can be chosen again", async () => {
  const { input, press, choose } = await begin();
  const values: unknown[] = [];
  input.addEventListener("click", () => values.push(input["value"]));
  await choose("a.jpg");
  await press("capture.another");
  await choose("a.jpg");
  await press("capture.choose");
  assert.deepEqual(values, ["", ""]);
});
