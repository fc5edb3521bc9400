// Without script: every page is complete, a picture is a file, and the token leaves the address
// with the first form that is sent. All flows that have pages, on both devices.
import assert from "node:assert/strict";
import { connectionOf, initialize, invite, lend, statusOf, wanted } from "./doors.mjs";
import { suite } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { cleanAddress } from "./checks.mjs";
import { word } from "./words.mjs";

const test = suite("without script", { weight: 2 });

for (const device of ["phone", "desktop"]) {
  test(`enrolment, ${device}`, async ({ server, site, open, chrome }) => {
    const session = await initialize(server, `${site.url}/done?ref=1`);
    const visitor = await open({ device, script: false });
    visitor.mayLeaveTo.add(site.url);
    const walk = new Walk(visitor, { flow: "enrolment", chrome });
    await walk.open(session.link);
    await walk.go();
    assert.equal(walk.at.kind, "left");
    assert.ok(walk.at.url.startsWith(`${site.url}/done?ref=1`), walk.at.url);
    assert.equal(await statusOf(server, session.id), "WAITING_FOR_MANUAL_APPROVE");
  });

  test(`device, ${device}`, async ({ server, open, chrome }) => {
    const session = await lend(server);
    const visitor = await open({ device, script: false });
    const walk = new Walk(visitor, { flow: "device", chrome });
    await walk.open(session.link);
    await walk.step();
    await cleanAddress(visitor, visitor.page);
    await walk.go();
    assert.equal((await wanted(server, session.token, session.id)).finished, true);
  });

  test(`invitation, ${device}`, async ({ server, open, chrome }) => {
    const sent = await invite(server);
    const visitor = await open({ device, script: false });
    const walk = new Walk(visitor, { flow: "invitation", chrome, answers: { email: sent.email } });
    await walk.open(sent.link);
    await walk.go();
    const connection = await connectionOf(server, sent.email);
    assert.equal(connection.connection_status, "connected");
    assert.equal(connection.data_sharing_agreed, true);
  });
}

const LINKS = {
  "/capture": async ({ server }) => (await lend(server)).link,
  "/web-enrolment/": async ({ server, site }) => (await initialize(server, site.url)).link,
  "/invite": async ({ server }) => (await invite(server)).link,
};

for (const [name, link] of Object.entries(LINKS))
  test(`switching the language at ${name} writes no token into an address`, async (t) => {
    const visitor = await t.open({ script: false });
    const page = visitor.page;
    await page.goto(await link(t));
    await page.locator("form[data-language] select").selectOption("de-DE");
    await page.getByRole("button", { name: word("en-US", "language.apply") }).click();
    await page.locator("html[lang=de-DE], html[lang=de]").waitFor();
    await cleanAddress(visitor, page);
  });
