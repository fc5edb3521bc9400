// What is asked of every screen: axe-core finds nothing, everything stays reachable at 320 px and
// at 200 % zoom, no secret stands in the address bar, the page says its language. And of every
// policy: Google's csp_evaluator finds nothing high. A screen seen before is not judged again.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { Version } = require("csp_evaluator/dist/csp.js");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const HIGH = new Set([10, 20, 40]); // csp_evaluator's HIGH, SYNTAX, HIGH_MAYBE
const HTML_LANG = { "jp-JP": "ja" };

export function policyFindings(policy) {
  if (!policy) return ["no Content-Security-Policy"];
  const found = new CspEvaluator(new CspParser(policy).csp, Version.CSP3).evaluate()
    .filter(({ severity }) => HIGH.has(severity)).map((f) => `${f.directive}: ${f.description}`);
  return policy.includes("unsafe-") ? [...found, "unsafe-*"] : found;
}

/** Zero violations, best practices included. */
export async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    resultTypes: ["violations"] }));
  if (!violations.length) return;
  throw new Error(violations.map((v) => `axe ${v.id}: ${v.help}: ` + v.nodes.map((n) =>
    `${n.html.slice(0, 160)} (${n.failureSummary.replace(/\s+/g, " ").slice(0, 240)})`)
    .join("; ")).join("\n"));
}

/** axe needs scripts: where there are none, a copy of the page without its own is judged. */
async function axeOfPlain(visitor, page) {
  const html = (await page.content()).replace(/<script[^>]*src=[^>]*><\/script>/g, "");
  const context = await page.context().browser().newContext({ locale: visitor.lang,
    colorScheme: visitor.colours, viewport: page.viewportSize(), bypassCSP: true });
  const copy = await context.newPage();
  const where = `${visitor.server.url}/copy-of-a-page`;
  await copy.route(where, (route) => route.fulfill({ body: html, contentType: "text/html" }));
  await copy.goto(where);
  await axe(copy);
  await context.close();
}

/** What is out of reach at the present size: a list of words, empty when all is well. */
function outOfReach(width) {
  const wrong = [];
  // A dialog over the page makes the rest unreachable on purpose.
  const scope = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  const wide = scope.scrollWidth ?? document.scrollingElement.scrollWidth;
  if (wide > width + 1) wrong.push(`scrolls sideways: ${wide} > ${width}`);
  const name = (e) => `<${e.tagName.toLowerCase()} ${e.id || e.name || e.textContent.trim()
    .slice(0, 40)}>`;
  const isShown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    e.getBoundingClientRect().width > 1;
  const controls = scope.querySelectorAll("a[href], button, input:not([type=hidden]), select, " +
    "textarea, summary, [tabindex='0']");
  for (const element of controls) {
    if (!isShown(element)) continue;
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > width + 1) {
      wrong.push(`${name(element)} reaches from ${box.left} to ${box.right}`);
      continue;
    }
    const x = box.left + box.width / 2;
    const y = box.top + Math.min(box.height, window.innerHeight) / 2;
    const top = document.elementFromPoint(x, y);
    const label = element.labels?.[0] ?? element.closest("label");
    if (top && !element.contains(top) && !top.contains(element) && !label?.contains(top))
      wrong.push(`${name(element)} is covered by ${name(top)}`);
  }
  for (const element of scope.querySelectorAll("h1, h2, h3, p, li, dd, dt, label, button, td")) {
    const style = getComputedStyle(element);
    if (isShown(element) && style.overflowX !== "visible" && style.overflowX !== "auto" &&
        element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
      wrong.push(`${name(element)} is cut off`);
  }
  window.scrollTo(0, 0);
  return wrong;
}

const SIZES = { "320 px": { width: 320, height: 640 }, "200 %": { width: 640, height: 400 } };

export async function reflow(page) {
  const before = page.viewportSize();
  for (const [name, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size);
    const wrong = await page.evaluate(outOfReach, size.width);
    if (wrong.length) throw new Error(`at ${name}: ${wrong.join("; ")}`);
  }
  await page.setViewportSize(before);
}

export async function cleanAddress(visitor, page) {
  const told = [...visitor.server.secrets].find((secret) =>
    decodeURIComponent(page.url()).includes(secret));
  if (told) throw new Error(`a token stands in the address bar: ${page.url().split("?")[0]}?…`);
}

async function language(page, lang) {
  const at = await page.evaluate(() => [document.documentElement.lang,
    getComputedStyle(document.documentElement).direction]);
  const want = [HTML_LANG[lang] ?? lang, lang.startsWith("ar") ? "rtl" : "ltr"];
  const isSame = at[0].split("-")[0] === want[0].split("-")[0] && at[1] === want[1];
  if (!isSame) throw new Error(`<html lang=${at[0]}> runs ${at[1]}, ${want} expected`);
}

const seen = new Set();

/** Everything a screen must be, once for each name, device, language and theme. */
export async function look(visitor, name, { page = visitor.page, theme = "" } = {}) {
  if (visitor.script) await cleanAddress(visitor, page);
  const key = [name, visitor.device, visitor.lang, visitor.script, theme].join("|");
  if (seen.has(key)) return;
  seen.add(key);
  try {
    await language(page, visitor.lang);
    await (visitor.script ? axe(page) : axeOfPlain(visitor, page));
    await reflow(page);
  } catch (error) {
    error.message = `screen ${key}: ${error.message}`;
    throw error;
  }
}
