// The device door: an API key lends a token, the token begins a session, the person opens
// /capture?url=… and goes through the workflow until it is finished, on both devices and in every
// language of words.mjs.
import assert from "node:assert/strict";
import { asOwner, lend, wanted } from "./doors.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { LANGUAGES } from "./words.mjs";

const test = suite("device", { weight: 3 });

async function capture({ server, open, chrome }, options, walking = {}) {
  const session = await lend(server);
  const visitor = await open(options);
  const walk = new Walk(visitor, { flow: "device", chrome, ...walking });
  walk.byCamera = Boolean(options.camera);
  await walk.open(session.link);
  await walk.go();
  assert.equal(walk.at.kind, "end", walk.been.join(" > "));
  assert.equal((await wanted(server, session.token, session.id)).finished, true);
  const stored = await asOwner(server, session.id);
  const types = JSON.stringify(stored);
  for (const type of ["document_front", "selfie"]) assert.ok(types.includes(type), type);
}

for (const { device, lang } of table({ device: ["phone", "desktop"], lang: LANGUAGES }))
  test(`from /capture to the end, ${device}, ${lang}`, (t) =>
    capture(t, { device, lang, camera: "document" }));

test("with a keyboard alone", (t) => capture(t, { device: "desktop" },
  { keyboard: true, looks: false }));

test("the last page stays: it asks nothing more", async (t) => {
  const session = await lend(t.server);
  const visitor = await t.open({ device: "phone" });
  const asked = [];
  visitor.page.on("request", (request) => asked.push(request.url()));
  // What an earlier page asked is not this one's doing.
  visitor.page.on("framenavigated", () => asked.splice(0));
  const walk = new Walk(visitor, { flow: "device", chrome: t.chrome, looks: false });
  await walk.open(session.link);
  await walk.go();
  assert.equal(walk.at.kind, "end", walk.been.join(" > "));
  // The answer took the right back: who asked would be refused and sent away.
  await visitor.page.waitForLoadState("networkidle");
  assert.deepEqual(asked.filter((url) => /\/(events|state)$/.test(url)), []);
  assert.equal((await walk.glance()).kind, "end");
});
