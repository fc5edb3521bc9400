// Where the frame on the screen lies in the camera's picture, and how large a picture may stay.
// Pure arithmetic: no element, no canvas.

export interface Size {
  readonly w: number;
  readonly h: number;
}
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

export type Shape = "card" | "passport" | "face";

// The part of a video that a frame covers, in the video's own pixels. The video fills the box as
// `object-fit: cover` does: scaled until it covers, then cut off evenly on both sides. `margin` is
// a share of the frame's longer side, added all around, as far as there is picture.
export function underFrame(video: Size, box: Box, frame: Box, margin: number): Box {
  const scale = Math.max(box.w / video.w, box.h / video.h);
  const left = (video.w * scale - box.w) / 2;
  const top = (video.h * scale - box.h) / 2;
  const extra = Math.max(frame.w, frame.h) * margin;
  const x0 = Math.max(0, (frame.x - box.x + left - extra) / scale);
  const y0 = Math.max(0, (frame.y - box.y + top - extra) / scale);
  const x1 = Math.min(video.w, (frame.x - box.x + frame.w + left + extra) / scale);
  const y1 = Math.min(video.h, (frame.y - box.y + frame.h + top + extra) / scale);
  return { x: Math.floor(x0), y: Math.floor(y0),
    w: Math.max(1, Math.round(x1 - x0)), h: Math.max(1, Math.round(y1 - y0)) };
}

// Where `inner` lies in `outer` when `outer` is drawn at the size `drawn`.
export function within(outer: Box, inner: Box, drawn: Size): Box {
  const sx = drawn.w / outer.w, sy = drawn.h / outer.h;
  return { x: (inner.x - outer.x) * sx, y: (inner.y - outer.y) * sy,
    w: inner.w * sx, h: inner.h * sy };
}

// A document is read at about 300 dots per inch: an open passport page at 125 mm needs 1500, a card
// less; 2400 leaves room for what lies around it. A face needs less still.
export function longestSide(shape: Shape): number {
  return shape === "face" ? 1600 : 2400;
}

// The size a picture is sent in: as it is, or its longer side cut to the limit. Never larger.
export function shrunk(size: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(size.w, size.h));
  return { w: Math.max(1, Math.round(size.w * scale)), h: Math.max(1, Math.round(size.h * scale)) };
}

// Halving steps before the last one: a browser that samples four pixels loses thin print otherwise.
export function halvings(from: Size, to: Size): Size[] {
  const steps: Size[] = [];
  let { w, h } = from;
  while (w > to.w * 2 && h > to.h * 2) {
    w = Math.round(w / 2);
    h = Math.round(h / 2);
    steps.push({ w, h });
  }
  return steps;
}
