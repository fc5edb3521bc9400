// Which skills an organisation uses: one is switched, the others stay as they are by then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, FakeElement, me, press, shown } from "../fake_dom";
import { MeContext } from "../me";
import { Skills } from "./skills";

const rows = (used: string[]) => Response.json({ next: null,
  items: ["address", "identity", "income"].map((skill) =>
    ({ skill, title: skill, registered: used.includes(skill) })) });

test("a skill is switched from what is used now, not from what was on the screen", async () => {
  answers(() => rows(["identity"]));
  const { body } = await shown(<MeContext.Provider value={me}><Skills /></MeContext.Provider>);
  // Meanwhile somebody else switched two of them.
  const calls = answers((_, init) => (init.method === "GET" ? rows(["income"])
    : Response.json({})));
  const use = body.all("button").find((one) => one.textContent === "Use address") as FakeElement;
  await press(use);
  assert.deepEqual(calls.filter((call) => call.startsWith("PATCH")),
    ['PATCH /operator/v1/organisations/demo {"skills":["address","income"]}']);
});

test("what invited people go on with is one of the skills in use", async () => {
  const calls = answers(() => Response.json({ next: null, items: [
    { skill: "identity", title: "identity", registered: true, afterInvitation: true },
    { skill: "income", title: "income", registered: true, afterInvitation: false },
    { skill: "address", title: "address", registered: false, afterInvitation: false },
  ] }));
  const { body } = await shown(<MeContext.Provider value={me}><Skills /></MeContext.Provider>);
  const named = (text: string) => body.all("button").find((one) => one.textContent === text);
  assert.equal(named("After invitations address"), undefined);
  await press(named("After invitations income") as FakeElement);
  await press(named("Not after invitations identity") as FakeElement);
  assert.deepEqual(calls.filter((call) => call.startsWith("PATCH")), [
    'PATCH /operator/v1/organisations/demo {"invitedSkill":"income"}',
    'PATCH /operator/v1/organisations/demo {"invitedSkill":""}']);
});
