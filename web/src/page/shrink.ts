// A picture drawn anew: upright, no larger than document reading needs, and without what a camera
// writes beside it (place, time, device). What this browser cannot read is left to the caller.
import { halvings, longestSide, shrunk, type Box, type Shape, type Size } from "./geometry.js";
import { greyOf, measure, type Measures } from "./quality.js";

const quality = 0.85;
const lookWidth = 640;

function canvasOf(size: Size): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement("canvas");
  canvas.width = size.w;
  canvas.height = size.h;
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: false });
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  return [canvas, context];
}

// Draws a part of a picture at the size it is sent in, in halving steps.
export function drawPart(source: CanvasImageSource, part: Box, shape: Shape): HTMLCanvasElement {
  const to = shrunk(part, longestSide(shape));
  let from = source, area = part;
  for (const step of [...halvings(part, to), to]) {
    const [canvas, context] = canvasOf(step);
    context.drawImage(from, area.x, area.y, area.w, area.h, 0, 0, step.w, step.h);
    from = canvas;
    area = { x: 0, y: 0, ...step };
  }
  return from as HTMLCanvasElement;
}

export function jpegOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("no picture")),
      "image/jpeg", quality);
  });
}

function drawWhole(
  picture: CanvasImageSource, w: number, h: number, shape: Shape
): HTMLCanvasElement {
  return drawPart(picture, { x: 0, y: 0, w, h }, shape);
}

async function drawBitmap(file: Blob, shape: Shape): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return drawWhole(picture, picture.width, picture.height, shape);
  } finally {
    picture.close();
  }
}

// The way of browsers that know no such options: an image element turns the picture by itself.
async function drawImage(file: Blob, shape: Shape): Promise<HTMLCanvasElement> {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    return drawWhole(picture, picture.naturalWidth, picture.naturalHeight, shape);
  } finally {
    URL.revokeObjectURL(address);
  }
}

// A chosen file as a canvas; null when this browser cannot read it (HEIC in most).
export async function drawFile(file: Blob, shape: Shape): Promise<HTMLCanvasElement | null> {
  return drawBitmap(file, shape).catch(() => drawImage(file, shape)).catch(() => null);
}

// The measures of a finished picture: the whole of it is the frame.
export function measureCanvas(canvas: HTMLCanvasElement): Measures {
  const size = shrunk({ w: canvas.width, h: canvas.height }, lookWidth);
  const [small, context] = canvasOf(size);
  context.drawImage(canvas, 0, 0, size.w, size.h);
  const grey = greyOf(context.getImageData(0, 0, size.w, size.h).data, size);
  small.width = 0;
  return measure(grey, { x: 0, y: 0, ...size }, null);
}
