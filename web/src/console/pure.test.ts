// The parts of the console that need no browser: writing values, addresses, contrast, CSV, names.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contrasts, isDark, ratio } from "./contrast";
import { csvOf, joinParts } from "./csv";
import { browserOf, bytes, duration, grouped, percent, plain, shortId, shortUrl, value } from
  "./format";
import { mayAs } from "./me";
import { faultOf, sentence, toldAs, webhookEvents, wordOf } from "./names";
import { address, below, changed, match } from "./place";
import { secretsOf, stateOf } from "./secrets";
import { begin, pairName, withText } from "./theme";
import { wishOf } from "./webhook";
import type { Webhook, WebhookWish } from "./wire";

test("lengths of time are told in their two largest units", () => {
  const rows: [number | null, string][] = [
    [null, "–"], [0, "0 s"], [59.6, "1 min"], [61, "1 min 1 s"], [3600, "1 h"], [3661, "1 h 1 min"],
    [90061, "1 d 1 h"], [86400, "1 d"], [86401, "1 d"],
  ];
  for (const [seconds, text] of rows) assert.equal(duration(seconds), text, String(seconds));
});

test("a browser and its system are told by their names, not by their ancestors'", () => {
  const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0";
  const rows: [string, string][] = [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"],
    [`Mozilla/5.0 (X11; Linux x86_64) ${chrome} Safari/537.36`, "Chrome on Linux"],
    [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${chrome} Mobile Safari/537.36`,
      "Chrome on Android"],
    [`Mozilla/5.0 (Windows NT 10.0) ${chrome} Safari/537.36 Edg/126.0`, "Edge on Windows"],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36 OPR/112`,
      "Opera on ChromeOS"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
      + "Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"],
    ["Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) FxiOS/127.0 Safari/605", "Firefox on iPad"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605", "Safari on macOS"],
    ["curl/7.88.1", "curl/7.88.1"],
    [`x${"y".repeat(60)}`, `x${"y".repeat(38)}…`],
    ["", "–"],
  ];
  for (const [agent, text] of rows) assert.equal(browserOf(agent), text, agent);
});

test("shares, sizes, names and answers read as people write them", () => {
  assert.equal(percent(0, 0), "–");
  assert.equal(percent(1, 300), "0.3 %");
  assert.equal(percent(2, 3), "67 %");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(204_812), "205 kB");
  assert.equal(bytes(2_400_000), "2.4 MB");
  assert.equal(plain("document_front"), "Document front");
  assert.equal(plain("dateOfBirth"), "Date of birth");
  assert.equal(grouped("ABCDEFGHI"), "ABCD EFGH I");
  assert.equal(shortId("0197a5c2-1000-7000-8000-100000003595"), "0197a5c2…00003595");
  assert.equal(shortId("cust-1"), "cust-1");
  assert.equal(value(["RO", true, null]), "RO, Yes, –");
});

test("an address matches its pattern whole, and no broken one", () => {
  assert.deepEqual(match("/sessions/:id", "/sessions/a%2Fb"), { id: "a/b" });
  assert.deepEqual(match("/", "/"), {});
  assert.equal(match("/sessions/:id", "/sessions"), null);
  assert.equal(match("/sessions/:id", "/sessions/%E0%A4%A"), null);
  assert.equal(match("/letters", "/sessions"), null);
});

test("only addresses below /console are the console's", () => {
  assert.equal(below("/console"), "/");
  assert.equal(below("/console/"), "/");
  assert.equal(below("/console/sessions"), "/sessions");
  assert.equal(below("/consolex"), null);
  assert.equal(below("/assets/x.js"), null);
});

test("a changed filter begins at the first page, and equal lists have equal addresses", () => {
  const query = { state: "Used", cursor: "7", q: "ada" };
  assert.deepEqual(changed(query, { state: "" }), { q: "ada" });
  assert.deepEqual(changed(query, { cursor: "8" }), { cursor: "8", q: "ada", state: "Used" });
  assert.equal(address("/", {}), "/console");
  assert.equal(address("/sessions", { q: "a b&c" }), "/console/sessions?q=a+b%26c");
});

test("contrast is WCAG's, and what just fails does not read as enough", () => {
  assert.equal(ratio("#000000", "#ffffff"), 21);
  assert.equal(ratio("#ffffff", "#ffffff"), 1);
  // #777777 on white is the well-known near miss: 4.478.
  assert.ok(Math.abs(ratio("#777777", "#ffffff") - 4.478) < 0.001);
  assert.ok(contrasts(begin.colours).every((row) => row.ok));
  assert.equal(isDark(begin.colours), false);
  assert.equal(isDark({ ...begin.colours, ink: "#ffffff", paper: "#101010" }), true);
  const low = contrasts({ ...begin.colours, ink: "#777777", card: "#ffffff" })
    .find((row) => row.pair === "ink on card");
  assert.deepEqual(low, { pair: "ink on card", ratio: 4.47, least: 4.5, ok: false });
  // What is being typed is not judged yet.
  assert.equal(contrasts({ ...begin.colours, ink: "#77" }).length, 7);
});

test("CSV cells are quoted where needed and never a formula", () => {
  assert.equal(csvOf([["a", 'say "x", y'], ["=1+1", "two\nlines"]]),
    'a,"say ""x"", y"\r\n\'=1+1,"two\nlines"\r\n');
  assert.equal(joinParts(["h\r\na\r\n", "h\r\nb\r\n"]), "h\r\na\r\nb\r\n");
  assert.equal(joinParts(["h\r\n"]), "h\r\n");
});

test("the server's words are put into sentences, unknown ones too", () => {
  assert.equal(sentence("email breaks the rule isEmail"), "This is not an e-mail address.");
  assert.equal(sentence("reason is required"), "Reason is required.");
  assert.equal(wordOf("WAITING_FOR_MANUAL_APPROVE"), "Waiting for review");
  assert.equal(wordOf("SOMETHING_NEW"), "Something new");
});

test("a role may what lower ones may", () => {
  assert.ok(mayAs("owner", "reviewer"));
  assert.ok(mayAs("reviewer", "reviewer"));
  assert.ok(!mayAs("read_only", "reviewer"));
});

test("of a new credential only what must be stored is shown, and its state is told", () => {
  assert.deepEqual(secretsOf({ name: "shop", client_id: "1", client_secret: "s", ttl: 3 }),
    [["Client id", "1"], ["Client secret", "s"]]);
  const row = { id: "1", name: "shop", createdAt: "2026-01-01T00:00:00.000Z", expiresAt: null,
    revokedAt: null };
  const now = Date.parse("2026-11-26T00:00:00.000Z");
  assert.equal(stateOf(row, now), "live");
  assert.equal(stateOf({ ...row, expiresAt: "2026-11-25T00:00:00.000Z" }, now), "over");
  assert.equal(stateOf({ ...row, revokedAt: "2026-11-25T00:00:00.000Z" }, now), "revoked");
});

const hook: Webhook = { id: "1", url: "https://shop.example/limen", events: ["AUTO_APPROVED"],
  state: "active", signsWithPassword: true, previousSecretUntil: null, failures: 0, error: null,
  createdAt: "2026-01-01T00:00:00.000Z" };
const asked = { url: hook.url, which: "some", signing: "keep", state: "active" };

test("of a new webhook everything is sent, and no events where it hears every one", () => {
  assert.deepEqual(wishOf({ url: ` ${hook.url} `, which: "every", signing: "keep" }, [], null),
    { url: hook.url });
  assert.deepEqual(wishOf({ url: hook.url, which: "some", signing: "give", username: " shop ",
    password: " as it is " }, ["STARTED"], null),
  { url: hook.url, events: ["STARTED"], username: "shop", password: " as it is " });
  // What is wrong with none the server says.
  assert.deepEqual(wishOf({ url: hook.url, which: "some" }, [], null),
    { url: hook.url, events: [] });
});

test("of a webhook that is there only what was changed is sent", () => {
  const rows: [Record<string, string>, string[], WebhookWish][] = [
    [{}, ["AUTO_APPROVED"], {}],
    [{ url: "https://shop.example/" }, ["AUTO_APPROVED"], { url: "https://shop.example/" }],
    [{}, ["AUTO_APPROVED", "STARTED"], { events: ["AUTO_APPROVED", "STARTED"] }],
    [{ which: "every" }, [], { events: [...webhookEvents] }],
    [{ state: "paused" }, ["AUTO_APPROVED"], { state: "paused" }],
    [{ signing: "none" }, ["AUTO_APPROVED"], { username: "", password: "" }],
  ];
  for (const [answers, chosen, wish] of rows)
    assert.deepEqual(wishOf({ ...asked, ...answers }, chosen, hook), wish, JSON.stringify(answers));
  const { state: _, ...unasked } = asked;
  assert.deepEqual(wishOf(unasked, hook.events, { ...hook, state: "gone" }), {});
  assert.deepEqual(wishOf(asked, hook.events, { ...hook, state: "gone" }), { state: "active" });
});

test("webhooks, what they are told and why not read as people write them", () => {
  assert.equal(shortUrl("https://shop.example/"), "shop.example");
  assert.equal(shortUrl("http://127.0.0.1:9000/limen"), "http://127.0.0.1:9000/limen");
  assert.equal(shortUrl(`https://shop.example/${"x".repeat(40)}/approved?key=a`),
    "shop.example/xxxxxxxxxxxxxxx…/approved?key=a");
  assert.equal(toldAs("MANUAL_REJECTED"), "Rejected by a reviewer");
  assert.equal(toldAs("AUTO_REJECTED"), "Rejected automatically");
  assert.equal(faultOf("status 503"), "Answered with status 503");
  assert.equal(faultOf("timeout"), "No answer in time");
  assert.equal(faultOf("Couldn't connect to server"), "Couldn't connect to server");
});

test("an emptied text goes back to ours, and a language without texts goes away", () => {
  const one = withText({}, "de-DE", "arrive.title", "Hallo");
  assert.deepEqual(one, { "de-DE": { "arrive.title": "Hallo" } });
  assert.deepEqual(withText(one, "de-DE", "arrive.title", ""), {});
  assert.equal(pairName("act_ink on act"), "Text on buttons on buttons and links");
});
