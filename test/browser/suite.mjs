// Collects the browser tests and runs them: files side by side, the tests of one file in order.
// A test is a name and a function; a file has a server of its own, started at its first test, so
// that moving its clock disturbs nobody. Nothing is skipped and nothing is tried twice: a flaky
// test is a bug. What a test may use is in server.mjs, chrome.mjs and walk.mjs.
import { Server } from "./server.mjs";
import { Site } from "./site.mjs";

const files = [];
const LIMIT_MS = 180_000; // of one test: wide, for it only ends what has failed

/** Tests of one file. `weight` starts heavier files first; `alone` lets none run beside it. */
export function suite(name, { weight = 1, alone = false } = {}) {
  const file = { name, weight, alone, tests: [], server: null, site: null };
  files.push(file);
  return (title, run) => file.tests.push({ title: `${name}: ${title}`, run });
}

/** One value for every combination of the rows' columns, as plain objects. */
export function table(columns) {
  let rows = [{}];
  for (const [name, values] of Object.entries(columns))
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  return rows;
}

async function within(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runTest(file, test, chrome, report) {
  const began = performance.now();
  const close = []; // what the test opened and must not leave behind
  let wrong = null;
  try {
    file.server ??= await new Server().start();
    file.site ??= await new Site().start();
    const open = async (options) => {
      const visitor = await chrome.visitor(file.server, options);
      close.push(visitor);
      return visitor;
    };
    const given = { server: file.server, site: file.site, open, chrome, note: report.note };
    const judged = async () => {
      await test.run(given);
      for (const visitor of close) await visitor.judge();
    };
    await within(judged(), LIMIT_MS);
  } catch (error) {
    wrong = error;
    for (const visitor of close) error.pages = (error.pages ?? []).concat(await visitor.shown());
  }
  for (const visitor of close) await visitor.close().catch(() => {});
  report.tell(test.title, performance.now() - began, wrong);
}

async function runFile(file, chrome, report) {
  for (const test of file.tests) await runTest(file, test, chrome, report);
  await file.site?.stop();
  if (!file.server) return;
  const began = performance.now();
  const error = await file.server.close().then(() => null, (wrong) => wrong);
  report.tell(`${file.name}: no secret in the log, exit code 0`, performance.now() - began, error);
}

/** Runs what `wanted(title)` lets through, `lanes` files at a time; all of `asked` must exist. */
export async function runAll(chrome, report, { wanted, asked, lanes }) {
  const queue = [];
  const titles = files.flatMap((file) => file.tests.map((test) => test.title));
  for (const part of asked)
    if (!titles.some((title) => title.includes(part))) throw new Error(`no test is called ${part}`);
  for (const file of files) {
    file.tests = file.tests.filter((test) => wanted(test.title));
    if (file.tests.length) queue.push(file);
  }
  queue.sort((a, b) => b.alone - a.alone || b.weight - a.weight);
  while (queue[0]?.alone) await runFile(queue.shift(), chrome, report);
  const lane = async () => {
    while (queue.length) await runFile(queue.shift(), chrome, report);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
