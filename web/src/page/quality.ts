// What can be told about a picture before it is sent, several times a second: light, glare, blur,
// movement, and whether the document fills the frame. Advice, never a verdict: the shutter works
// whatever this says, and the server judges for itself. Pure: grey values in, words' keys out.
import type { Box, Shape, Size } from "./geometry.js";

export type Advice =
  "dark" | "bright" | "backlit" | "moving" | "edges" | "closer" | "blurred" | "glare" | "good";

export interface Grey { readonly size: Size; readonly values: Uint8Array }

export interface Measures {
  readonly light: number;    // mean grey in the frame, 0 to 255
  readonly around: number;   // mean grey outside of it, where there is an outside
  readonly burnt: number;    // share of the frame that is white without drawing
  readonly sharp: number;    // variance of the Laplacian over the variance of the grey values
  readonly moved: number;    // mean difference to the look before, in grey values
  readonly sides: number;    // sides of a document found close to the frame's, 0 to 4
  readonly sidesInside: number;  // … found well inside of it
}

// Rec. 709 weights in eighths of a bit: 54, 183, 19 of 256.
export function greyOf(rgba: Uint8ClampedArray, size: Size): Grey {
  const values = new Uint8Array(size.w * size.h);
  for (let i = 0, p = 0; i < values.length; i++, p += 4)
    values[i] = (rgba[p]! * 54 + rgba[p + 1]! * 183 + rgba[p + 2]! * 19) >> 8;
  return { size, values };
}

interface Span {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

function span(box: Box, size: Size): Span {
  return { x0: Math.max(0, Math.round(box.x)), y0: Math.max(0, Math.round(box.y)),
    x1: Math.min(size.w, Math.round(box.x + box.w)),
    y1: Math.min(size.h, Math.round(box.y + box.h)) };
}

const burntFrom = 250;

type Lights = Pick<Measures, "light" | "around" | "burnt"> & { readonly variance: number };

function lights(grey: Grey, area: Span): Lights {
  const { values, size } = grey;
  let inside = 0, squares = 0, outside = 0, burnt = 0, count = 0;
  for (let y = 0; y < size.h; y++) {
    const inRows = y >= area.y0 && y < area.y1;
    for (let x = 0, i = y * size.w; x < size.w; x++, i++) {
      const value = values[i]!;
      if (!inRows || x < area.x0 || x >= area.x1) { outside += value; continue; }
      inside += value;
      squares += value * value;
      count++;
      if (value >= burntFrom) burnt++;
    }
  }
  const light = count > 0 ? inside / count : 0;
  const others = values.length - count;
  return { light, around: others > 0 ? outside / others : light,
    burnt: count > 0 ? burnt / count : 0,
    variance: count > 0 ? Math.max(0, squares / count - light * light) : 0 };
}

// The sum of the nine values around each: a camera's noise in poor light would pass for sharpness.
interface Smoothed { readonly size: Size; readonly values: Uint16Array }

function smooth(grey: Grey): Smoothed {
  const { values, size: { w } } = grey;
  const rows = new Uint16Array(values.length), out = new Uint16Array(values.length);
  for (let i = 1; i < values.length - 1; i++)
    rows[i] = values[i - 1]! + values[i]! + values[i + 1]!;
  for (let i = w; i < values.length - w; i++) out[i] = rows[i - w]! + rows[i]! + rows[i + w]!;
  return { size: grey.size, values: out };
}

// Variance of the Laplacian, made comparable between pale and dark documents by their own contrast.
function sharpness(smoothed: Smoothed, area: Span, variance: number): number {
  const { values, size: { w, h } } = smoothed;
  const near = 2 * w, rim = 4;
  let sum = 0, squares = 0, count = 0;
  for (let y = Math.max(rim, area.y0); y < Math.min(h - rim, area.y1); y++)
    for (let x = Math.max(rim, area.x0); x < Math.min(w - rim, area.x1); x++) {
      const i = y * w + x;
      const around = values[i - 2]! + values[i + 2]! + values[i - near]! + values[i + near]!;
      const curve = (4 * values[i]! - around) / 9;
      sum += curve;
      squares += curve * curve;
      count++;
    }
  if (count === 0) return 0;
  return (squares / count - (sum / count) ** 2) / (variance + 40);
}

function movement(grey: Grey, before: Grey | null): number {
  if (!before || before.values.length !== grey.values.length) return 0;
  const step = 7;  // every seventh value is enough, and no multiple of common widths
  let sum = 0, count = 0;
  for (let i = 0; i < grey.values.length; i += step, count++)
    sum += Math.abs(grey.values[i]! - before.values[i]!);
  return sum / count;
}

// Mean step in grey across a line of the picture, over part of its length.
function stepAcross(grey: Grey, isRow: boolean, at: number, from: number, to: number): number {
  const { values, size } = grey;
  const last = (isRow ? size.h : size.w) - 2;
  if (at < 2 || at > last) return 0;
  const across = isRow ? size.w : 1, along = isRow ? 1 : size.w;
  let i = at * across + from * along, sum = 0;
  for (let n = from; n < to; n++, i += along) sum += values[i + across]! - values[i - 2 * across]!;
  return Math.abs(sum) / Math.max(1, to - from);
}

type Range = readonly [number, number];

// Where along a band there is a straight edge; null when there is none. Three pieces of the side
// are judged apart, so that a document lying a few degrees askew is still seen.
function edgeIn(grey: Grey, isRow: boolean, band: Range, along: Range): number | null {
  const pieces = 3, needed = 2, length = (along[1] - along[0]) / pieces;
  const limit = isRow ? grey.size.w : grey.size.h;
  const found: number[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const from = Math.max(0, Math.round(along[0] + piece * length));
    const to = Math.min(limit, Math.round(from + length));
    const steps: number[] = [];
    for (let at = Math.round(band[0]); at <= band[1]; at++)
      steps.push(stepAcross(grey, isRow, at, from, to));
    const peak = Math.max(...steps);
    const middle = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
    if (peak > 9 && peak > 2.2 * middle) found.push(Math.round(band[0]) + steps.indexOf(peak));
  }
  return found.length >= needed ? found[found.length >> 1]! : null;
}

// How much is drawn in a part of the picture: the mean difference between values close by.
function drawn(smoothed: Smoothed, area: Span): number {
  const { values, size: { w, h } } = smoothed;
  const near = 3, rim = near + 1;
  let sum = 0, count = 0;
  for (let y = Math.max(1, area.y0); y < Math.min(h - rim, area.y1); y += 2)
    for (let x = Math.max(1, area.x0); x < Math.min(w - rim, area.x1); x++, count++) {
      const i = y * w + x, value = values[i]!;
      sum += Math.abs(values[i + near]! - value) + Math.abs(values[i + near * w]! - value);
    }
  return count > 0 ? sum / 9 / count : 0;
}

interface Side {
  readonly isRow: boolean;
  readonly isFirst: boolean;  // the top or the left
  readonly at: number;
  readonly along: Range;
}

function sidesOf(frame: Box): Side[] {
  const inset = 0.15;
  const alongX = [frame.x + frame.w * inset, frame.x + frame.w * (1 - inset)] as const;
  const alongY = [frame.y + frame.h * inset, frame.y + frame.h * (1 - inset)] as const;
  return [
    { isRow: true, isFirst: true, at: frame.y, along: alongX },
    { isRow: true, isFirst: false, at: frame.y + frame.h, along: alongX },
    { isRow: false, isFirst: true, at: frame.x, along: alongY },
    { isRow: false, isFirst: false, at: frame.x + frame.w, along: alongY },
  ];
}

// What lies beyond an edge, up to the end of the picture.
function beyond(side: Side, at: number, size: Size): Span {
  const [from, to] = [Math.round(side.along[0]), Math.round(side.along[1])];
  const gap = 4;  // the edge itself and its shadow
  if (side.isRow) return side.isFirst ? { x0: from, x1: to, y0: 0, y1: at - gap }
    : { x0: from, x1: to, y0: at + gap, y1: size.h };
  return side.isFirst ? { y0: from, y1: to, x0: 0, x1: at - gap }
    : { y0: from, y1: to, x0: at + gap, x1: size.w };
}

// How many sides have an edge between two distances from the frame, counted inwards, as shares of
// its shorter side. A line of print looks like an edge as well, but more print follows beyond it:
// then the document reaches out of the frame.
function countSides(
  grey: Grey, smoothed: Smoothed, frame: Box, from: number, to: number
): number {
  const unit = Math.min(frame.w, frame.h);
  const inside = drawn(smoothed, span(frame, grey.size));
  return sidesOf(frame).filter((side) => {
    const sign = side.isFirst ? 1 : -1;
    const ends = [side.at + sign * from * unit, side.at + sign * to * unit];
    const at = edgeIn(grey, side.isRow, [Math.min(...ends), Math.max(...ends)], side.along);
    return at !== null && drawn(smoothed, beyond(side, at, grey.size)) < 0.6 * inside + 1;
  }).length;
}

export function measure(grey: Grey, frame: Box, before: Grey | null): Measures {
  const area = span(frame, grey.size);
  const { light, around, burnt, variance } = lights(grey, area);
  const smoothed = smooth(grey);
  return { light, around, burnt, sharp: sharpness(smoothed, area, variance),
    moved: movement(grey, before), sides: countSides(grey, smoothed, frame, -0.14, 0.12),
    sidesInside: countSides(grey, smoothed, frame, 0.12, 0.3) };
}

// A card 950 pixels wide, blurred with a radius of 3 of them, is at 0.17; in focus it is above 0.5.
const faceBlurred = 0.02, pageBlurred = 0.17;

export function judge(m: Measures, shape: Shape): Advice {
  const isFace = shape === "face";
  if (isFace && m.light < 80 && m.around > 1.7 * m.light) return "backlit";
  if (m.light < (isFace ? 55 : 50)) return "dark";
  if (m.burnt > 0.4 || m.light > 245) return "bright";
  if (m.moved > 9) return "moving";
  if (!isFace && m.sides < 3) return m.sidesInside > m.sides ? "closer" : "edges";
  if (m.sharp < (isFace ? faceBlurred : pageBlurred)) return "blurred";
  if (!isFace && m.burnt > 0.025) return "glare";
  return "good";
}

// Advice that flickers is no advice: it changes when the same was found `needed` times in a row.
export class Steady {
  private shown: Advice | null = null;
  private candidate: Advice | null = null;
  private count = 0;

  constructor(private readonly needed = 3) {}

  next(found: Advice): Advice | null {
    this.count = found === this.candidate ? this.count + 1 : 1;
    this.candidate = found;
    if (this.count >= this.needed || this.shown === null) this.shown = found;
    return this.shown;
  }
}
