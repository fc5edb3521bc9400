// What goes wrong on the way, and what the person is told: a tab that dies, a line that drops in
// the middle of an upload, time that runs out, a link from elsewhere, no camera or one that is not
// allowed, a picture nobody could read.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { initialize, lend, wanted } from "./doors.mjs";
import { until } from "./server.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { LANGUAGES } from "./words.mjs";

const test = suite("trouble", { weight: 2 });

async function begun(t, { ttl = 3600, ...options } = {}) {
  const session = await lend(t.server, { ttl });
  const visitor = await t.open({ camera: "document", ...options });
  const walk = new Walk(visitor, { flow: "device", chrome: t.chrome });
  walk.byCamera = options.camera !== "none";
  await walk.open(session.link);
  return { session, visitor, walk };
}

const isDone = async (t, session) =>
  (await wanted(t.server, session.token, session.id)).finished === true;

test("a tab dies: the same address goes on where it was", async (t) => {
  const { session, visitor, walk } = await begun(t);
  await walk.go({ stop: "picture" });
  const where = walk.page.url();
  const wire = await visitor.context.newCDPSession(walk.page);
  const died = walk.page.waitForEvent("crash");
  wire.send("Page.crash").catch(() => {});
  await died;
  walk.page = await visitor.context.newPage();
  visitor.page = walk.page;
  walk.hands.page = walk.page;
  await walk.open(where);
  assert.equal(walk.at.kind, "picture");
  assert.equal(walk.at.capture, "document_front");
  await walk.go();
  assert.ok(await isDone(t, session));
});

test("another browser: the link goes on where it was", async (t) => {
  const { session, walk } = await begun(t);
  await walk.go({ stop: "picture" });
  const visitor = await t.open({ camera: "document" });
  const other = new Walk(visitor, { flow: "device", chrome: t.chrome });
  other.byCamera = true;
  await other.open(session.link);
  assert.equal(other.at.capture, "document_front");
  await other.go();
  assert.ok(await isDone(t, session));
});

for (const { device, lang } of table({ device: ["phone", "desktop"], lang: LANGUAGES }))
  test(`what was sent can be read again, ${device}, ${lang}`, async (t) => {
    const { walk } = await begun(t, { device, lang });
    await walk.go({ stop: "picture" });
    const here = walk.page.url();
    await walk.turn(() => walk.hands.press(walk.page.locator('main a[href$="/sent"]')));
    assert.equal(walk.at.kind, "sent");
    await walk.see();
    assert.ok(await walk.page.locator("main dd").count() > 0);
    await walk.turn(() => walk.hands.press(walk.page.locator("main a[href]").last()));
    assert.equal(walk.page.url(), here);
    await walk.open(`${t.server.url}/language?lang=${lang}`);
    assert.equal(walk.at.kind, "language");
    await walk.see();
  });

test("a reload keeps what was typed", async (t) => {
  const { walk } = await begun(t);
  await walk.fill(walk.page.locator("main form[data-answers]"));
  await walk.open(walk.page.url());
  const chosen = await walk.page.locator("[name=document_type]").first().evaluate((e) =>
    e.form.elements.namedItem("document_type").value);
  assert.equal(chosen, "id_card");
});

test("an upload that was cut off is resumed after a reload", async (t) => {
  const { session, walk } = await begun(t, { camera: "none" });
  await walk.go({ stop: "picture" });
  let pieces = 0;
  await walk.page.route(/\/uploads\/[^/?]+\?/, (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    pieces += 1;
    return pieces === 1 ? route.continue() : route.abort("connectionreset");
  });
  const form = walk.page.locator("main form[data-capture]").first();
  await walk.choose(form, await noise(t));
  await walk.hands.press(walk.button("capture.use"));
  await until("a second piece", () => pieces > 1);
  await walk.page.unroute(/\/uploads\/[^/?]+\?/);
  const offsets = [];
  walk.page.on("request", (request) => {
    const at = new URL(request.url()).searchParams.get("offset");
    if (request.method() === "PATCH") offsets.push(at);
  });
  await walk.turn(() => walk.page.reload({ waitUntil: "commit" }));
  await until("the resumed upload leads on", async () => {
    walk.at = await walk.glance() ?? walk.at;
    return walk.at.capture === "selfie";
  }, 60_000);
  assert.ok(offsets.length && Number(offsets[0]) > 0, `resumed from ${offsets}`);
  await walk.go();
  assert.ok(await isDone(t, session));
});

/** A picture that no compression makes small, so that it goes in several pieces. */
async function noise(t) {
  const page = await (await t.chrome.browser("none")).newPage();
  const bytes = await page.evaluate(async (seed) => {
    const canvas = new OffscreenCanvas(1800, 1200);
    const context = canvas.getContext("2d");
    const image = context.createImageData(canvas.width, canvas.height);
    let state = seed;
    for (let i = 0; i < image.data.length; ++i) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      image.data[i] = i % 4 === 3 ? 255 : state >>> 24;
    }
    context.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    const data = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let i = 0; i < data.length; i += 8192)
      text += String.fromCharCode(...data.subarray(i, i + 8192));
    return btoa(text);
  }, randomBytes(4).readUInt32LE());
  await page.close();
  return { name: "noise.jpg", mimeType: "image/jpeg", buffer: Buffer.from(bytes, "base64") };
}

for (const { device, lang } of table({ device: ["phone", "desktop"], lang: LANGUAGES }))
  test(`time runs out, ${device}, ${lang}`, async (t) => {
    const { session, walk } = await begun(t, { ttl: 240, device, lang });
    await walk.go({ stop: "step" });
    const warning = walk.page.locator("[data-time-left]");
    await warning.waitFor();
    assert.ok((await warning.innerText()).length > 10, "less than five minutes are left");
    await t.server.advance(241);
    await walk.fill(walk.page.locator("main form[data-answers]"));
    await walk.press(walk.page.locator("main form[data-answers]"));
    assert.equal(walk.at.kind, "problem");
    const heading = () => walk.page.getByRole("heading", { level: 1 }).innerText();
    assert.equal(await heading(), walk.say("problem.410_title"));
    await walk.open(session.link);
    assert.equal(await heading(), walk.say("problem.410_title"));
  });

test("an enrolment that expired says so", async (t) => {
  const session = await initialize(t.server, `${t.site.url}/done`);
  await t.server.advance(14 * 86400 + 1);
  const walk = new Walk(await t.open({}), { flow: "enrolment", chrome: t.chrome });
  await walk.open(session.link);
  assert.equal(walk.at.kind, "problem");
});

const FOREIGN = ["https://evil.example.com/mobile?authorization=a&sessionId=b",
  "//evil.example.com/mobile?authorization=a&sessionId=b", "javascript:alert(1)",
  "http://127.0.0.1.example.com/mobile?authorization=a&sessionId=b"];

for (const { lang } of table({ lang: LANGUAGES }))
  test(`a foreign URL is not followed, ${lang}`, async (t) => {
    const walk = new Walk(await t.open({ lang }), { flow: "foreign", chrome: t.chrome });
    for (const url of FOREIGN) {
      await walk.open(`${t.server.url}/capture?url=${encodeURIComponent(url)}`);
      assert.equal(walk.at.kind, "problem");
      assert.ok(walk.at.url.startsWith(`${t.server.url}/capture`), walk.at.url);
    }
  });

test("no camera: a file does", async (t) => {
  const { session, walk } = await begun(t, { camera: "none" });
  walk.byCamera = false;
  await walk.go({ stop: "picture" });
  const form = walk.page.locator("main form[data-capture]").first();
  await until("no camera is offered", async () => !(await walk.startOf(form).count()));
  await walk.go();
  assert.ok(await isDone(t, session));
});

test("a camera that is not allowed: the page says so, a file does", async (t) => {
  const { session, walk } = await begun(t, { camera: "refused" });
  await walk.go({ stop: "picture" });
  const form = walk.page.locator("main form[data-capture]").first();
  await walk.hands.press(walk.startOf(form));
  await walk.page.getByText(walk.say("capture.refused")).first().waitFor();
  await walk.see("refused");
  walk.byCamera = false;
  await walk.go();
  assert.ok(await isDone(t, session));
});

const ADVICE = { document: "good", dark: "dark", blurred: "blurred", glare: "glare", cut: "edges" };

for (const [scene, advice] of Object.entries(ADVICE))
  test(`what the camera sees is judged: ${scene}`, async (t) => {
    const { session, walk } = await begun(t, { camera: scene });
    await walk.go({ stop: "picture" });
    await walk.hands.press(walk.startOf(walk.page.locator("main form[data-capture]").first()));
    await walk.lens("capture.shutter").waitFor();
    const dialog = walk.page.getByRole("dialog");
    await dialog.getByText(walk.say(`capture.${advice}`)).waitFor();
    if (advice !== "good") return;
    // Taken, looked at, taken again, and only then kept.
    await walk.hands.press(walk.lens("capture.shutter"));
    await walk.hands.press(walk.lens("capture.again"));
    await walk.hands.press(walk.lens("capture.shutter"));
    await walk.turn(() => walk.hands.press(walk.lens("capture.use")));
    await walk.go();
    assert.ok(await isDone(t, session));
  });

for (const [type, shape] of [["passport", /passport/], ["id_card", /card/]])
  test(`the camera frames what was said to be shown: ${type}`, async (t) => {
    const { walk } = await begun(t, {});
    walk.answers.document_type = type;
    await walk.go({ stop: "picture" });
    await walk.hands.press(walk.startOf(walk.page.locator("main form[data-capture]").first()));
    await walk.lens("capture.shutter").waitFor();
    assert.match(await walk.page.locator("dialog .frame").getAttribute("class"), shape);
  });
