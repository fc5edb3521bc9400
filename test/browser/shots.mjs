// Pictures of every screen, on both devices and in two themes, into build/screenshots: `make
// screenshots`. They are for looking at; nothing is judged here but that each screen is reached.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { initialize, invite, lend } from "./doors.mjs";
import { ROOT } from "./server.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";

const OUT = path.join(ROOT, "build/screenshots");
rmSync(OUT, { recursive: true, force: true });
const test = suite("screenshots");

/** A walk that photographs each screen it sees instead of judging it. */
class Tour extends Walk {
  constructor(visitor, options) {
    super(visitor, options);
    this.folder = path.join(OUT, visitor.device, options.theme || "default");
    mkdirSync(this.folder, { recursive: true });
    this.number = 0;
  }

  async see(more = "") {
    const { kind, capture, step } = this.at;
    if (kind === "left") return this.at;
    this.number += 1;
    const name = [this.flow, String(this.number).padStart(2, "0"), kind || "page",
      capture || step, more].filter(Boolean).join("-").replace(/[^\w-]/g, "");
    const isOver = more === "camera" || more === "review";
    // Animations are over, and what the camera shows is there.
    if (isOver) await this.page.waitForTimeout(700);
    await this.page.screenshot({ path: path.join(this.folder, `${name}.png`),
      fullPage: !isOver, animations: "disabled" });
    return this.at;
  }
}

const begin = async (t, options, walking) => {
  const visitor = await t.open({ camera: "document", ...options });
  visitor.mayLeaveTo.add(t.site.url);
  const walk = new Tour(visitor, { chrome: t.chrome, ...walking });
  walk.byCamera = true;
  return walk;
};

for (const { device, theme, lang } of [...table({ device: ["phone", "desktop"],
  theme: ["white", "dark"], lang: ["en-US"] }),
  { device: "phone", theme: "", lang: "ar-SA" }, { device: "phone", theme: "", lang: "jp-JP" },
  { device: "phone", theme: "", lang: "de-DE" }]) {
  const more = theme ? { webEnrolmentTheme: theme } : {};
  const at = lang === "en-US" ? "" : `-${lang}`;
  test(`enrolment, ${device}, ${theme} ${lang}`, async (t) => {
    const session = await initialize(t.server, `${t.site.url}/done`, more);
    const walk = await begin(t, { device, lang }, { flow: `enrolment${at}`, theme });
    await walk.open(session.link);
    await walk.go();
  });
}

for (const { device } of table({ device: ["phone", "desktop"] })) {
  test(`invitation, ${device}`, async (t) => {
    const sent = await invite(t.server);
    writeFileSync(path.join(OUT, "letter.html"), sent.letter.html ?? "");
    const walk = await begin(t, { device }, { flow: "invitation", answers: { email: sent.email } });
    await walk.open(sent.link);
    await walk.go();
    const page = await walk.page.context().newPage();
    await page.setContent(sent.letter.html ?? "");
    await page.screenshot({ path: path.join(walk.folder, "letter.png"), fullPage: true });
  });

  test(`the end, and what went wrong, ${device}`, async (t) => {
    const lent = await lend(t.server);
    const walk = await begin(t, { device }, { flow: "device" });
    await walk.open(lent.link);
    await walk.go();
    walk.flow = "problem";
    await walk.open(`${t.server.url}/capture?url=https%3A%2F%2Fevil.example.com%2Fmobile`);
    await walk.open(`${t.server.url}/web-enrolment/?token=unknown`);
    const late = await lend(t.server, { ttl: 60 });
    await t.server.advance(61);
    await walk.open(late.link);
  });
}

test("change of device", async (t) => {
  const session = await initialize(t.server, `${t.site.url}/done`);
  const desk = await begin(t, { device: "desktop" }, { flow: "change" });
  await desk.open(session.link);
  await desk.page.locator("[data-qr] svg").waitFor();
  await desk.see("code");
  const link = await desk.page.locator("main input:visible").first().inputValue();
  const phone = await begin(t, { device: "phone" }, { flow: "change" });
  await phone.open(link);
  await phone.step();
  await desk.page.locator("body[data-page=phone]").waitFor();
  desk.at = await desk.glance();
  await desk.see();
  await phone.open(link);
});
