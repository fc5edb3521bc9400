// WCAG 2.2 contrast of an organisation's colours, shown while they are being chosen. It repeats the
// server's arithmetic so that nobody waits for a call at each keystroke; what may be saved the
// server alone decides.
import type { Colours, Contrast } from "./wire";

const text = 4.5;
const part = 3;

type Pair = [keyof Colours, keyof Colours, number];
export const pairs: readonly Pair[] = [
  ["ink", "paper", text], ["ink", "card", text],
  ["bad", "paper", text], ["bad", "card", text],
  ["act", "paper", text], ["act", "card", text],
  ["act_ink", "act", text],
  ["line", "paper", part], ["line", "card", part],
];

export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

export function ratio(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

// Light on dark: what the browser draws by itself must be dark then, too.
export const isDark = (colours: Colours): boolean =>
  isColour(colours.ink) && isColour(colours.paper) &&
  luminance(colours.paper) < luminance(colours.ink);

// Rounded down: 4.499 must not read as the 4.5 it is not.
const rounded = (exact: number): number => Math.floor(exact * 100) / 100;

export function contrasts(colours: Colours): Contrast[] {
  return pairs
    .filter(([one, other]) => isColour(colours[one]) && isColour(colours[other]))
    .map(([one, other, least]) => {
      const exact = ratio(colours[one], colours[other]);
      return { pair: `${one} on ${other}`, ratio: rounded(exact), least, ok: exact >= least };
    });
}
