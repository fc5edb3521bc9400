// Bundles the pages' script and the console with Vite, compresses what comes out, and writes it
// with a manifest into a folder: node pack.mjs OUT. Run by tools/web.py, which knows when it is
// needed and puts the result into the binary. It checks no types: that is `tsc --noEmit`.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transformWithEsbuild } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const entries = { page: "src/page/main.ts", console: "src/console/main.tsx" };
// What the oldest phones we promise have: import(), ??, private fields.
const target = ["es2021", "safari15", "chrome100", "firefox100"];
const mediaTypes = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

// Each entry is a bundle of its own, so that neither loads a piece they happen to share.
async function bundle(name) {
  const result = await build({
    root: here,
    base: "/assets/",
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
    build: {
      write: false,
      target,
      assetsDir: "",
      assetsInlineLimit: 0, // a data: URL would need a hole in the policy
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: {
        input: { [name]: join(here, entries[name]) },
        output: {
          entryFileNames: "[name]-[hash].js",
          chunkFileNames: "[name]-[hash].js",
          assetFileNames: "[name]-[hash][extname]",
          ...(name === "page" ? { inlineDynamicImports: true } : {}),
        },
      },
    },
  });
  const files = Array.isArray(result) ? result.flatMap((r) => r.output) : result.output;
  return files.map((f) => ({
    name: f.fileName,
    isEntry: f.type === "chunk" && f.isEntry,
    bytes: Buffer.from(f.type === "chunk" ? f.code : f.source),
  }));
}

// The licences of what is inside the bundles, which they ask to travel with it.
async function licences() {
  const { dependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  let text = "";
  for (const name of Object.keys(dependencies).sort()) {
    const folder = join(here, "node_modules", name);
    const file = (await readdir(folder)).find((f) => /^licen[cs]e/i.test(f));
    if (!file) throw new Error(`${name} has no licence file`);
    text += `${name} ${dependencies[name]}\n\n${await readFile(join(folder, file), "utf8")}\n\n`;
  }
  const bytes = Buffer.from(text);
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 8);
  return { name: `licences-${hash}.txt`, isEntry: false, bytes };
}

function compressed(bytes) {
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  return { br: brotli, gz: gzipSync(bytes, { level: 9 }) };
}

// Writes one file and its compressed forms, those that are smaller; its row of the manifest.
async function put(file) {
  const extension = file.name.slice(file.name.lastIndexOf("."));
  const type = mediaTypes[extension];
  if (!type) throw new Error(`${file.name}: no media type for it in pack.mjs`);
  const row = { name: file.name, type, bytes: file.bytes.length };
  await writeFile(join(out, file.name), file.bytes);
  for (const [coding, bytes] of Object.entries(compressed(file.bytes))) {
    if (bytes.length >= file.bytes.length) continue;
    await writeFile(join(out, `${file.name}.${coding}`), bytes);
    row[coding] = bytes.length;
  }
  return row;
}

function only(files, wanted, what) {
  const found = files.filter(wanted);
  if (found.length !== 1) throw new Error(`${what}: expected one file, got ${found.length}`);
  return found[0].name;
}

const style = await transformWithEsbuild(
  await readFile(join(here, "src/page/style.css"), "utf8"),
  "style.css",
  { loader: "css", minify: true, target, legalComments: "none" },
);
const page = await bundle("page");
const console_ = await bundle("console");
const terms = await licences();
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await writeFile(join(out, "style.css"), style.code.trim());
const rows = [];
for (const file of [...page, ...console_, terms]) rows.push(await put(file));
const manifest = {
  page_script: only(page, (f) => f.isEntry, "the page's script"),
  console_script: only(console_, (f) => f.isEntry, "the console's script"),
  console_style: only(console_, (f) => f.name.startsWith("console-") && f.name.endsWith(".css"),
    "the console's style sheet"),
  licences: terms.name,
  files: rows.sort((a, b) => (a.name < b.name ? -1 : 1)),
};
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
