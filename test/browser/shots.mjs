// Pictures of every screen, on both devices and in two themes, into build/screenshots: `make
// screenshots`; those of the doors whose sessions name no theme also in a default of the
// organisation's own (`night`). They are for looking at; nothing is judged here but that each
// screen is reached.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { still } from "./camera.mjs";
import { enrol, initialize, invite, lend } from "./doors.mjs";
import { ROOT, until } from "./server.mjs";
import { suite, table } from "./suite.mjs";
import { unwear, wearNight } from "./themes.mjs";
import { Walk } from "./walk.mjs";
import { Operator, SCREENS } from "./console.mjs";

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
    // Until the camera shows something, and has said something about it.
    if (more === "camera")
      await this.page.locator("dialog[data-advice] video").evaluate((video) =>
        video.requestVideoFrameCallback && new Promise((shown) =>
          video.requestVideoFrameCallback(shown)));
    await this.page.screenshot({ path: path.join(this.folder, `${name}.png`),
      fullPage: !isOver, animations: "disabled" });
    return this.at;
  }

  /** A face is shown to another camera: a browser has one film, so the journey changes browsers. */
  async picture(form) {
    if (this.at.shows !== "face" || this.visitor.camera === "face") return super.picture(form);
    const { device, lang, colours } = this.visitor;
    const state = await this.visitor.context.storageState();
    const face = await this.reopen({ device, lang, colours, state, camera: "face" });
    const address = this.page.url();
    Object.assign(this, { visitor: face, page: face.page, window: face.page });
    this.hands.page = face.page;
    this.number -= 1;
    await this.open(address);
    return super.picture(this.page.locator("main form[data-capture]").first());
  }
}

/** Two webhooks, one that hears and one that is down, and a session they are told of. */
async function listening(t) {
  const auth = t.server.basic("operator");
  const add = (json) => t.server.ask("POST", "/operator/v1/webhooks", { auth, json });
  const { username, password } = t.server.of("enrolment");
  const made = [await add({ url: `${t.site.url}/limen`, username, password }),
    await add({ url: "http://127.0.0.1:1/approved?key=8d1f", events: ["AUTO_APPROVED",
      "INITIALIZED", "MANUAL_APPROVED"] })];
  made.forEach(({ secret }) => t.server.keep(secret));
  await t.server.ask("POST", `/operator/v1/webhooks/${made[0].id}/rotate`, { auth });
  const { id } = await initialize(t.server, `${t.site.url}/done`, { externalId: "A-1" });
  const { items } = await until("both were called", async () => {
    const told = await t.server.ask("GET", `/operator/v1/notices?session=${id}`, { auth });
    return told.items.every(({ attempts }) => attempts > 0) && told;
  });
  return { made, session: items[0].session, forget: () => Promise.all(made.map((one) =>
    t.server.ask("DELETE", `/operator/v1/webhooks/${one.id}`, { auth }))) };
}

const begin = async (t, options, walking) => {
  const visitor = await t.open({ camera: "document", ...options });
  visitor.mayLeaveTo.add(t.site.url);
  const walk = new Tour(visitor, { chrome: t.chrome, ...walking });
  walk.byCamera = true;
  walk.reopen = async (more) => {
    const other = await t.open(more);
    other.mayLeaveTo.add(t.site.url);
    return other;
  };
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

async function invited(t, device, walking) {
  const sent = await invite(t.server);
  const walk = await begin(t, { device }, { flow: "invitation", answers: { email: sent.email },
    ...walking });
  await walk.open(sent.link);
  await walk.go();
  return { sent, walk };
}

for (const { device } of table({ device: ["phone", "desktop"] })) {
  test(`invitation, ${device}`, async (t) => {
    const { sent, walk } = await invited(t, device);
    writeFileSync(path.join(OUT, "letter.html"), sent.letter.html ?? "");
    const page = await walk.page.context().newPage();
    await page.setContent(sent.letter.html ?? "");
    await page.screenshot({ path: path.join(walk.folder, "letter.png"), fullPage: true });
  });

  test(`an invitation that goes on, ${device}`, async (t) => {
    const choose = (invitedSkill) => t.server.ask("PATCH", "/operator/v1/organisations/demo", {
      auth: t.server.basic("operator"), json: { invitedSkill } });
    await choose("enrolment");
    const sent = await invite(t.server);
    const walk = await begin(t, { device }, { flow: "onward", answers: { email: sent.email } });
    await walk.open(sent.link);
    for (let screen = 0; screen < 3; ++screen) await walk.step();
    await choose("");
  });

  test(`the end, and what went wrong, ${device}`, async (t) => {
    const lent = await lend(t.server);
    const walk = await begin(t, { device }, { flow: "device" });
    await walk.open(lent.link);
    await walk.go({ stop: "picture" });
    const here = walk.page.url();
    await walk.turn(() => walk.hands.press(walk.page.locator('main a[href$="/sent"]')));
    await walk.see();
    await walk.open(here);
    await walk.go();
    await walk.open(`${t.server.url}/language?lang=en-US`);
    const sent = await invite(t.server);
    walk.flow = "refused";
    walk.answers.email = sent.email;
    await walk.open(sent.link);
    await walk.go({ stop: "consent" });
    await walk.turn(() => walk.hands.press(
      walk.page.locator("button[name=decision][value=refused]")));
    await walk.see();
    walk.flow = "problem";
    await walk.open(`${t.server.url}/capture?url=https%3A%2F%2Fevil.example.com%2Fmobile`);
    await walk.open(`${t.server.url}/web-enrolment/?token=unknown`);
    const late = await lend(t.server, { ttl: 60 });
    await t.server.advance(61);
    await walk.open(late.link);
  });
}

async function change(t, walking) {
  const session = await initialize(t.server, `${t.site.url}/done`);
  const desk = await begin(t, { device: "desktop" }, { flow: "change", ...walking });
  await desk.open(session.link);
  await desk.page.locator("[data-qr] svg").waitFor();
  await desk.see("code");
  const link = await desk.page.locator("main input:visible").first().inputValue();
  const phone = await begin(t, { device: "phone" }, { flow: "change", ...walking });
  await phone.open(link);
  await phone.step();
  await desk.page.locator("body[data-page=phone]").waitFor();
  desk.at = await desk.glance();
  await desk.see();
  await phone.open(link);
}

test("change of device", (t) => change(t));

for (const { device } of table({ device: ["phone", "desktop"] }))
  test(`in a default of the organisation's own, ${device}`, async (t) => {
    await wearNight(t);
    await invited(t, device, { theme: "night" });
    const lent = await lend(t.server, { ttl: 30 * 86_400 });
    const walk = await begin(t, { device }, { flow: "device", theme: "night" });
    await walk.open(lent.link);
    await walk.go();
    if (device === "desktop") await change(t, { theme: "night" });
    const late = await lend(t.server, { ttl: 30 * 86_400 });
    await walk.open(late.link);
    const where = walk.page.url();
    await t.server.advance(14 * 86_400 + 1);
    walk.flow = "problem";
    await walk.open(where);
    await unwear(t);
  });

for (const { device, colours } of table({ device: ["phone", "desktop"],
  colours: ["light", "dark"] }))
  test(`console, ${device}, ${colours}`, async (t) => {
    await invite(t.server);
    const one = new Operator(t.server, await t.open({ device, colours }));
    const folder = path.join(OUT, device, `console-${colours}`);
    mkdirSync(folder, { recursive: true });
    const shot = async (where) => one.page.screenshot({ fullPage: true, animations: "disabled",
      path: path.join(folder, `${where.replace(/\W+/g, "-").replace(/^-|-$/g, "") ||
        "overview"}.png`) });
    await one.page.goto(`${t.server.url}/console`);
    await one.field("E-mail").waitFor();
    await shot("sign-in");
    await one.signIn();
    for (const where of SCREENS) {
      await one.go(where);
      await shot(where);
    }
    await wearNight(t);
    await one.go("/appearance");
    await shot("/appearance-with-default");
    for (const list of ["/invitations", "/sessions?status=WAITING_FOR_MANUAL_APPROVE", "/skills",
      "/appearance"]) {
      await one.go(list);
      const row = one.page.locator("main table a, main .card a").first();
      if (!await row.count()) continue;
      await row.click();
      await one.rest();
      await shot(`${list}-one`);
    }
    await unwear(t);
    const id = await enrol(t.server, `${t.site.url}/done`, {
      form: { firstName: "Alex", lastName: "Munster", dateOfBirth: "2004-07-19" },
      front: await still(t.chrome, "document"), face: await still(t.chrome, "face") });
    await one.go(`/sessions/${id}`);
    await shot("/session-read");
    await one.go("/invitations/import");
    await one.field("CSV file").setInputFiles({ name: "people.csv", mimeType: "text/csv",
      buffer: Buffer.from(["email,first_name,last_name", "anna@example.com,Anna,Muster",
        "none,A,B", ""].join("\n")) });
    await one.button("Check the file").click();
    await one.page.getByRole("heading", { name: "What would happen" }).waitFor();
    await shot("/import-dry-run");
    await one.go("/appearance/default");
    await shot("/appearance-default-to-be-made");
    const { session, forget } = await listening(t);
    for (const where of ["/webhooks", "/webhooks/notices", `/sessions/${session}`]) {
      await one.go(where);
      await shot(where === `/sessions/${session}` ? "/session-told" : `${where}-some`);
    }
    await one.go("/webhooks");
    await one.page.getByRole("button", { name: /^Change/ }).nth(1).click();
    await shot("/webhooks-change");
    await forget();
  });
