// Runs the unit tests of web/ (src/**/*.test.ts) in Node's own test runner: node test.mjs OUT,
// where OUT is a folder for what TypeScript is turned into. Run by tools/web.py.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const tests = [];
const folders = ["src/page", "src/console", "src/console/parts", "src/console/screens"];
for (const folder of folders)
  for (const name of await readdir(join(here, folder)))
    if (/\.test\.tsx?$/.test(name)) tests.push(join(here, folder, name));
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  entryPoints: tests,
  outdir: out,
  outbase: join(here, "src"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  // Vite's own, for what is fetched when it is shown: here there is nothing to fetch.
  define: { "import.meta.glob": "noFiles" },
  banner: { js: "const noFiles = () => ({});" },
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
const built = tests.map((path) =>
  join(out, path.slice(join(here, "src").length).replace(/\.tsx?$/, ".mjs")));
const run = spawnSync(process.execPath, ["--test", ...built], { stdio: "inherit", cwd: here });
process.exit(run.status ?? 1);
