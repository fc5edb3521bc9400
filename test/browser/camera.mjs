// What the fake camera sees: invented scenes, drawn as web pages and photographed by Chromium
// itself into a Motion JPEG file (frames one behind the other). The document is a specimen of no
// country (ICAO's Utopia), the face is a drawing; nobody real is in them. The bad scenes are the
// same document too dark, blurred, in glare and half out of view.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./server.mjs";

// A camera stands as its device does. Each film is as large as it takes for the document to fill
// the frame that the page lays over it; `scale` and the middle say where it lies.
const FILMS = {
  phone: { width: 780, height: 1688, scale: 0.67, x: 390, y: 743 },
  desktop: { width: 1280, height: 800, scale: 0.65, x: 640, y: 352 },
};
const FRAMES = 3; // a little apart from each other, so that the picture is alive

const FACE = `<svg viewBox="0 0 100 120" xmlns="http://www.w3.org/2000/svg">
<rect width="100" height="120" fill="#b9c4cf"/><path d="M8 120q4-34 42-34t42 34z" fill="#34506b"/>
<rect x="41" y="70" width="18" height="22" fill="#d9a07c"/>
<ellipse cx="50" cy="52" rx="24" ry="30" fill="#e8b48f"/>
<path d="M25 50q-2-36 25-36t25 36q-6-20-25-20t-25 20z" fill="#3d2b1f"/>
<ellipse cx="41" cy="50" rx="4" ry="2.6" fill="#fff"/><circle cx="41" cy="50" r="2" fill="#222"/>
<ellipse cx="59" cy="50" rx="4" ry="2.6" fill="#fff"/><circle cx="59" cy="50" r="2" fill="#222"/>
<path d="M36 44q5-3 10 0M54 44q5-3 10 0" stroke="#3d2b1f" stroke-width="1.6" fill="none"/>
<path d="M50 52l-3 9h5" stroke="#b5805c" fill="none"/>
<path d="M42 69q8 6 16 0" stroke="#9c4a3c" stroke-width="2" fill="none"/></svg>`;

// In OCR-B, so that the server reads it.
export const ZONE = ["I<UTOL898902C36<<<<<<<<<<<<<<<", "0407090M3212312UTO<<<<<<<<<<<4",
  "MUSTER<<ALEX<SAMPLE<<<<<<<<<<<"];
const DOCUMENT = `<style>
.card{position:absolute;left:-530px;top:-334px;width:1060px;height:668px;border-radius:34px;
background:#d3dade;font:26px/1.3 "DejaVu Sans",sans-serif;color:#16222c;overflow:hidden;
box-shadow:0 10px 30px #0008}
.card h1{margin:0;padding:22px 40px;font-size:34px;background:#23506e;color:#fff}
.card .f{position:absolute;left:40px;top:120px;width:260px;height:312px}
.card dl{position:absolute;left:340px;top:110px;margin:0}.card dt{font-size:19px;color:#4a5b67}
.card dd{margin:0 0 8px;font-weight:bold}
.card pre{position:absolute;left:56px;bottom:-10px;font:44px/1.25 "OCR B",monospace}
</style><div class="card"><h1>UTOPIA · IDENTITY CARD · SPECIMEN</h1><div class="f">${FACE}</div>
<dl><dt>Surname</dt><dd>MUSTER</dd><dt>Given names</dt><dd>ALEX SAMPLE</dd><dt>Date of birth</dt>
<dd>09 JUL 2004</dd><dt>Document no.</dt><dd>L898902C3</dd><dt>Expires</dt><dd>31 DEC 2032</dd></dl>
<pre>${ZONE.join("\n").replaceAll("<", "&lt;")}</pre></div>`;

const TABLE = "background:radial-gradient(#8b7355,#5d4a36)";
const SCENES = {
  document: { body: DOCUMENT, style: TABLE },
  face: { body: `<div style="position:absolute;left:-500px;top:-640px;width:1000px">${FACE}</div>`,
    style: "background:#b9c4cf" },
  dark: { body: DOCUMENT, style: `${TABLE};filter:brightness(.07)` },
  blurred: { body: DOCUMENT, style: `${TABLE};filter:blur(4px)` },
  glare: { body: `${DOCUMENT}<div style="position:absolute;left:-250px;top:-200px;width:560px;
    height:400px;background:radial-gradient(#fff 55%,#fff0 75%)"></div>`, style: TABLE },
  cut: { body: `<div style="position:absolute;left:-620px;top:240px">${DOCUMENT}</div>`,
    style: TABLE },
};

async function photograph(browser, { body, style }, { width, height, scale, x, y }) {
  const page = await browser.newPage({ viewport: { width, height } });
  const frames = [];
  for (let i = 0; i < FRAMES; ++i) {
    const at = `left:${i - 1}px;top:${i - 1}px;width:${width}px;height:${height}px`;
    await page.setContent(`<body style="margin:0;overflow:hidden;background:#000">
      <div style="position:absolute;${at};${style}">
      <div style="position:absolute;left:${x}px;top:${y}px;transform:scale(${scale})">${body}</div>
      </div>`);
    frames.push(await page.screenshot({ type: "jpeg", quality: 90 }));
  }
  await page.close();
  return frames;
}

/** The path of a scene's film, as a device sees it; it is made once and kept under build/. */
export async function cameraFile(name, device, browser) {
  const folder = path.join(ROOT, "build/browser");
  const drawn = createHash("sha256").update(photograph + JSON.stringify([SCENES[name],
    FILMS[device]])).digest("hex");
  const film = path.join(folder, `${name}-${device}-${drawn.slice(0, 8)}.mjpeg`);
  if (existsSync(film)) return film;
  mkdirSync(folder, { recursive: true });
  const half = `${film}.${process.pid}`;
  writeFileSync(half, Buffer.concat(await photograph(browser, SCENES[name], FILMS[device])));
  renameSync(half, film); // whole or not at all
  return film;
}

const stills = new Map();

/** One JPEG of a scene, as somebody without a camera would choose it from a folder. */
export async function still(chrome, name) {
  if (!stills.has(name))
    stills.set(name, chrome.browser("none")
      .then((browser) => photograph(browser, SCENES[name], FILMS.desktop)));
  return { name: `${name}.jpg`, mimeType: "image/jpeg", buffer: (await stills.get(name))[0] };
}
