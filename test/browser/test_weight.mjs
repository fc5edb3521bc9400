// What the first load of an end-user page weighs and how soon it shows something, on the line that
// Chromium's own tools call "Slow 4G" (562.5 ms of latency for each request, 1.44 Mbit/s down,
// 675 kbit/s up): at most 60 kB on the wire in all, first contentful paint under a second. The best
// of three loads counts, because the machine that runs this is not the phone that is meant.
import assert from "node:assert/strict";
import { initialize, invite, lend } from "./doors.mjs";
import { suite } from "./suite.mjs";
import { until } from "./server.mjs";
import { Walk } from "./walk.mjs";

const test = suite("weight", { alone: true });
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 1.44e6 / 8,
  uploadThroughput: 675e3 / 8, connectionType: "cellular4g" };
const MOST_BYTES = 60_000;
const MOST_MS = 1000;
const LOADS = 3;

/** One first load in a fresh context: {bytes, paint, requests} of all until the page is quiet. */
async function load(t, address) {
  const visitor = await t.open({ device: "phone" });
  visitor.mayLeaveTo.add(t.site.url);
  const wire = await visitor.context.newCDPSession(visitor.page);
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", SLOW_4G);
  let bytes = 0;
  const pending = new Set();
  const names = [];
  wire.on("Network.requestWillBeSent", ({ requestId, type, redirectResponse, request }) => {
    if (redirectResponse) bytes += redirectResponse.encodedDataLength;
    // The stream of events stays open, and says nothing while nothing happens.
    if (type !== "EventSource") pending.add(requestId);
    names.push(new URL(request.url).pathname);
  });
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength;
    pending.delete(requestId);
  });
  wire.on("Network.loadingFailed", ({ requestId }) => pending.delete(requestId));
  await visitor.page.goto(address, { waitUntil: "commit" });
  const paint = await until("a first paint", () => visitor.page.evaluate(() =>
    performance.getEntriesByName("first-contentful-paint")[0]?.startTime).catch(() => 0), 60_000);
  const walk = new Walk(visitor, { flow: "weight", chrome: t.chrome, looks: false });
  await walk.settle();
  await until("a quiet page", () => !pending.size, 60_000);
  return { bytes, paint, names, visitor };
}

const PAGES = {
  "the letter's /invite": async (t) => (await invite(t.server)).link,
  "/capture": async (t) => (await lend(t.server)).link,
  "/web-enrolment/": async (t) => (await initialize(t.server, `${t.site.url}/done`)).link,
};

for (const [name, link] of Object.entries(PAGES))
  test(`first load of ${name}`, async (t) => {
    const loads = [];
    for (let i = 0; i < LOADS; ++i) {
      const one = await load(t, await link(t));
      await one.visitor.judge();
      await one.visitor.close();
      loads.push(one);
    }
    const paint = Math.min(...loads.map((one) => one.paint));
    const bytes = Math.max(...loads.map((one) => one.bytes));
    t.note(`${name}: ${bytes} bytes in ${loads[0].names.length} requests, first contentful ` +
      `paint after ${Math.round(paint)} ms (of ${loads.map((one) => Math.round(one.paint))})`);
    assert.ok(bytes <= MOST_BYTES, `${bytes} bytes: ${loads[0].names.join(" ")}`);
    assert.ok(paint < MOST_MS, `first contentful paint after ${paint} ms`);
  });
