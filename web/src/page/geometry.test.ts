// The arithmetic of frames and sizes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { halvings, longestSide, shrunk, underFrame, within } from "./geometry.js";

test("a frame maps to the video's pixels through object-fit: cover", () => {
  // A 1920 x 1080 video in a 390 x 844 box is scaled to the height and cut off left and right.
  const video = { w: 1920, h: 1080 }, box = { x: 0, y: 0, w: 390, h: 844 };
  const whole = underFrame(video, box, box, 0);
  assert.equal(whole.h, 1080);
  assert.equal(whole.w, Math.round(390 * 1080 / 844));
  assert.equal(whole.x, Math.floor((1920 - 390 * 1080 / 844) / 2));
  const frame = { x: 20, y: 300, w: 350, h: 220 };
  const part = underFrame(video, box, frame, 0);
  assert.ok(Math.abs(part.w / part.h - 350 / 220) < 0.01);
});

test("a margin around the frame ends where the picture ends", () => {
  const video = { w: 1000, h: 1000 }, box = { x: 10, y: 20, w: 500, h: 500 };
  const frame = { x: 10, y: 220, w: 500, h: 100 };
  const part = underFrame(video, box, frame, 0.1);
  assert.deepEqual(part, { x: 0, y: 300, w: 1000, h: 400 });
});

test("the frame inside of its margin, as drawn", () => {
  const inner = within({ x: 100, y: 0, w: 400, h: 200 }, { x: 200, y: 50, w: 200, h: 100 },
    { w: 200, h: 100 });
  assert.deepEqual(inner, { x: 50, y: 25, w: 100, h: 50 });
});

test("a picture is shrunk to its longer side and never enlarged", () => {
  for (const [name, from, to] of [
    ["twelve megapixels", { w: 4032, h: 3024 }, { w: 2400, h: 1800 }],
    ["upright", { w: 3024, h: 4032 }, { w: 1800, h: 2400 }],
    ["just the limit", { w: 2400, h: 1000 }, { w: 2400, h: 1000 }],
    ["small", { w: 640, h: 400 }, { w: 640, h: 400 }],
    ["one pixel high", { w: 9000, h: 1 }, { w: 2400, h: 1 }],
  ] as const) assert.deepEqual(shrunk(from, longestSide("card")), to, name);
});

test("what document reading needs is kept", () => {
  assert.ok(longestSide("card") >= 2000 && longestSide("passport") >= 2000);
});

test("the way down goes in halves, the last step beyond none", () => {
  assert.deepEqual(halvings({ w: 4000, h: 3000 }, { w: 2400, h: 1800 }), []);
  assert.deepEqual(halvings({ w: 8000, h: 6000 }, { w: 1600, h: 1200 }),
    [{ w: 4000, h: 3000 }, { w: 2000, h: 1500 }]);
});
