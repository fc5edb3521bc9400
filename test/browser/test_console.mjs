// The console of an operator: every screen is free of what axe-core finds and stays whole at 320 px
// and 200 %, the day's work can be done (review, invite, dry run of a CSV, make a credential), and
// all of it with a keyboard alone.
import assert from "node:assert/strict";
import { freshEmail, connectionOf, initialize, invite, statusOf } from "./doors.mjs";
import { Operator, SCREENS } from "./console.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";

const test = suite("console", { weight: 4 });

/** A session that waits for a person's word; answers its id and whose it is. */
async function waiting(t) {
  const person = freshEmail();
  const session = await initialize(t.server, `${t.site.url}/done`, { externalId: person });
  const visitor = await t.open({ script: false });
  visitor.mayLeaveTo.add(t.site.url);
  const walk = new Walk(visitor, { flow: "enrolment", chrome: t.chrome, looks: false });
  await walk.open(session.link);
  await walk.go();
  assert.equal(await statusOf(t.server, session.id), "WAITING_FOR_MANUAL_APPROVE");
  return { id: session.id, person };
}

async function operator(t, options = {}, working = {}) {
  const one = new Operator(t.server, await t.open({ device: "desktop", ...options }), working);
  await one.signIn();
  return one;
}

for (const { device, colours } of table({ device: ["phone", "desktop"],
  colours: ["light", "dark"] }))
  test(`every screen, ${device}, ${colours}`, async (t) => {
    await invite(t.server);
    await waiting(t);
    const one = await operator(t, { device, colours });
    for (const where of SCREENS) {
      await one.go(where);
      await one.look(where);
    }
    for (const [list, caption] of [["/invitations", /^Invitations/], ["/sessions", /^Sessions/],
      ["/skills", /./]]) {
      await one.go(list);
      await one.page.getByRole("table", { name: caption }).getByRole("link").first().click();
      await one.rest();
      await one.look(`${list}/…`);
    }
  });

test("the sign-in screen, before and after a wrong password", async (t) => {
  const visitor = await t.open({ device: "desktop" });
  const one = new Operator(t.server, visitor);
  await one.page.goto(`${t.server.url}/console`);
  await one.field("E-mail").waitFor();
  await one.look("sign in");
  await one.field("E-mail").fill(one.account.email);
  await one.field("Password").fill("not the password of anybody");
  await one.button("Continue").click();
  await one.page.getByRole("alert").first().waitFor();
  await one.look("sign in, refused");
});

async function reviews(t, keyboard) {
  const { id, person } = await waiting(t);
  const one = await operator(t, {}, { keyboard });
  await one.go("/sessions?status=WAITING_FOR_MANUAL_APPROVE");
  await one.hands.press(one.page.getByRole("table").getByRole("link", { name: person }));
  await one.rest();
  await one.hands.press(one.page.getByRole("button", { name: /^Approve/ }));
  const dialog = one.page.getByRole("dialog");
  await one.hands.fill(one.field("Reason", dialog), "The picture is that of the form.");
  if (!keyboard) await one.look("approve");
  await one.hands.press(one.button("Approve", dialog));
  await dialog.waitFor({ state: "detached" });
  await one.page.getByText("Approved").first().waitFor();
  assert.equal(await statusOf(t.server, id), "MANUAL_APPROVED");
}

async function invites(t, keyboard) {
  const one = await operator(t, {}, { keyboard });
  await one.go("/invitations/new");
  const email = freshEmail();
  await one.hands.fill(one.field("E-mail"), email);
  await one.hands.fill(one.field("First name"), "Alex");
  await one.hands.fill(one.field("Last name"), "Muster");
  await one.hands.press(one.button("Send the invitation"));
  await one.page.getByRole("heading", { name: "Alex Muster is invited" }).waitFor();
  t.server.keep(await one.page.locator(".secret code").innerText());
  if (!keyboard) await one.look("invited");
  assert.ok((await t.server.letter(email)).text);
  assert.equal(await connectionOf(t.server, email), undefined);
}

async function imports(t, keyboard) {
  const one = await operator(t, {}, { keyboard });
  await one.go("/invitations/import");
  const good = freshEmail();
  const rows = `email,first_name,last_name\n${good},Alex,Muster\nno address,Alex,Muster\n`;
  await one.hands.give(one.field("CSV file"), { name: "people.csv", mimeType: "text/csv",
    buffer: Buffer.from(rows) });
  await one.hands.press(one.button("Check the file"));
  await one.page.getByRole("heading", { name: "What would happen" }).waitFor();
  if (!keyboard) await one.look("dry run");
  const { messages } = await t.server.ask("GET", "/dev/inbox");
  assert.ok(!JSON.stringify(messages).includes(good), "a dry run invites nobody");
  await one.hands.press(one.button("Invite 1 person"));
  await one.page.getByRole("heading", { name: "Done" }).waitFor();
  assert.ok((await t.server.letter(good)).text);
}

async function makes(t, keyboard) {
  const one = await operator(t, {}, { keyboard });
  await t.server.advance(6 * 60); // the code of the sign-in is too old for what follows
  await one.go("/credentials");
  await one.hands.press(one.button("Client"));
  const dialog = one.page.getByRole("dialog", { name: "New client" });
  await one.hands.fill(one.field("Name", dialog), "Shop");
  if (!keyboard) await one.look("new client");
  await one.hands.press(one.button("Create", dialog));
  await one.confirm();
  const shown = one.page.getByRole("dialog", { name: "Client Shop" });
  await shown.waitFor();
  const texts = await shown.locator("code").allInnerTexts();
  assert.ok(texts.length >= 2, texts.length);
  t.server.keep(texts.at(-1));
  if (!keyboard) await one.look("shown once");
  await one.hands.press(one.button("I have stored it", shown));
  await shown.waitFor({ state: "detached" });
  assert.ok(!(await one.page.content()).includes(texts.at(-1)), "shown once");
}

for (const keyboard of [false, true]) {
  const how = keyboard ? "with a keyboard alone" : "with a pointer";
  test(`a session is reviewed, ${how}`, (t) => reviews(t, keyboard));
  test(`somebody is invited, ${how}`, (t) => invites(t, keyboard));
  test(`a CSV is tried and then invited, ${how}`, (t) => imports(t, keyboard));
  test(`a credential is made and shown once, ${how}`, (t) => makes(t, keyboard));
}
