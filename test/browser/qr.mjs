// Reads a QR code from the screen as a phone's camera would: a picture of the element, decoded by
// jsqr in a blank page of its own.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const JSQR = readFileSync(createRequire(import.meta.url).resolve("jsqr"), "utf8");

export async function readQr(chrome, element) {
  const picture = (await element.screenshot()).toString("base64");
  const page = await (await chrome.browser("none")).newPage();
  await page.evaluate(JSQR);
  const text = await page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
    return window.jsQR(data, width, height)?.data ?? "";
  }, picture);
  await page.close();
  if (!text) throw new Error("no QR code is to be read on the page");
  return text;
}
