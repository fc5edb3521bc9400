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

test("the default has its place before there is one, and says what it is for", async () => {
  const absent = () => Response.json({ code: "absent" }, { status: 404 });
  answers(absent);
  const { body } = await shown(editor("default"));
  assert.ok(body.textContent.includes("Worn wherever no theme is named"), body.textContent);
  assert.ok(body.textContent.includes("There is none yet"), body.textContent);
  assert.equal(input(body, "name"), undefined, "its name is given");
  let made: string | null = null;
  const calls = answers((_, init) => {
    if (init.method === "PUT") made = String(init.body);
    return made ? Response.json({ ...night, ...JSON.parse(made), name: "default" }) : absent();
  });
  await submit(body);
  assert.deepEqual(puts(calls).map((call) => call.split(" ")[1]),
    ["/operator/v1/themes/default"]);
  assert.ok(!body.textContent.includes("There is none yet"), body.textContent);
});

test("a default that somebody else made meanwhile is not overwritten", async () => {
  answers(() => Response.json({ code: "absent" }, { status: 404 }));
  const { body } = await shown(editor("default"));
  const calls = answers(() => Response.json({ ...night, name: "default" }));
  await submit(body);
  assert.deepEqual(puts(calls), []);
  assert.ok(body.textContent.includes("There is a theme of this name"), body.textContent);
});

test("who may not make the default learns that there is none", async () => {
  answers(() => Response.json({ code: "absent" }, { status: 404 }));
  const reviewer = { ...me, staff: { ...me.staff, role: "reviewer" as const } };
  const { body } = await shown(
    <MeContext.Provider value={reviewer}>
      <AppearanceEditor found={{ name: "default" }} onLeave={() => {}} />
    </MeContext.Provider>);
  assert.ok(body.textContent.includes("There is none yet"), body.textContent);
  assert.equal(body.all("form").length, 0);
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
