// The editor of a theme: what is saved, and what must not be lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, FakeElement, me, shown, submit } from "../fake_dom";
import { MeContext } from "../me";
import { begin } from "../theme";
import { AppearanceEditor } from "./appearance_editor";

const night = { ...begin, name: "night", logo: null, updatedAt: "2026-11-26T00:00:00Z",
  contrast: [] };
const editor = (name: string) => (
  <MeContext.Provider value={me}>
    <AppearanceEditor found={{ name }} onLeave={() => {}} />
  </MeContext.Provider>
);
const input = (body: FakeElement, name: string): FakeElement =>
  body.all("input").find((one) => one.getAttribute("name") === name) as FakeElement;
const puts = (calls: string[]) => calls.filter((call) => call.startsWith("PUT"));

test("a new theme does not take the place of one with its name", async () => {
  const { body } = await shown(editor("+new"));
  input(body, "name").value = "night";
  const taken = answers(() => Response.json(night));
  await submit(body);
  assert.deepEqual(puts(taken), []);
  assert.equal(input(body, "name").getAttribute("aria-invalid"), "true");
  assert.ok(body.textContent.includes("There is a theme of this name"), body.textContent);

  const busy = answers(() => Response.json({ title: "Busy" }, { status: 503 }));
  await submit(body);
  assert.deepEqual(puts(busy), [], "nobody knows whether the name is free");

  const free = answers((_, init) => (init.method === "GET"
    ? Response.json({ code: "absent" }, { status: 404 }) : Response.json(night)));
  await submit(body);
  assert.equal(puts(free).length, 1);
});
