// While an engine takes its time (docs/wire/engine.md): the page waits by itself, in a tab and in a
// frame, and goes on when the answer comes. What an engine may say is tested over HTTP (test/e2e).
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { look } from "./checks.mjs";
import { initialize, statusOf } from "./doors.mjs";
import { Server, until } from "./server.mjs";
import { suite, table } from "./suite.mjs";
import { Walk } from "./walk.mjs";

const test = suite("deciding", { weight: 2 });

/** Accepts every check, and answers none until it is told to. */
class Engine {
  key = randomBytes(32);
  checks = [];

  async start(home) {
    this.server = http.createServer(async (request, answer) => {
      let body = "";
      for await (const part of request) body += part;
      this.checks.push(JSON.parse(body).data);
      answer.writeHead(202).end();
    });
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    const secret = path.join(home, "engine-secret");
    writeFileSync(secret, `whsec_${this.key.toString("base64")}\n`, { mode: 0o600 });
    const file = path.join(home, "engine.toml");
    writeFileSync(file, `[engine]\nurl = "http://127.0.0.1:${this.server.address().port}/"\n` +
      `secret_file = "${secret}"\n`);
    return file;
  }

  async answer(server) {
    const { check, callback } = await until("a check", () => this.checks[0]);
    const { now } = await server.ask("POST", "/dev/clock", { json: { advance_seconds: 1 } });
    const at = String(Math.floor(Date.parse(now) / 1000));
    const body = JSON.stringify({ check, faces: { presence: { level: "HIGH" },
      match: { level: "HIGH" }, liveness: { level: "HIGH" } } });
    const mac = createHmac("sha256", this.key).update(`msg_1.${at}.${body}`).digest("base64");
    await server.ask("POST", new URL(callback).pathname, { body, headers: {
      "Content-Type": "application/json", "webhook-id": "msg_1", "webhook-timestamp": at,
      "webhook-signature": `v1,${mac}` } });
  }

  stop() {
    this.server.closeAllConnections?.();
    this.server.close();
  }
}

for (const { device, where } of table({ device: ["phone", "desktop"], where: ["tab", "frame"] }))
  test(`a slow engine, in a ${where}, ${device}`, async (t) => {
    const server = new Server(), engine = new Engine();
    await server.start(["--engine", await engine.start(server.home)]);
    const visitor = await t.chrome.visitor(server, { device });
    try {
      visitor.mayLeaveTo.add(t.site.url);
      const session = await initialize(server, `${t.site.url}/done`);
      let { page } = visitor;
      if (where === "frame") {
        t.site.pages["/deciding"] = "<!doctype html><html lang=en><title>Shop</title>" +
          `<iframe id=it title=Enrolment width=420 height=800 src="${session.link}&iframe=true">` +
          "</iframe>";
        await page.goto(`${t.site.url}/deciding`);
        page = await (await page.locator("#it").elementHandle()).contentFrame();
      } else {
        await page.goto(session.link, { waitUntil: "commit" });
      }
      const walk = new Walk(visitor, { flow: "deciding", chrome: t.chrome, page, looks: false });
      await walk.settle();
      const arriving = walk.go(); // ends where the journey does
      arriving.catch(() => {}); // it is awaited below, or the test has failed already
      const kind = () => page.evaluate(() => document.body.dataset.page).catch(() => null);
      await until("the waiting page", async () => await kind() === "deciding");
      if (where === "tab") await look(visitor, "deciding/deciding");
      assert.equal(await statusOf(server, session.id), "PENDING");
      // It asks again by itself, and is still the page that waits.
      const asked = visitor.requests.length;
      await until("another look", () => visitor.requests.length > asked);
      await until("the waiting page again", async () => await kind() === "deciding");
      await engine.answer(server);
      await arriving;
      assert.equal(walk.at.kind, "left", walk.been.join(" > "));
      assert.ok(walk.at.url.startsWith(`${t.site.url}/done`), walk.at.url);
      assert.notEqual(await statusOf(server, session.id), "PENDING");
    } finally {
      await visitor.close();
      engine.stop();
      await server.close();
    }
  });
