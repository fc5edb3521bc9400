// Without script: every page is complete, a picture is a file, and the token leaves the address
// with the first form that is sent. The hand-off and the enrolment page, on both devices.
import assert from "node:assert/strict";
import { initialize, lend, statusOf, wanted } from "./doors.mjs";
import { suite } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { cleanAddress } from "./checks.mjs";

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
}
