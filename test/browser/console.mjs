// Somebody who works at the console: signs in with the password and the second factor that dev mode
// wrote into its credentials file, and goes from screen to screen. Selected are roles and labels.
import { createHmac, randomUUID } from "node:crypto";
import { axe, reflow } from "./checks.mjs";
import { Keyboard, Pointer } from "./hands.mjs";
import { until } from "./server.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new member of staff, signed up and ready to sign in: {email, password, totp_secret}. */
export async function member(server, role) {
  const email = `${role}.${randomUUID().slice(0, 8)}@example.com`;
  const { link } = await server.ask("POST", "/operator/v1/staff", {
    auth: server.basic("operator"), json: { email, name: role, role } });
  const token = server.keep(link.split("#")[1]);
  const headers = { "X-Limen-Console": "1" };
  const { totp: { secret } } = await server.ask("POST", "/operator/v1/sign-up", {
    json: { token }, headers });
  const { now } = await server.advance(30);
  const password = "a long enough one";
  await server.ask("POST", "/operator/v1/sign-up/finish", { headers,
    json: { token, password, code: totp(secret, Date.parse(now)) } });
  return { email, password, totp_secret: secret };
}

/** RFC 6238 with SHA-1, 30 seconds and six digits: what an authenticator shows at that time. */
export function totp(secret, milliseconds) {
  let bits = "";
  for (const letter of secret.replace(/[\s=-]/g, "").toUpperCase())
    bits += ALPHABET.indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

export const SCREENS = ["/", "/invitations", "/invitations/new", "/invitations/import",
  "/sessions", "/letters", "/skills", "/credentials", "/credentials?list=keys", "/webhooks",
  "/webhooks/notices", "/appearance", "/organisation", "/staff", "/audit", "/account"];

export class Operator {
  constructor(server, visitor, { keyboard = false, account = server.of("console") } = {}) {
    Object.assign(this, { server, visitor, page: visitor.page, account });
    this.hands = keyboard ? new Keyboard(visitor.page) : new Pointer(visitor.page);
    server.keep(this.account.password);
    server.keep(this.account.totp_secret);
  }

  /** A code works once: the clock goes on to the next before each. */
  async code() {
    const { now } = await this.server.advance(30);
    return this.server.keep(totp(this.account.totp_secret, Date.parse(now)));
  }

  button(name, within = this.page) {
    return within.getByRole("button", { name, exact: true });
  }

  field(label, within = this.page) {
    return within.getByLabel(label, { exact: true });
  }

  async signIn(where = "/") {
    await this.page.goto(`${this.server.url}/console${where === "/" ? "" : where}`);
    await this.hands.fill(this.field("E-mail"), this.account.email);
    await this.hands.fill(this.field("Password"), this.account.password);
    await this.hands.press(this.button("Continue"));
    await this.field("Code").waitFor();
    await this.hands.fill(this.field("Code"), await this.code());
    await this.hands.press(this.button("Sign in"));
    // On a phone the rooms are folded away.
    await this.page.getByRole("navigation", { name: "Console", includeHidden: true })
      .waitFor({ state: "attached" });
  }

  /** Goes by the console's own links where there are any, else by the address. */
  async go(where) {
    await this.page.goto(`${this.server.url}/console${where === "/" ? "" : where}`);
    await this.rest();
  }

  /** Until nothing is being loaded any more, and every picture is drawn. */
  async rest() {
    await this.page.getByRole("heading", { level: 1 }).waitFor();
    await this.page.waitForLoadState("networkidle");
    await until("nothing busy", async () => !(await this.page.locator("[aria-busy=true]")
      .or(this.page.getByText("Loading…", { exact: true })).count()));
    await this.page.evaluate(() => Promise.all([...document.images].map((image) =>
      image.decode().catch(() => {})))); // one that cannot be is drawn as what it is
  }

  /** If the console asks for a fresh code, gives it. */
  async confirm() {
    const dialog = this.page.getByRole("dialog", { name: "Is it you?" });
    await dialog.waitFor();
    await this.hands.fill(this.field("Code", dialog), await this.code());
    await this.hands.press(this.button("Confirm", dialog));
    await dialog.waitFor({ state: "detached" });
  }

  async look(name) {
    try {
      await axe(this.page);
      await reflow(this.page);
    } catch (error) {
      error.message = `console ${name}, ${this.visitor.device}: ${error.message}`;
      throw error;
    }
  }
}
