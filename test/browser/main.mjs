// Usage: run [-v] [-k PATTERN]... [-x PATTERN]... [--lanes N]. One line a test, what went wrong
// behind it, and a last line `N passed, N failed`; the exit status is 1 when anything failed.
import { accessSync, constants, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Chrome } from "./chrome.mjs";
import { runAll } from "./suite.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));

function options(words) {
  const chosen = { verbose: false, with: [], without: [], lanes: 2, also: [] };
  while (words.length) {
    const word = words.shift();
    if (word === "-v") chosen.verbose = true;
    else if (word === "-k") chosen.with.push(words.shift());
    else if (word === "-x") chosen.without.push(words.shift());
    else if (word === "--lanes") chosen.lanes = Number(words.shift());
    else if (word === "--also") chosen.also.push(words.shift()); // a file of another target
    else throw new Error(`what is ${word}?`);
  }
  return chosen;
}

class Report {
  constructor(verbose) {
    Object.assign(this, { verbose, passed: 0, red: [], notes: [] });
    this.note = (text) => this.notes.push(text);
  }

  tell(title, ms, error) {
    console.log(`${error ? "FAIL" : "ok  "} ${(ms / 1000).toFixed(2).padStart(6)} ${title}`);
    if (!error) {
      this.passed += 1;
      return;
    }
    this.red.push(title);
    const place = /\btest_\w+\.mjs:\d+/.exec(error.stack ?? "")?.[0] ?? "";
    const lines = [place, this.verbose ? error.stack : String(error.message).slice(0, 2500)];
    for (const page of error.pages ?? []) lines.push("on " + page);
    console.log("     | " + lines.join("\n").trim().replaceAll("\n", "\n     | "));
  }

  end() {
    for (const note of this.notes) console.log(`note: ${note}`);
    for (const title of this.red) console.log(`failed: ${title}`);
    console.log(`${this.passed} passed, ${this.red.length} failed`);
    return this.red.length || !this.passed ? 1 : 0;
  }
}

async function main() {
  const chosen = options(process.argv.slice(2));
  const report = new Report(chosen.verbose);
  const chrome = new Chrome();
  try {
    accessSync(process.env.CHROMIUM ?? "/usr/bin/chromium", constants.X_OK);
    const files = chosen.also.length ? chosen.also
      : readdirSync(HERE).filter((file) => /^test_\w+\.mjs$/.test(file)).sort();
    for (const file of files) await import(path.join(HERE, file));
    const wanted = (title) => !chosen.without.some((part) => title.includes(part)) &&
      (!chosen.with.length || chosen.with.some((part) => title.includes(part)));
    await runAll(chrome, report, { wanted, asked: chosen.with, lanes: chosen.lanes });
  } catch (error) {
    report.tell("harness", 0, error);
  } finally {
    await chrome.close();
  }
  return report.end();
}

process.exit(await main());
