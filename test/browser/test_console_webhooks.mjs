// The console's room for webhooks: an owner adds one, sees what it was told, pauses it, gives it
// another secret and removes it, with a pointer and with a keyboard alone; a reviewer tells again;
// who only looks is offered nothing. The receiver is a real one on this machine.
import assert from "node:assert/strict";
import { initialize } from "./doors.mjs";
import { member, Operator } from "./console.mjs";
import { Receiver, signatureWith, signedBy } from "./receiver.mjs";
import { suite, table } from "./suite.mjs";
import { until } from "./server.mjs";

const test = suite("webhooks in the console", { weight: 2 });

/** Runs the test with a receiver that is stopped after it. */
const hearing = (title, run) => test(title, async (t) => {
  const receiver = await new Receiver().start();
  try {
    await run(t, receiver);
  } finally {
    await receiver.stop();
  }
});

const asOperator = (t, method, path, json) => t.server.ask(method, `/operator/v1${path}`, {
  auth: t.server.basic("operator"), json });

async function added(t, url, more = {}) {
  const made = await asOperator(t, "POST", "/webhooks", { url, ...more });
  t.server.keep(made.secret);
  return made;
}

async function operator(t, options = {}, working = {}) {
  const one = new Operator(t.server, await t.open({ device: "desktop", ...options }), working);
  await one.signIn();
  return one;
}

const begin = (t, externalId) => initialize(t.server, `${t.site.url}/done`, { externalId });
const rowOf = (one, text) => one.page.locator("main tbody tr").filter({ hasText: text });
const act = (one, url, name) => rowOf(one, url).getByRole("button", { name });

/** What is shown once, kept as a secret; then it is gone from the page. */
async function secretShown(t, one, looks) {
  const shown = one.page.getByRole("dialog", { name: /^Secret of/ });
  await shown.waitFor();
  const secret = t.server.keep(await shown.locator("code").innerText());
  assert.match(secret, /^whsec_/);
  if (looks) await one.look("a webhook's secret, shown once");
  await one.hands.press(one.button("I have stored it", shown));
  await shown.waitFor({ state: "detached" });
  assert.ok(!(await one.page.content()).includes(secret), "shown once");
  return secret;
}

async function adds(t, one, url, looks) {
  const { username, password } = t.server.of("enrolment");
  await t.server.advance(6 * 60); // the code of the sign-in is too old for what follows
  await one.go("/webhooks");
  await one.hands.press(one.button("Webhook"));
  const dialog = one.page.getByRole("dialog", { name: "New webhook" });
  await one.hands.fill(one.field("Address", dialog), url);
  await one.hands.check(dialog.getByRole("radio", { name: "With an API password" }));
  await one.hands.fill(one.field("User name", dialog), username);
  await one.hands.fill(one.field("Password for Basic", dialog), password);
  if (looks) await one.look("new webhook");
  await one.hands.press(one.button("Create", dialog));
  await one.confirm();
  return secretShown(t, one, looks);
}

/** Pauses, or makes it active again. */
async function turns(one, url, state, looks) {
  await one.go("/webhooks");
  await one.hands.press(act(one, url, /^Change/));
  const dialog = one.page.getByRole("dialog");
  await one.hands.check(dialog.getByRole("radio", { name: new RegExp(`^${state}`) }));
  if (looks) await one.look("change a webhook");
  await one.hands.press(one.button("Save", dialog));
  await dialog.waitFor({ state: "detached" });
  await rowOf(one, url).getByText(state, { exact: true }).waitFor();
}

/** The only notice of a session, when it is told. */
async function toldOf(receiver, session) {
  const told = () => receiver.heard.find(({ sessionId }) => sessionId === session.id);
  return until("the notice is heard", told);
}

for (const keyboard of [false, true])
  hearing(`one is added, heard, paused, given another secret and removed, ${keyboard
    ? "with a keyboard alone" : "with a pointer"}`, async (t, receiver) => {
    const { url } = receiver;
    const looks = !keyboard;
    const one = await operator(t, {}, { keyboard });
    const secret = await adds(t, one, url, looks);
    await rowOf(one, url).getByText("Every event", { exact: true }).waitFor();

    const first = await toldOf(receiver, await begin(t, "first"));
    assert.equal(first.status, "INITIALIZED");
    assert.deepEqual(signedBy(first, [secret]), [true]);
    assert.equal(first.headers["x-signature"],
      signatureWith(first, t.server.of("enrolment").password));
    await one.hands.press(rowOf(one, url).getByRole("link", { name: /^Notices/ }));
    await one.page.getByRole("heading", { name: "Notices to webhooks" }).waitFor();
    await until("it is sent", async () => {
      await one.go(new URL(one.page.url()).pathname.replace("/console", ""));
      return rowOf(one, "Begun by a back end").getByText("Sent", { exact: true }).count();
    });
    await one.hands.press(rowOf(one, "Begun").getByRole("link", { name: /^Session/ }));
    await one.page.getByRole("heading", { name: "Webhooks were told" }).waitFor();
    if (looks) await one.look("/sessions/…, told");

    await turns(one, url, "Paused", looks);
    await begin(t, "unheard");
    await one.hands.press(act(one, url, /^Rotate/));
    const rotate = one.page.getByRole("dialog");
    if (looks) await one.look("rotate a webhook's secret");
    await one.hands.press(one.button("Rotate", rotate));
    const other = await secretShown(t, one, false);
    assert.notEqual(other, secret);
    await rowOf(one, url).getByText("the old one too until").waitFor();
    await turns(one, url, "Active", false);
    const second = await toldOf(receiver, await begin(t, "second"));
    assert.deepEqual(signedBy(second, [secret, other]), [true, true]);
    assert.equal(receiver.heard.length, 2, "a paused one collects nothing");

    await one.go("/webhooks");
    await one.hands.press(act(one, url, /^Remove/));
    const dialog = one.page.getByRole("dialog");
    if (looks) await one.look("remove a webhook");
    await one.hands.press(one.button("Remove", dialog));
    await dialog.waitFor({ state: "detached" });
    await one.page.getByText("No webhook yet").waitFor();
    assert.deepEqual((await asOperator(t, "GET", "/webhooks")).items, []);
    await one.go("/audit?what=webhook_rotated");
    await one.page.getByRole("table").getByText("Webhook rotated").first().waitFor();
  });

hearing("what is refused is said beside its field, and some events are chosen",
  async (t, { url }) => {
    const one = await operator(t);
    await one.go("/webhooks");
    await one.button("Webhook").click();
    const dialog = one.page.getByRole("dialog");
    await one.field("Address", dialog).fill("http://shop.example/limen");
    await one.hands.check(dialog.getByRole("radio", { name: "Only some" }));
    await one.button("Create", dialog).click();
    await dialog.getByText("Url must be https.").waitFor();
    await one.look("new webhook, refused");
    await one.field("Address", dialog).fill(url);
    await one.button("Create", dialog).click();
    await dialog.getByText("Events must name at least one.").waitFor();
    await dialog.getByRole("checkbox", { name: "Rejected by a reviewer" }).check();
    await one.button("Create", dialog).click();
    await secretShown(t, one, false);
    const { items: [made] } = await asOperator(t, "GET", "/webhooks");
    assert.deepEqual(made.events, ["MANUAL_REJECTED"]);
    assert.equal(made.signsWithPassword, false);
    await asOperator(t, "DELETE", `/webhooks/${made.id}`);
  });

hearing("a reviewer tells again what was heard already, and changes no webhook",
  async (t, receiver) => {
    const { id } = await added(t, receiver.url);
    const session = await begin(t, "again");
    const first = await toldOf(receiver, session);
    const one = await operator(t, {}, { account: await member(t.server, "reviewer") });
    await one.go("/webhooks");
    await rowOf(one, receiver.url).waitFor();
    assert.equal(await one.page.locator("main button").count(), 0);
    await one.go(`/webhooks/notices?webhook=${id}&session=${session.id}`);
    await act(one, "Begun", /^Tell again/).click();
    await until("it is heard again", () => receiver.heard.length === 2);
    assert.equal(receiver.heard[1].headers["webhook-id"], first.headers["webhook-id"]);
    assert.equal(receiver.heard[1].body, first.body);
    await asOperator(t, "DELETE", `/webhooks/${id}`);
  });

for (const { device, colours } of table({ device: ["phone", "desktop"],
  colours: ["light", "dark"] }))
  hearing(`who only looks sees all and is offered nothing, ${device}, ${colours}`,
    async (t, receiver) => {
      receiver.status = 410;
      const { id } = await added(t, receiver.url);
      const deaf = await added(t, "http://127.0.0.1:1/limen?key=a", { events: ["INITIALIZED"] });
      await begin(t, "gone");
      await until("one is gone, the other failed", async () =>
        (await asOperator(t, "GET", "/webhooks")).items.every((row) => row.failures > 0));
      const account = await member(t.server, "read_only");
      const one = await operator(t, { device, colours }, { account });
      await one.go("/webhooks");
      await rowOf(one, receiver.url).getByText("Gone", { exact: true }).waitFor();
      await rowOf(one, "127.0.0.1:1/").getByText(/^The last/).waitFor();
      assert.equal(await one.page.locator("main button").count(), 0);
      await one.look("/webhooks, read only");
      await one.go("/webhooks/notices");
      await rowOf(one, receiver.url).getByText("Answered with status 410").waitFor();
      assert.equal(await one.page.getByRole("button", { name: /^Tell again/ }).count(), 0);
      await one.look("/webhooks/notices, read only");
      await one.field("State").selectOption("dead");
      await until("the dead one alone", async () =>
        await one.page.locator("main tbody tr").count() === 1);
      await one.go("/");
      await one.page.getByText("A webhook said that it is gone").first().waitFor();
      for (const each of [id, deaf.id]) await asOperator(t, "DELETE", `/webhooks/${each}`);
    });
