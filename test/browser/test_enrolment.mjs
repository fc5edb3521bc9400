// The enrolment door: initialize, the page behind webEnrolmentUrl, the document, the face, and back
// to the returnUrl, on both devices and in every language of words.mjs; then in every theme, and in
// a frame of the customer's own site.
import assert from "node:assert/strict";
import { initialize, resultOf, statusOf } from "./doors.mjs";
import { Site } from "./site.mjs";
import { suite, table } from "./suite.mjs";
import { NIGHT, PAPER } from "./themes.mjs";
import { Walk } from "./walk.mjs";
import { LANGUAGES } from "./words.mjs";

const test = suite("enrolment", { weight: 4 });

/** From the link to the shop, and what the shop's back end then reads. */
async function enrol({ server, site, open, chrome }, options, walking, more) {
  const returnUrl = `${site.url}/done?ref=1`;
  const session = await initialize(server, returnUrl, more);
  const visitor = await open(options);
  visitor.mayLeaveTo.add(site.url);
  const walk = new Walk(visitor, { flow: "enrolment", chrome, ...walking });
  walk.byCamera = Boolean(options.camera);
  await walk.open(session.link);
  await walk.go();
  assert.equal(walk.at.kind, "left", walk.been.join(" > "));
  assert.ok(walk.at.url.startsWith(returnUrl), walk.at.url);
  assert.equal(await statusOf(server, session.id), "WAITING_FOR_MANUAL_APPROVE");
  assert.ok((await resultOf(server, session.id)).decision);
  assert.equal(site.requests.at(-1).referer, "");
  return walk;
}

for (const { device, lang } of table({ device: ["phone", "desktop"], lang: LANGUAGES }))
  test(`from webEnrolmentUrl to returnUrl, ${device}, ${lang}`, (t) =>
    enrol(t, { device, lang, camera: "document" }, {}));

test("with a keyboard alone", (t) => enrol(t, { device: "desktop" },
  { keyboard: true, looks: false }));
test("with a keyboard alone, by camera", (t) => enrol(t, { device: "desktop", camera: "document" },
  { keyboard: true, looks: false }));

for (const { device, theme } of table({ device: ["phone", "desktop"], theme: ["white", "dark"] }))
  test(`in the theme ${theme}, ${device}`, (t) => enrol(t, { device, camera: "document" },
    { theme }, { webEnrolmentTheme: theme }));

// --- in a frame of the customer's own site ---
const frameOf = (link) => `<!doctype html><html lang=en><title>Shop</title>
<iframe id=it title=Enrolment width=420 height=800 src="${link}&iframe=true"></iframe>`;

async function framed(t, site, returnUrl) {
  const session = await initialize(t.server, returnUrl);
  site.pages["/frame"] = frameOf(session.link);
  const visitor = await t.open({ device: "desktop" });
  visitor.mayLeaveTo.add(site.url);
  await visitor.page.goto(`${site.url}/frame`);
  const frame = await (await visitor.page.locator("#it").elementHandle()).contentFrame();
  return { session, visitor, frame };
}

test("in a frame of the site that its returnUrl names", async (t) => {
  const { session, visitor, frame } = await framed(t, t.site, `${t.site.url}/done`);
  const walk = new Walk(visitor, { flow: "framed", chrome: t.chrome, page: frame, looks: false });
  await walk.settle();
  await walk.go();
  assert.equal(walk.at.kind, "left", walk.been.join(" > "));
  assert.equal(await statusOf(t.server, session.id), "WAITING_FOR_MANUAL_APPROVE");
});

test("in a frame of any other site nothing is shown", async (t) => {
  const other = await new Site().start();
  const { visitor, frame } = await framed(t, other, `${t.site.url}/done`);
  await visitor.page.waitForLoadState("networkidle");
  assert.equal(await frame.locator("form").count(), 0);
  visitor.complaints = []; // the browser says that it refused, which is what was wanted
  await other.stop();
});

// --- a theme of the organisation's own ---
for (const device of ["phone", "desktop"])
  test(`in a theme of the organisation's own, ${device}`, async (t) => {
    const auth = t.server.basic("operator");
    await t.server.ask("PUT", "/operator/v1/themes/night", { auth, json: NIGHT });
    const walk = await enrol(t, { device, camera: "document" }, { theme: "night" },
      { webEnrolmentTheme: "night" });
    assert.equal(walk.colours, PAPER);
  });

test("a theme that cannot be read is refused, and says which pair", async ({ server }) => {
  const json = { ...NIGHT, colours: { ...NIGHT.colours, ink: "#403050" } };
  const answer = await server.call("PUT", "/operator/v1/themes/murk", {
    auth: server.basic("operator"), json });
  assert.equal(answer.status, 400, answer.text);
  assert.ok(answer.text.includes("ink on paper"), answer.text);
});
