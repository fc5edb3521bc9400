// The sentences the script may say. They come with the page (the data block #words), in its
// language and with the organisation's wording. It holds no sentence of its own: a key the page did
// not bring answers with nothing, and whoever asks then shows nothing.

type Values = Readonly<Record<string, string | number>>;

let texts: Readonly<Record<string, unknown>> = {};

export function readWords(document: Document): void {
  try {
    const block = document.getElementById("words")?.textContent ?? "{}";
    texts = JSON.parse(block) as Record<string, unknown>;
  } catch {
    texts = {};
  }
}

export function fill(pattern: string, values: Values): string {
  return pattern.replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole);
}

export function say(key: string, values: Values = {}): string {
  const text = texts[key];
  return typeof text === "string" ? fill(text, values) : "";
}

function language(): string {
  return document.documentElement.lang || "en";
}

// "5 minutes", in the page's language and its plural: Intl knows seventeen grammars, we do not.
export function inWords(amount: number, unit: "second" | "minute" | "megabyte"): string {
  return inDigits(language(), amount, { style: "unit", unit, unitDisplay: "long" });
}

export function percent(share: number): string {
  return inDigits(language(), share, { style: "percent" });
}

// With the digits of the server's sentences beside it, which are these in every language.
export function inDigits(
  language: string, amount: number, options: Intl.NumberFormatOptions
): string {
  try {
    return new Intl.NumberFormat(language, { numberingSystem: "latn", ...options }).format(amount);
  } catch {
    return String(amount);
  }
}
