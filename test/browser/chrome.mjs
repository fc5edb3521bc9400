// Debian's Chromium, one process for each camera it is to have, and visitors: one person at one
// device, with an incognito context of their own. A visitor writes down every request and every
// complaint of the browser; judge() says at the end what no visit may show.
import { chromium } from "playwright-core";
import { cameraFile } from "./camera.mjs";
import { policyFindings } from "./checks.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"];

/** Phone and desktop: the two sizes every screen is judged at. */
export const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true,
    hasTouch: true, userAgent: "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 " +
      "(KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36" },
  desktop: { viewport: { width: 1280, height: 800 } },
};

// Where the contract's code of a language is not the one that browsers say.
const BROWSER_LANG = { "jp-JP": "ja-JP" };

/** "none": no camera in the machine. "refused": one, which the person does not allow. */
function cameraFlags(camera, file) {
  if (camera === "none") return FLAGS.filter((flag) => !flag.includes("fake-device"));
  if (camera === "refused") return [...FLAGS, "--deny-permission-prompts"];
  return [...FLAGS, "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${file}`];
}

export class Chrome {
  constructor() {
    this.browsers = new Map();
  }

  browser(camera = "none", device = "desktop") {
    const isScene = camera !== "none" && camera !== "refused";
    const key = isScene ? `${camera} ${device}` : camera;
    if (!this.browsers.has(key)) this.browsers.set(key, this.launch(camera, isScene && device));
    return this.browsers.get(key);
  }

  async launch(camera, device) {
    const file = device ? await cameraFile(camera, device, await this.browser("none")) : "";
    return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      headless: true, args: cameraFlags(camera, file) });
  }

  /** options: device, lang, script, camera, colours (light or dark), cookies of another visitor. */
  async visitor(server, { device = "phone", lang = "en-US", script = true, camera = "none",
    colours = "light", state } = {}) {
    const browser = await this.browser(camera, device);
    const locale = BROWSER_LANG[lang] ?? lang;
    const context = await browser.newContext({ ...DEVICES[device], locale,
      colorScheme: colours, reducedMotion: "reduce", javaScriptEnabled: script,
      storageState: state });
    context.setDefaultTimeout(60_000);
    const visitor = new Visitor(server, context,
      { device, lang, script, colours, camera });
    visitor.page = await context.newPage();
    return visitor;
  }

  async close() {
    // One that could not be launched has failed its test already.
    for (const browser of this.browsers.values()) await (await browser.catch(() => null))?.close();
  }
}

class Visitor {
  constructor(server, context, options) {
    Object.assign(this, { server, context, ...options });
    this.requests = [];
    this.policies = new Map(); // Content-Security-Policy: the first page that had it
    this.complaints = [];
    this.mayLeaveTo = new Set(); // origins that a registered returnUrl names
    this.sent = []; // the headers as they went over the wire, of every request that was answered
    context.on("request", (request) => this.requests.push({ url: request.url(),
      isPage: request.isNavigationRequest(), referer: request.headers().referer ?? "" }));
    // Not asked of a request that never ends: of such a one they may never be known.
    context.on("requestfinished", (request) => this.sent.push(request.allHeaders()
      .then((headers) => ({ url: request.url(), referer: headers.referer ?? "" }), () => null)));
    context.on("response", (response) => this.noteResponse(response));
    context.on("weberror", (error) => this.complaints.push(String(error.error())));
    context.on("console", (message) => this.noteConsole(message));
  }

  noteConsole(message) {
    // A page that says 404 or 410 is logged by the browser too; that is not a fault of the page.
    if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
    this.complaints.push(message.text());
  }

  noteResponse(response) {
    if (!response.url().startsWith(this.server.url)) return;
    const headers = response.headers();
    if (!(headers["content-type"] ?? "").startsWith("text/html")) return;
    const policy = headers["content-security-policy"] ?? "";
    if (!this.policies.has(policy)) this.policies.set(policy, response.url());
  }

  /** What must hold of every visit, whatever it was for. */
  async judge() {
    const origins = new Set([this.server.url, ...this.mayLeaveTo]);
    for (const { url, isPage } of this.requests) {
      const scheme = url.split(":")[0];
      if (scheme === "data" || scheme === "blob") continue;
      if (!origins.has(new URL(url).origin)) throw new Error(`a request left for ${url}`);
      if (!url.startsWith(this.server.url) && !isPage) throw new Error(`${url} is no page`);
    }
    for (const { url, referer } of [...this.requests, ...await Promise.all(this.sent)]
      .filter(Boolean)) {
      const told = [...this.server.secrets].find((secret) => referer.includes(secret));
      if (told) throw new Error(`a token stands in the Referer of ${url.split("?")[0]}`);
    }
    for (const [policy, url] of this.policies) {
      const found = policyFindings(policy);
      if (found.length) throw new Error(`${url.split("?")[0]}: ${found.join("; ")}: ${policy}`);
    }
    if (this.complaints.length) throw new Error(`the browser says: ${this.complaints.join(" | ")}`);
  }

  /** For a failure's report: where the pages are and what they say. */
  async shown() {
    const told = [];
    for (const page of this.context.pages()) {
      const text = await page.locator("main").last().innerText({ timeout: 1000 }).catch(() => "");
      told.push(`${page.url().split("?")[0]}\n${text.replace(/\n+/g, "\n").slice(0, 400)}`);
    }
    return told;
  }

  close() {
    return this.context.close();
  }
}
