// One `limen dev` process with its data folder, its clock, its inbox and its calls.
// It is ended by process id. Every secret that it hands out is kept, so that close() can look for
// each of them in the server's log. It holds no expectation about any page.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, existsSync, openSync, closeSync, rmSync, readdirSync,
  mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, "../..");
const binary = () => process.env.LIMEN ?? path.join(ROOT, "build/release/limen");
const running = new Set();
// A test that throws must not leave a server behind.
process.on("exit", () => running.forEach((server) => server.process?.kill("SIGKILL")));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks until the answer is true; the bound is wide because it only ends what has failed. */
export async function until(what, ask, ms = 60_000) {
  for (const end = performance.now() + ms; ;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await sleep(20);
  }
}

export class Server {
  constructor() {
    this.home = mkdtempSync(path.join(tmpdir(), "limen-browser-"));
    this.data = path.join(this.home, "data");
    mkdirSync(this.data, { mode: 0o700 });
    this.credentialsFile = path.join(this.home, "credentials.json");
    this.logFile = path.join(this.home, "log");
    this.secrets = new Set();
  }

  /** May be called again after the process ended: on the same data, at another port. */
  async start(more = []) {
    rmSync(this.credentialsFile, { force: true });
    const log = openSync(this.logFile, "a");
    this.process = spawn(binary(), ["dev", "--listen", "127.0.0.1:0", "--data", this.data,
      "--credentials", this.credentialsFile, ...more], { stdio: ["ignore", "ignore", log] });
    closeSync(log);
    running.add(this);
    this.ended = new Promise((done) => this.process.on("exit", done));
    await until("the credentials file", () => {
      if (this.process.exitCode !== null) throw new Error(`the server ended:\n${this.log()}`);
      return existsSync(this.credentialsFile);
    }, 60_000);
    this.credentials = JSON.parse(readFileSync(this.credentialsFile, "utf8"));
    this.url = this.credentials.base_url;
    return this;
  }

  of(door, org = "demo") {
    return this.credentials.organisations[org][door];
  }

  log() {
    return readFileSync(this.logFile, "utf8");
  }

  /** Remembers a secret; answers it. */
  keep(secret) {
    this.secrets.add(secret);
    return secret;
  }

  async close() {
    this.process.kill("SIGTERM");
    const code = await Promise.race([this.ended, sleep(15_000).then(() => "none in 15 s")]);
    this.process.kill("SIGKILL");
    running.delete(this);
    const log = this.log();
    rmSync(this.home, { recursive: true, force: true });
    if (code !== 0) throw new Error(`exit code ${code} after SIGTERM:\n${log.slice(-2000)}`);
    const told = [...this.secrets].filter((secret) => log.includes(secret));
    if (told.length) throw new Error(`${told.length} secrets stand in the log`);
  }

  /** One call; `json`, `form` or `body`. Answers {status, headers, text, json()}. */
  async call(method, where, { json, body, auth, headers = {} } = {}) {
    const sent = { ...headers };
    if (auth) sent.Authorization = auth;
    if (json !== undefined) {
      sent["Content-Type"] = "application/json";
      body = JSON.stringify(json);
    }
    const answer = await fetch(this.url + where, { method, body, headers: sent,
      redirect: "manual" });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) };
  }

  /** As call(), for answers that have to be good: the JSON of it. */
  async ask(method, where, options) {
    const answer = await this.call(method, where, options);
    if (answer.status >= 300)
      throw new Error(`${method} ${where}: ${answer.status} ${answer.text}`);
    return answer.text ? answer.json() : null;
  }

  basic(door, org = "demo") {
    const { username, password } = org ? this.of(door, org) : this.credentials[door];
    return "Basic " + Buffer.from(`${username}:${password}`).toString("base64");
  }

  async advance(seconds) {
    return this.ask("POST", "/dev/clock", { json: { advance_seconds: seconds } });
  }

  async letter(to) {
    return until(`a letter to ${to}`, async () => {
      const { messages } = await this.ask("GET", "/dev/inbox");
      return messages.find((mail) => JSON.stringify(mail.to).includes(to));
    });
  }

  /** A digest of every table of a consistent copy of the database, table by table. */
  async digest() {
    const folder = path.join(this.data, "backups");
    await this.ask("POST", "/operator/v1/backups", {
      auth: this.basic("installation_operator", "") });
    const newest = readdirSync(folder, { recursive: true }).map(String)
      .filter((name) => /\.(db|sqlite3?)$/.test(name)).sort().at(-1);
    const copy = path.join(folder, newest);
    const told = execFileSync("python3", [path.join(HERE, "digest.py"), copy],
      { encoding: "utf8" });
    rmSync(path.join(folder, newest.split(path.sep)[0]), { recursive: true, force: true });
    const { key_uses, ...tables } = JSON.parse(told); // the call above is itself a use of a key
    return tables;
  }
}
