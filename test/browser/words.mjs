// The texts of the pages, from the very files the server is built with: tests select by what a
// person reads, in whatever language, and never by the looks of a page.
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./server.mjs";

const FOLDER = path.join(ROOT, "web/locales");
const read = new Map();

/** The text of a key, with {name} filled in. */
export function word(lang, key, values = {}) {
  if (!read.has(lang))
    read.set(lang, JSON.parse(readFileSync(path.join(FOLDER, `${lang}.json`), "utf8")));
  const text = read.get(lang)[key];
  if (text === undefined) throw new Error(`web/locales/${lang}.json has no ${key}`);
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

/** The languages every flow is walked in, one of them from right to left. */
export const LANGUAGES = ["en-US", "de-DE", "ar-SA"];
