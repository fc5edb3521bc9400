// What an organisation keeps under `default` is worn wherever no theme is named: a dark one with a
// logo, on the screens of an invitation, of a device and of a hand-over, on both devices, and where
// a journey ran out. Who has shown no right yet sees our own look. Themes that an enrolment names
// are test_enrolment.mjs.
import assert from "node:assert/strict";
import { initialize, invite, lend } from "./doors.mjs";
import { until } from "./server.mjs";
import { suite, table } from "./suite.mjs";
import { PAPER, wearNight } from "./themes.mjs";
import { Walk } from "./walk.mjs";

const test = suite("the default theme", { weight: 3 });
const DEVICES = table({ device: ["phone", "desktop"] });

/** A walk that also notes which kinds of screens wear the theme and which do not. */
class Dressed extends Walk {
  async see(more = "") {
    const at = await super.see(more);
    if (at.kind === "left") return at;
    (this.worn ??= new Map()).set(at.kind, this.colours === PAPER);
    return at;
  }
}

async function dressed(t, options, walking) {
  await wearNight(t);
  const visitor = await t.open(options);
  visitor.mayLeaveTo.add(t.site.url);
  return new Dressed(visitor, { chrome: t.chrome, theme: "default", ...walking });
}

const logoOf = (walk) => walk.page.locator("header img.logo").evaluate(async (image) => {
  await image.decode();
  return [image.alt, image.naturalWidth];
});

for (const { device } of DEVICES) {
  test(`an invitation, ${device}`, async (t) => {
    const sent = await invite(t.server);
    const walk = await dressed(t, { device }, { flow: "invitation",
      answers: { email: sent.email } });
    await walk.open(sent.link);
    await walk.go({ stop: "consent" });
    assert.deepEqual(await logoOf(walk), ["Demo Organisation", 300]);
    const day = walk.page.locator("input[name='date_of_birth.year']");
    await day.fill("2999");
    const agree = walk.page.getByRole("button", { name: "Yes, share it with the night" });
    await walk.turn(() => walk.hands.press(agree));
    assert.ok(walk.at.wrong, "a date that cannot be");
    await walk.page.locator("input[name='date_of_birth.year']").fill("");
    await walk.turn(() => walk.hands.press(agree));
    assert.deepEqual([...walk.worn], [["invite", false], ["consent", true], ["end", true]]);
  });

  test(`a device, ${device}`, async (t) => {
    const session = await lend(t.server);
    const walk = await dressed(t, { device, camera: "document" }, { flow: "device" });
    walk.byCamera = true;
    await walk.open(session.link);
    await walk.go();
    assert.equal(walk.at.kind, "end", walk.been.join(" > "));
    assert.ok(walk.worn.get("picture") && walk.worn.get("end"), [...walk.worn].join("; "));
    assert.ok([...walk.worn.values()].every(Boolean), [...walk.worn].join("; "));
  });

  test(`the phone's side of a hand-over, ${device}`, async (t) => {
    const session = await initialize(t.server, `${t.site.url}/done`);
    const desk = await dressed(t, { device: "desktop" }, { flow: "hand-over" });
    await desk.open(session.link);
    assert.deepEqual([desk.at.kind, desk.colours], ["hand-over", PAPER]);
    const link = await desk.page.locator("main input:visible").first().inputValue();
    t.server.keep(new URL(link).searchParams.get("token"));
    const other = await dressed(t, { device }, { flow: "hand-over" });
    await other.open(link);
    assert.deepEqual([other.at.kind, other.colours], ["continue", PAPER]);
    await other.step();
    await until("the desktop hears of it", async () => (await desk.glance())?.kind === "phone");
    desk.at = await desk.glance();
    await desk.see();
    assert.equal(desk.colours, PAPER);
  });

  test(`a journey that ran out, ${device}`, async (t) => {
    const session = await lend(t.server, { ttl: 30 * 86_400 });
    const walk = await dressed(t, { device }, { flow: "problem" });
    await walk.open(session.link);
    const here = walk.page.url();
    await t.server.advance(14 * 86_400 + 1);
    await walk.open(here);
    assert.deepEqual([walk.at.kind, walk.colours], ["problem", PAPER]);
    assert.deepEqual(await logoOf(walk), ["Demo Organisation", 300]);
  });
}
