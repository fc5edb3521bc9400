// The measures, on pictures drawn here: a table, a card with lines of print on it, seen well and
// badly. Real pictures differ; what is held here is which complaint comes for which fault.
import assert from "node:assert/strict";
import { test } from "node:test";
import { greyOf, judge, measure, Steady, type Advice, type Grey } from "./quality.js";

const size = { w: 640, h: 440 };
const frame = { x: 60, y: 52, w: 520, h: 328 };

// A card of light grey over a dark table, with lines of dark print, its noise from a fixed seed.
function picture(card = frame, card_grey = 205, table = 60, print = 50): Grey {
  const values = new Uint8Array(size.w * size.h);
  let seed = 7;
  for (let y = 0; y < size.h; y++)
    for (let x = 0; x < size.w; x++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const u = (x - card.x) / card.w, v = (y - card.y) / card.h;
      let value = table;
      if (u >= 0 && u < 1 && v >= 0 && v < 1) {
        const isPrint = u > 0.1 && u < 0.9 && v > 0.12 && v < 0.88 &&
          Math.floor(v * 24) % 2 === 0 && Math.floor(u * 130) % 3 !== 0;
        value = isPrint ? print : card_grey;
      }
      values[y * size.w + x] = Math.max(0, Math.min(255, value + (seed >> 16) % 5 - 2));
    }
  return { size, values };
}

function changed(grey: Grey, act: (value: number, x: number, y: number) => number): Grey {
  const values = grey.values.map((value, i) =>
    Math.max(0, Math.min(255, act(value, i % size.w, Math.floor(i / size.w)))));
  return { size, values };
}

function blurred(grey: Grey, radius: number): Grey {
  const pass = (from: Uint8Array, step: number, limit: number): Uint8Array => from.map((_, i) => {
    let sum = 0;
    for (let n = -radius; n <= radius; n++) {
      const at = step === 1 ? i % size.w : Math.floor(i / size.w);
      const clamped = Math.max(0, Math.min(limit - 1, at + n)) - at;
      sum += from[i + clamped * step]!;
    }
    return sum / (2 * radius + 1);
  });
  let { values } = grey;
  for (let turn = 0; turn < 2; turn++)
    values = pass(pass(values, 1, size.w), size.w, size.h);
  return { size, values };
}

function noisy(grey: Grey, range: number): Grey {
  let seed = 11;
  return changed(grey, (value) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return value + (seed >> 16) % (range + 1) - range / 2;
  });
}

function found(grey: Grey, before: Grey | null = null): Advice {
  return judge(measure(grey, frame, before), "card");
}

test("each fault of a document's picture has its complaint", () => {
  const good = picture();
  const inset = (share: number): typeof frame => ({ x: frame.x + frame.w * share,
    y: frame.y + frame.h * share, w: frame.w * (1 - 2 * share), h: frame.h * (1 - 2 * share) });
  const glare = changed(good, (value, x, y) => Math.hypot(x - 300, y - 200) < 45 ? 255 : value);
  for (const [name, grey, before, advice] of [
    ["good", good, null, "good"],
    ["good and held still", good, good, "good"],
    ["dark", changed(good, (value) => value / 5), null, "dark"],
    ["burnt out", changed(good, (value) => value * 2), null, "bright"],
    ["a reflection", glare, null, "glare"],
    ["out of focus", blurred(good, 3), null, "blurred"],
    ["out of focus in poor light", noisy(blurred(good, 3), 24), null, "blurred"],
    ["sharp in poor light", noisy(good, 24), null, "good"],
    ["moving", good, changed(good, (_, x, y) => good.values[y * size.w + Math.max(0, x - 25)]!),
      "moving"],
    ["far away", picture(inset(0.22)), null, "closer"],
    ["reaching out of the frame", picture(inset(-0.45)), null, "edges"],
    ["nothing but a table", changed(good, () => 120), null, "edges"],
  ] as const) assert.equal(found(grey, before), advice, name);
});

test("a document a few degrees askew still fills the frame", () => {
  const straight = picture();
  const askew = changed(straight, (_, x, y) => {
    const turn = Math.tan(2 * Math.PI / 180);
    const from = { x: Math.round(x + (y - 220) * turn), y: Math.round(y - (x - 320) * turn) };
    const at = Math.max(0, Math.min(size.h - 1, from.y)) * size.w +
      Math.max(0, Math.min(size.w - 1, from.x));
    return straight.values[at]!;
  });
  assert.ok(measure(askew, frame, null).sides >= 3);
});

test("a face with the light behind it is told so, and asked for no edges", () => {
  const behind = picture(frame, 45, 190, 30);
  assert.equal(judge(measure(behind, frame, null), "face"), "backlit");
  assert.equal(judge(measure(picture(), frame, null), "face"), "good");
});

test("grey is how bright a colour looks", () => {
  const grey = greyOf(new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255,
    255, 255, 255, 255]), { w: 4, h: 1 });
  assert.deepEqual([...grey.values], [53, 182, 18, 255]);
});

test("advice changes only when it was found three times", () => {
  const steady = new Steady(3);
  const seen = (["edges", "good", "good", "dark", "good", "good", "good"] as const)
    .map((advice) => steady.next(advice));
  assert.deepEqual(seen, ["edges", "edges", "edges", "edges", "edges", "edges", "good"]);
});
