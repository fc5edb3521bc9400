// What the pages tell the network and the server: a crawl of every page with GET changes nothing in
// the database, and every page and asset comes from one origin under a policy that holds. That no
// token is in a Referer, in the address bar after load or in the log is asked of every visit
// (chrome.mjs, checks.mjs, server.mjs).
import assert from "node:assert/strict";
import { initialize, invite, lend } from "./doors.mjs";
import { suite } from "./suite.mjs";
import { Walk } from "./walk.mjs";
import { cleanAddress } from "./checks.mjs";

const test = suite("network");

/** Every address that a page names and that GET may ask. */
const linksOf = (page) => page.evaluate(() => [...document.querySelectorAll("a[href], link[href]")]
  .map((e) => e.href).filter((url) => url.startsWith(location.origin)));

/** Looks at every address from `first` on, and at all they lead to; answers the addresses. */
async function crawl(visitor, first) {
  const todo = [...first];
  const been = new Set();
  while (todo.length) {
    const url = todo.shift().split("#")[0];
    if (been.has(url)) continue;
    been.add(url);
    const answer = await visitor.page.goto(url, { waitUntil: "load" });
    assert.ok(answer.status() < 500, `${url}: ${answer.status()}`);
    if ((answer.headers()["content-type"] ?? "").startsWith("text/html"))
      todo.push(...await linksOf(visitor.page));
  }
  return been;
}

test("a crawl with GET leaves the database as it was", async (t) => {
  const { server, site } = t;
  const sent = await invite(server);
  const lent = await lend(server);
  const session = await initialize(server, `${site.url}/done`);
  // Somebody has arrived and holds a cookie; their pages are looked at too.
  const visitor = await t.open({ device: "desktop", script: false });
  visitor.mayLeaveTo.add(site.url);
  const walk = new Walk(visitor, { flow: "crawl", chrome: t.chrome, looks: false });
  const addresses = [sent.link, session.link, lent.link, `${server.url}/invite`,
    `${server.url}/web-enrolment/?token=unknown`, `${server.url}/capture`,
    decodeURIComponent(new URL(lent.link).searchParams.get("url"))];
  await walk.open(session.link);
  if (walk.at.kind === "arrive") {
    await walk.step();
    const go = new URL(walk.page.url()).pathname;
    addresses.push(walk.page.url());
    for (const part of ["sent", "state", "hand-over"])
      addresses.push(`${server.url}${go}/${part}`);
    if (walk.at.kind === "hand-over") {
      await walk.press(walk.page.locator("form[data-hand-over]"));
      const link = await walk.page.locator("a[data-link]").getAttribute("href");
      server.keep(new URL(link).searchParams.get("token"));
      addresses.push(link);
    }
  }
  const before = await server.digest();
  const been = await crawl(visitor, addresses);
  assert.ok(been.size >= addresses.length, [...been].join(" "));
  assert.deepEqual(await server.digest(), before);
});

test("with a script the token leaves the address bar at once", async (t) => {
  const lent = await lend(t.server);
  const session = await initialize(t.server, `${t.site.url}/done`);
  const sent = await invite(t.server);
  for (const link of [lent.link, session.link, sent.link]) {
    const visitor = await t.open({});
    const walk = new Walk(visitor, { flow: "address", chrome: t.chrome, looks: false });
    await walk.open(link);
    await cleanAddress(visitor, visitor.page);
    // Back leads to no address with a token either.
    const before = walk.at.made;
    await visitor.page.goto(`${t.server.url}/language`);
    await visitor.page.goBack({ waitUntil: "commit" });
    await walk.settle(before);
    await cleanAddress(visitor, visitor.page);
  }
});
