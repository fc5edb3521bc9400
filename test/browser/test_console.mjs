// The console of an operator: every screen is free of what axe-core finds and stays whole at 320 px
// and 200 %, the day's work can be done (review, invite, dry run of a CSV, make a credential), and
// all of it with a keyboard alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { still, ZONE } from "./camera.mjs";
import { freshEmail, connectionOf, enrol, initialize, invite, statusOf } from "./doors.mjs";
import { member, Operator, SCREENS } from "./console.mjs";
import { suite, table } from "./suite.mjs";
import { until } from "./server.mjs";
import { NIGHT, wearNight } from "./themes.mjs";
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

/** A session whose document the server read, and whose form says something else; its id. */
export async function pictured(t) {
  return enrol(t.server, `${t.site.url}/done`, {
    form: { firstName: "Alex", lastName: "Munster", dateOfBirth: "2004-07-19" },
    front: await still(t.chrome, "document"), face: await still(t.chrome, "face") });
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
    await t.server.ask("PUT", "/operator/v1/themes/night", { auth: t.server.basic("operator"),
      json: NIGHT });
    const one = await operator(t, { device, colours });
    for (const where of SCREENS) {
      await one.go(where);
      await one.look(where);
    }
    for (const [list, caption] of [["/invitations", /^Invitations/], ["/sessions", /^Sessions/],
      ["/skills", /./], ["/appearance", /./]]) {
      await one.go(list);
      await one.page.getByRole("table", { name: caption }).getByRole("link").first().click();
      await one.rest();
      await one.look(`${list}/…`);
    }
  });

for (const { device, colours } of table({ device: ["phone", "desktop"],
  colours: ["light", "dark"] }))
  test(`what was read stands beside the pictures, ${device}, ${colours}`, async (t) => {
    const id = await pictured(t);
    const one = await operator(t, { device, colours });
    await one.go(`/sessions/${id}`);
    const main = one.page.locator("main");
    assert.equal((await main.locator("pre.zone").innerText()).trim(), ZONE.join("\n"));
    for (const text of ["Last name, Applicant form: one letter differs",
      "Date of birth, Applicant form: differs", "Issuer, Answers: differs",
      "Document number: right", "The applicant form with the document"])
      await main.getByText(text, { exact: true }).first().waitFor();
    const row = main.getByRole("table", { name: "What each source states" })
      .getByRole("row", { name: /^Date of birth/ });
    const stated = await row.innerText();
    assert.match(stated, /19 Jul 2004\s*differs/);
    assert.match(stated, /\b9 Jul 2004/);
    await one.look("/sessions/…, read");
    await one.button("Document front").click();
    const viewer = one.page.getByRole("dialog");
    await viewer.locator("pre.zone").waitFor();
    await one.rest();
    await one.look("/sessions/…, viewer");
  });

test("what was read is looked through with a keyboard alone", async (t) => {
  const one = await operator(t, {}, { keyboard: true });
  await one.go(`/sessions/${await pictured(t)}`);
  await one.hands.reach(one.page.locator("main pre.zone"));
  await one.page.keyboard.press("1");
  const viewer = one.page.getByRole("dialog");
  await viewer.locator("pre.zone").waitFor();
  await one.page.keyboard.press("ArrowRight");
  await viewer.getByRole("heading", { name: "Face, 2 of 2" }).waitFor();
  assert.equal(await viewer.locator("pre.zone").count(), 0);
  await one.page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
});

test("who does not see the pictures does not see what was read in them", async (t) => {
  const id = await pictured(t);
  const account = await member(t.server, "read_only");
  const one = await operator(t, {}, { account });
  await one.go(`/sessions/${id}`);
  await one.page.getByText("Your role does not see the pictures.").waitFor();
  const shown = await one.page.locator("main").innerText();
  for (const secret of [...ZONE, "Munster", "MUSTER", "Receipt"])
    assert.ok(!shown.includes(secret), secret);
  await one.look("/sessions/…, read only");
});

for (const keyboard of [false, true])
  test(`a receipt is downloaded, ${keyboard ? "with a keyboard alone" : "with a pointer"}`,
    async (t) => {
      const id = await pictured(t);
      const one = await operator(t, {}, { keyboard });
      await one.go(`/sessions/${id}`);
      const card = one.page.locator(".card", {
        has: one.page.getByRole("heading", { name: "Receipt", exact: true }) });
      const [file] = await Promise.all([one.page.waitForEvent("download"),
        one.hands.press(card.getByRole("link", { name: "Download" }))]);
      assert.match(file.suggestedFilename(), /^receipt-[0-9a-f-]{36}\.json$/);
      const { receipt, opening } = JSON.parse(readFileSync(await file.path(), "utf8"));
      const said = JSON.parse(Buffer.from(receipt.split(".")[1], "base64url").toString("utf8"));
      assert.equal(said.level, "LOW");
      assert.equal(said.skill, "enrolment");
      assert.ok(opening.length > 5, opening.length);
      assert.ok(!receipt.includes("Munster"));
      await one.page.getByRole("heading", { level: 1 }).waitFor(); // and the screen is still there
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

for (const device of ["phone", "desktop"])
  test(`joining by a link, and signing in with what it gave, ${device}`, async (t) => {
    const email = freshEmail();
    const { link } = await t.server.ask("POST", "/operator/v1/staff", {
      auth: t.server.basic("operator"), json: { email, name: "Robin", role: "reviewer" } });
    t.server.keep(link.split("#")[1]);
    const visitor = await t.open({ device });
    const one = new Operator(t.server, visitor, { account: { email,
      password: "some words in a row", totp_secret: "not known yet" } });
    await one.page.goto(link);
    await one.field("Code").waitFor();
    assert.ok(!one.page.url().includes("#"), "the token leaves the address");
    await one.look("joining");
    one.account.totp_secret = t.server.keep((await one.page.locator(".secret code").textContent())
      .replace(/\s/g, ""));
    await one.field("Password").fill(one.account.password);
    await one.field("Code").fill("000000");
    await one.button("Join").click();
    await one.page.getByRole("alert").first().waitFor();
    await one.look("joining, refused");
    await one.field("Code").fill(await one.code());
    await one.button("Join").click();
    await one.page.getByRole("heading", { name: "Recovery codes" }).waitFor();
    await one.look("recovery codes");
    const [recovery] = await one.page.locator(".codes code").allTextContents();
    t.server.keep(recovery);
    await one.button("I have stored them").click();
    await one.rest();
    await visitor.context.clearCookies();
    await one.page.goto(link);
    await one.page.getByText("This link no longer works.").waitFor();
    await one.look("joining, used up");
    await one.page.goto(`${t.server.url}/console`);
    await one.field("E-mail").fill(email);
    await one.field("Password").fill(one.account.password);
    await one.button("Continue").click();
    await one.field("Code").waitFor();
    await one.look("sign in, code");
    await one.page.locator("button.link").click();
    await one.look("sign in, recovery code");
    await one.field("Recovery code").fill(recovery);
    await one.button("Sign in").click();
    await one.page.getByRole("navigation", { name: "Console", includeHidden: true })
      .waitFor({ state: "attached" });
  });

async function reviews(t, keyboard, verdict = "Approve", status = "MANUAL_APPROVED") {
  const { id, person } = await waiting(t);
  const one = await operator(t, {}, { keyboard });
  await one.go("/sessions?status=WAITING_FOR_MANUAL_APPROVE");
  await one.hands.press(one.page.getByRole("table").getByRole("link", { name: person }));
  await one.rest();
  await one.hands.press(one.page.getByRole("button", { name: new RegExp(`^${verdict}`) }));
  const dialog = one.page.getByRole("dialog");
  await one.hands.fill(one.field("Reason", dialog), "The picture is that of the form.");
  if (!keyboard) await one.look(verdict);
  await one.hands.press(one.button(verdict, dialog));
  await dialog.waitFor({ state: "detached" });
  await one.page.getByText("A person has decided.").waitFor();
  assert.equal(await statusOf(t.server, id), status);
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

/** Finds somebody by their address, sends the letter again, and then takes the invitation back. */
async function resends(t, keyboard) {
  const { email } = await invite(t.server);
  const letters = async () => (await t.server.ask("GET", "/dev/inbox")).messages
    .filter((mail) => JSON.stringify(mail.to).includes(email)).length;
  await invite(t.server);
  const one = await operator(t, {}, { keyboard });
  await one.go("/invitations");
  await one.hands.fill(one.field("E-mail begins with"), email);
  await one.hands.press(one.button("Filter"));
  const rows = one.page.getByRole("table").getByRole("link");
  await until("one row", async () => await rows.count() === 1);
  await one.hands.press(rows.first());
  await one.hands.press(one.button("Send again"));
  await until("a second letter", async () => await letters() === 2);
  await one.hands.press(one.button("Revoke"));
  const dialog = one.page.getByRole("dialog");
  await dialog.waitFor();
  if (!keyboard) await one.look("revoke");
  await one.hands.press(one.button("Revoke", dialog));
  await dialog.waitFor({ state: "detached" });
  await one.page.getByText("Revoked").first().waitFor();
  await one.go("/audit");
  await one.page.getByRole("table").getByText(/invitation revoked/i).first().waitFor();
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
  test(`a session is rejected, ${how}`, (t) => reviews(t, keyboard, "Reject", "MANUAL_REJECTED"));
  test(`somebody is invited, ${how}`, (t) => invites(t, keyboard));
  test(`an invitation is found, sent again and revoked, ${how}`, (t) => resends(t, keyboard));
  test(`a CSV is tried and then invited, ${how}`, (t) => imports(t, keyboard));
  test(`a credential is made and shown once, ${how}`, (t) => makes(t, keyboard));
}

test("the default is made where there is none, and removed again", async (t) => {
  const auth = t.server.basic("operator");
  const kept = () => t.server.call("GET", "/operator/v1/themes/default", { auth });
  const one = await operator(t);
  await one.go("/appearance");
  await one.page.getByRole("link", { name: "Make the default" }).click();
  await one.page.getByText("Worn wherever no theme is named", { exact: false }).waitFor();
  await one.page.locator("input[name='colours.act']").fill("#7a1f5c");
  await one.look("the default, to be made");
  await one.button("Save the theme").click();
  await until("it is saved", async () => (await kept()).status === 200);
  assert.equal((await kept()).json().colours.act, "#7a1f5c");
  await wearNight(t);
  await one.go("/appearance");
  await one.page.getByText("where no theme is named", { exact: true }).waitFor();
  assert.equal(await one.page.getByRole("link", { name: "Make the default" }).count(), 0);
  await one.page.getByRole("link", { name: "default", exact: true }).click();
  await one.rest();
  await one.look("the default");
  await one.button("Remove").click();
  const dialog = one.page.getByRole("dialog");
  await dialog.getByText("will look like ours", { exact: false }).waitFor();
  await one.button("Remove", dialog).click();
  await until("it is gone", async () => (await kept()).status === 404);
});

test("a theme is made, and its preview shows it before it is saved", async (t) => {
  const one = await operator(t);
  await one.go("/appearance");
  await one.page.getByRole("link", { name: "Theme", exact: true }).click();
  await one.rest();
  await one.field("Name").fill("dusk");
  const act = one.page.locator("input[name='colours.act']");
  const shown = () => one.page.evaluate(() => [...document.querySelectorAll("*")]
    .map((element) => element.shadowRoot?.querySelector("button")).filter(Boolean)
    .map((button) => getComputedStyle(button).backgroundColor).join(" "));
  await act.fill("#7a1f5c");
  await until("the colour in the preview", async () => (await shown()).includes("122, 31, 92"));
  await one.look("theme");
  await act.fill("#fefefe");
  await one.button("Save the theme").click();
  await one.page.locator("[aria-invalid=true], [role=alert] li").first().waitFor();
  await act.fill("#7a1f5c");
  await one.button("Save the theme").click();
  await until("it is saved", async () => (await t.server.call("GET", "/operator/v1/themes/dusk", {
    auth: t.server.basic("operator") })).status === 200);
});
