// The invitation door: the letter in the inbox, its link, the code and the address, and a decision
// that is taken at its word: agreed or refused, on both devices and in every language of words.mjs.
import assert from "node:assert/strict";
import { connectionOf, invite } from "./doors.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { LANGUAGES, word } from "./words.mjs";

const test = suite("invitation", { weight: 2 });

async function opened({ server, open, chrome }, options, walking = {}) {
  const sent = await invite(server);
  const visitor = await open(options);
  const walk = new Walk(visitor, { flow: "invitation", chrome,
    answers: { email: sent.email }, ...walking });
  await walk.open(sent.link);
  assert.equal(await visitor.page.locator("main input[name=code]").inputValue(), sent.code);
  await walk.go({ stop: "consent" });
  assert.equal(walk.at.kind, "consent", walk.been.join(" > "));
  return { sent, visitor, walk };
}

const decide = (walk, decision) => walk.turn(() =>
  walk.hands.press(walk.page.locator(`button[name=decision][value=${decision}]`)));

for (const { device, lang } of table({ device: ["phone", "desktop"], lang: LANGUAGES })) {
  test(`letter to consent, ${device}, ${lang}`, async (t) => {
    const { sent, walk } = await opened(t, { device, lang });
    await decide(walk, "agreed");
    assert.equal(walk.at.kind, "end");
    const heading = await walk.page.getByRole("heading", { level: 1 }).innerText();
    assert.equal(heading, word(lang, "invite.agreed_title"));
    const connection = await connectionOf(t.server, sent.email);
    assert.equal(connection.connection_status, "connected");
    assert.equal(connection.data_sharing_agreed, true);
  });

  test(`consent refused, ${device}, ${lang}`, async (t) => {
    const { sent, visitor, walk } = await opened(t, { device, lang });
    await decide(walk, "refused");
    const heading = await walk.page.getByRole("heading", { level: 1 }).innerText();
    assert.equal(heading, word(lang, "invite.refused_title"));
    assert.equal(await connectionOf(t.server, sent.email), undefined, "nothing is shared");
    // The decision used the invitation up: the letter opens nothing any more.
    await walk.open(sent.link);
    await walk.fill(visitor.page.locator("main form"));
    await walk.turn(() => walk.hands.press(walk.button("invite.open")));
    assert.equal(walk.at.kind, "invite");
    assert.ok(walk.at.wrong.includes(word(lang, "invite.unknown")), walk.at.wrong);
  });
}

test("with a keyboard alone", async (t) => {
  const { sent, walk } = await opened(t, { device: "desktop" }, { keyboard: true, looks: false });
  await decide(walk, "agreed");
  assert.equal((await connectionOf(t.server, sent.email)).connection_status, "connected");
});

test("Enter in the date of birth decides nothing", async (t) => {
  const { sent, visitor, walk } = await opened(t, { device: "desktop" }, { looks: false });
  const { made } = walk.at;
  for (const part of ["day", "year"]) {
    const field = visitor.page.locator(`input[name="date_of_birth.${part}"]`);
    await field.fill("9");
    await field.press("Enter");
  }
  // Whatever was sent would have taken the reader to another page by now.
  await visitor.page.waitForLoadState("networkidle");
  walk.at = await walk.glance();
  assert.deepEqual([walk.at.kind, walk.at.made], ["consent", made]);
  assert.equal(await connectionOf(t.server, sent.email), undefined);
});
