// From the letter to the result: an organisation whose invited people go on with a skill once they
// agreed. The letter's own part is test_invitation's, the steps are test_enrolment's; here is what
// joins them, and what ends it.
import assert from "node:assert/strict";
import { bearer, connectionOf, invite, resultOf, statusOf } from "./doors.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { LANGUAGES, word } from "./words.mjs";

const test = suite("onward", { weight: 3 });

async function agreed({ server, open, chrome }, options, walking = {}) {
  await server.ask("PATCH", "/operator/v1/organisations/demo", {
    auth: server.basic("operator"), json: { invitedSkill: "enrolment" } });
  const sent = await invite(server);
  const visitor = await open(options);
  const walk = new Walk(visitor, { flow: "onward", chrome, answers: { email: sent.email },
    ...walking });
  walk.byCamera = Boolean(options.camera);
  await walk.open(sent.link);
  await walk.go({ stop: "consent" });
  const told = word(visitor.lang, "invite.onward", { organisation: "Demo Organisation", total: 2 });
  // A name from outside is isolated from the direction of the sentence around it.
  const shown = (await walk.page.locator("main").innerText()).replace(/[\u2068\u2069]/g, "");
  assert.ok(shown.includes(told), "what follows is told");
  const token = server.keep(await walk.page.locator("[name=connection_token]").inputValue());
  await decide(walk, "agreed");
  assert.equal(walk.at.kind, "onward", walk.been.join(" > "));
  const person = await connectionOf(server, sent.email);
  // As an app does in the person's name.
  const decides = (isAgreed) => server.ask("POST", `/v1/connections/${person.id}/consent`, {
    auth: "Bearer " + token, json: { data_sharing_agreed: isAgreed } });
  return { sent, visitor, walk, person, decides };
}

const decide = (walk, decision) => walk.turn(() =>
  walk.hands.press(walk.page.locator(`button[name=decision][value=${decision}]`)));

const heard = async (server, email) => (await server.ask("POST", "/v1/user-status", {
  auth: await bearer(server), json: { filters: { email },
    result_keys: ["mobile_registration_status", "registration_submitted"] } })).data[0];

async function judged(server, { email }, { id }) {
  assert.equal(await statusOf(server, id), "WAITING_FOR_MANUAL_APPROVE");
  // The names of the invitation are what the document is held against.
  const { trustFactors } = await resultOf(server, id);
  assert.ok(trustFactors.some(({ name }) => name === "Applicant integrity"));
  assert.deepEqual(await heard(server, email),
    { mobile_registration_status: "ADMIN_REVIEW", registration_submitted: true });
}

for (const { device, lang } of table({ device: ["phone", "desktop"], lang: LANGUAGES }))
  test(`from letter to result, ${device}, ${lang}`, async (t) => {
    const { sent, walk, person } = await agreed(t, { device, lang, camera: "document" });
    assert.equal((await heard(t.server, sent.email)).mobile_registration_status,
      "PENDING_ID_VERIFICATION");
    await walk.go();
    assert.equal(walk.at.kind, "end", walk.been.join(" > "));
    await judged(t.server, sent, person);
  });

test("with a keyboard alone", async (t) => {
  const { sent, walk, person } = await agreed(t, { device: "desktop" },
    { keyboard: true, looks: false });
  await walk.go();
  await judged(t.server, sent, person);
});

test("who comes back to the page goes on where the journey stands", async (t) => {
  const { visitor, walk } = await agreed(t, { device: "phone" }, { looks: false });
  await walk.step();
  const { url } = walk.at;
  assert.match(url, /\/go\/[0-9a-f-]+$/);
  await visitor.page.goto("about:blank");
  await walk.open(url);
  assert.equal(walk.at.kind, "step");
});

test("the letter leads who lost the page back to it, on another device", async (t) => {
  const { sent, person } = await agreed(t, { device: "phone" }, { looks: false });
  const visitor = await t.open({ device: "desktop", lang: "de-DE" });
  const walk = new Walk(visitor, { flow: "back", chrome: t.chrome,
    answers: { email: sent.email } });
  await walk.open(sent.link);
  await walk.step();
  assert.equal(walk.at.kind, "onward", walk.been.join(" > "));
  await walk.go();
  await judged(t.server, sent, person);
});

test("what is withdrawn is shut, and open again once it is agreed again", async (t) => {
  const { walk, person, decides } = await agreed(t, { device: "phone" }, { looks: false });
  await walk.step();
  const { url } = walk.at;
  await decides(false);
  await walk.open(url);
  assert.equal(walk.at.kind, "problem");
  walk.visitor.complaints = []; // the browser tells of the page that was refused
  await decides(true);
  await walk.open(url);
  await walk.go();
  assert.equal(await statusOf(t.server, person.id), "WAITING_FOR_MANUAL_APPROVE");
});
