// The contrast of the built-in themes, reckoned from the style sheet as it stands (WCAG 2.2, 1.4.3
// and 1.4.11: text 4.5, parts 3.0). An organisation's own theme is checked when it is saved.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

type Colour = readonly [number, number, number];
const sheet = readFileSync("src/page/style.css", "utf8");

function colours(selector: string): Record<string, string> {
  const block = sheet.slice(sheet.indexOf(`${selector} {`)).split("}")[0] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})\b/g)]
    .map((found) => [found[1]!, found[2]!]));
}

function rgb(hex: string): Colour {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const part = (at: number): number => parseInt(long.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function mix(one: Colour, other: Colour, share: number): Colour {
  const part = (i: 0 | 1 | 2): number => one[i] * share + other[i] * (1 - share);
  return [part(0), part(1), part(2)];
}

function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

test("black on white is 21", () => {
  assert.equal(Math.round(contrast(rgb("#000"), rgb("#ffffff"))), 21);
});

test("every built-in theme has the contrast it needs", () => {
  const base = colours(":root");
  for (const theme of [":root", ".theme-white", ".theme-dark"]) {
    const all = { ...base, ...colours(theme) };
    const c = (name: string): Colour => rgb(all[name]!);
    const hint = mix(c("ink"), c("card"), 0.82), tint = mix(c("act"), c("card"), 0.09);
    for (const [name, one, other, least] of [
      ["text", c("ink"), c("card"), 4.5], ["text on paper", c("ink"), c("paper"), 4.5],
      ["hint", hint, c("card"), 4.5], ["hint on paper", hint, c("paper"), 4.5],
      ["link", c("act"), c("card"), 4.5], ["link on paper", c("act"), c("paper"), 4.5],
      ["text in a note", c("ink"), tint, 4.5], ["sign", c("act"), tint, 4.5],
      ["button", c("act-ink"), c("act"), 4.5], ["complaint", c("bad"), c("card"), 4.5],
      ["error box", c("bad"), mix(c("bad"), c("card"), 0.06), 4.5],
      ["border", c("line"), c("card"), 3], ["border on paper", c("line"), c("paper"), 3],
    ] as const) {
      const found = contrast(one, other);
      assert.ok(found >= least, `${theme} ${name}: ${found.toFixed(2)} < ${least}`);
    }
  }
});

test("the style sheet stays small enough to stand in every page", () => {
  assert.ok(sheet.length < 14_000, `${sheet.length} bytes`);
});
