#!/usr/bin/env node
// Writes src/base/countries.json: the names of the countries of ISO 3166-1 in the languages of the
// pages, each language in its own alphabetical order. Names and order come from the Unicode CLDR
// inside Node (18 of Debian 12 or newer). Run by hand when countries change: the file is kept, so
// that a build needs no Node for it. It knows no alpha-3 codes; src/journey/country.cpp has them.
import fs from "node:fs";

const root = new URL("../", import.meta.url);
const read = (path) => fs.readFileSync(new URL(path, root), "utf8");
const table = read("src/journey/country.cpp").match(/\b[A-Z]{5}\b/g);
const countries = [...new Set(table.map((pair) => pair.slice(0, 2)))];
const codes = fs.readdirSync(new URL("web/locales/", root)).map((name) => name.slice(0, -5));

const lines = codes.sort().map((code) => {
  const tag = code === "jp-JP" ? "ja-JP" : code;
  const names = new Intl.DisplayNames(tag, { type: "region", fallback: "none" });
  const named = countries.map((country) => [country, names.of(country)]).filter(([, name]) => name);
  named.sort(([, a], [, b]) => new Intl.Collator(tag).compare(a, b));
  return `${JSON.stringify(code)}: ${JSON.stringify(Object.fromEntries(named))}`;
});
fs.writeFileSync(new URL("src/base/countries.json", root), `{\n${lines.join(",\n")}\n}\n`);
