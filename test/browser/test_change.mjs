// Changing device: the desktop shows a QR code, a phone opens what it reads there, the desktop
// follows live and can take over again; the link works once and not for long, and says so. Two
// browser contexts are two devices: they share nothing but the server.
import assert from "node:assert/strict";
import { initialize, statusOf } from "./doors.mjs";
import { readQr } from "./qr.mjs";
import { until } from "./server.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { LANGUAGES } from "./words.mjs";

const test = suite("change of device", { weight: 2 });

/** A desktop at the screen with the QR code; answers its walk and the link in the code. */
async function desk(t, lang = "en-US") {
  const session = await initialize(t.server, `${t.site.url}/done`);
  const visitor = await t.open({ device: "desktop", lang });
  visitor.mayLeaveTo.add(t.site.url);
  const walk = new Walk(visitor, { flow: "change", chrome: t.chrome });
  await walk.open(session.link);
  assert.equal(walk.at.kind, "hand-over");
  return { session, walk, link: await linkIn(t, walk) };
}

async function linkIn(t, walk) {
  const code = walk.page.locator("[data-qr] svg");
  await code.waitFor();
  const link = await readQr(t.chrome, code);
  assert.ok(link.startsWith(`${t.server.url}/continue?token=`), link);
  t.server.keep(new URL(link).searchParams.get("token"));
  return link;
}

async function phone(t, link, lang = "en-US", options = {}) {
  const visitor = await t.open({ device: "phone", lang, camera: "document", ...options });
  visitor.mayLeaveTo.add(t.site.url);
  const walk = new Walk(visitor, { flow: "change", chrome: t.chrome });
  walk.byCamera = true;
  await walk.open(link);
  return walk;
}

/** The page that a walk is at becomes one of another kind by itself. */
const becomes = (walk, kind) => until(`${kind} by itself`, async () => {
  const at = await walk.glance();
  if (at?.kind !== kind) return false;
  walk.at = at;
  return true;
}, 60_000);

for (const { lang } of table({ lang: LANGUAGES }))
  test(`the desktop follows the phone to the end, ${lang}`, async (t) => {
    const { session, walk, link } = await desk(t, lang);
    const other = await phone(t, link, lang);
    assert.equal(other.at.kind, "continue");
    const text = await other.page.locator("main").innerText();
    assert.ok(text.includes("Demo Organisation"), text);
    await other.step();
    await becomes(walk, "phone");
    await walk.see();
    const said = () => walk.page.locator("main").innerText();
    const before = await said();
    await other.go({ stop: "picture" });
    await other.step();
    await until("progress on the desktop", async () => await said().catch(() => before) !== before);
    await other.go();
    assert.ok(["end", "left"].includes(other.at.kind), other.been.join(" > "));
    await until("the desktop goes back to the shop", () => walk.page.url().startsWith(t.site.url),
      60_000);
    assert.equal(await statusOf(t.server, session.id), "WAITING_FOR_MANUAL_APPROVE");
  });

test("the desktop takes over again", async (t) => {
  const { session, walk, link } = await desk(t);
  const other = await phone(t, link);
  await other.step();
  await becomes(walk, "phone");
  await walk.press(walk.page.locator("form[data-take-over]"));
  assert.equal(walk.at.kind, "step");
  // The phone's page hears of it, and says why it ended.
  await becomes(other, "problem");
  await other.see();
  await walk.go();
  assert.equal(walk.at.kind, "left");
  assert.equal(await statusOf(t.server, session.id), "WAITING_FOR_MANUAL_APPROVE");
});

test("a second scan is explained", async (t) => {
  const { link } = await desk(t);
  await (await phone(t, link)).step();
  const late = await phone(t, link);
  assert.equal(late.at.kind, "problem");
});

test("a link is short-lived", async (t) => {
  const { walk, link } = await desk(t);
  await t.server.advance(11 * 60);
  const late = await phone(t, link);
  assert.equal(late.at.kind, "problem");
  // Another is to be had where the first was.
  await walk.hands.press(walk.submitOf(walk.page.locator("form[data-hand-over]")));
  // The old code may be taken away while it is being read.
  const read = () => linkIn(t, walk).catch((error) => {
    if (!/not attached/.test(error.message)) throw error;
    return link;
  });
  await until("a new code", async () => await read() !== link);
});

test("the link can be copied and sent", async (t) => {
  const { walk, link } = await desk(t);
  const mail = walk.page.locator("a[data-mail]");
  assert.ok(decodeURIComponent(await mail.getAttribute("href")).includes(link));
  await until("the link to copy", async () => (await walk.page.locator("main input:visible")
    .first().inputValue()) === link);
});

test("without a camera the desktop goes on by itself", async (t) => {
  const { session, walk } = await desk(t);
  await walk.go();
  assert.equal(walk.at.kind, "left");
  assert.equal(await statusOf(t.server, session.id), "WAITING_FOR_MANUAL_APPROVE");
});
