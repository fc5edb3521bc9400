// The editor of a theme: what is saved, and what must not be lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, FakeElement, FakeEvent, me, shown, submit, when } from "../fake_dom";
import { MeContext } from "../me";
import { go, startRouter } from "../router";
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

// Where a link, or the way back, leads after the person said so or not; what they were asked.
async function leaving(page: FakeElement, says: boolean) {
  let asked = 0;
  Object.assign(globalThis, { confirm: () => (asked++, says) });
  const moves: string[] = [];
  history.pushState = (_, __, to) => void moves.push(String(to));
  await when(() => go("/console/sessions"));
  const unload = new FakeEvent("beforeunload");
  page.dispatch(unload);
  return { asked, moves, isHeld: unload.defaultPrevented };
}

test("who leaves a changed theme is asked, until it is saved", async () => {
  answers(() => Response.json(night));
  const { body, page } = await shown(editor("night"));
  startRouter();
  assert.deepEqual(await leaving(page, false),
    { asked: 0, moves: ["/console/sessions"], isHeld: false });
  const radius = input(body, "radius");
  radius.value = "31";
  await when(() => radius.dispatch(new FakeEvent("input")));
  assert.deepEqual(await leaving(page, false), { asked: 1, moves: [], isHeld: true });
  // The way back has been gone already: the address is that of the editor again.
  const moves: string[] = [];
  history.pushState = (_, __, to) => void moves.push(String(to));
  location.pathname = "/console/sessions";
  page.dispatch(new FakeEvent("popstate"));
  assert.deepEqual(moves, ["/console/nowhere"]);
  location.pathname = "/console/nowhere";
  await submit(body);
  assert.deepEqual(await leaving(page, false),
    { asked: 0, moves: ["/console/sessions"], isHeld: false });
});

test("a theme stays on the screen when it cannot be asked for again", async () => {
  answers(() => Response.json(night));
  const { body } = await shown(editor("night"));
  const radius = input(body, "radius");
  radius.value = "31";
  await when(() => radius.dispatch(new FakeEvent("input")));
  answers((_, init) => (init.method === "PUT" ? Response.json(night)
    : Response.json({ title: "Busy" }, { status: 503 })));
  await submit(body);
  assert.ok(body.textContent.includes("Corners: 31 px"), body.textContent);
  assert.ok(body.textContent.includes("Busy"), body.textContent);
});
