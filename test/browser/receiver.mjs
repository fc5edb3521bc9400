// A back end's receiver of webhooks, on this machine: it keeps what it hears and answers what the
// test says. What signs a notice is computed here from its definitions (docs/wire/webhooks.md).
import { createHmac } from "node:crypto";
import http from "node:http";

const hmac = (key, text) => createHmac("sha256", key).update(text).digest("base64");

export class Receiver {
  async start() {
    this.heard = [];
    this.status = 204;
    this.server = http.createServer(async (request, answer) => {
      let body = "";
      for await (const part of request) body += part;
      this.heard.push({ headers: request.headers, body, ...JSON.parse(body) });
      answer.writeHead(this.status).end();
    });
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.server.address().port}/limen`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** Which of the secrets signed it, as Standard Webhooks has it: one true or false for each. */
export function signedBy({ headers, body }, secrets) {
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const signatures = headers["webhook-signature"].split(" ");
  return secrets.map((secret) => signatures.includes(
    `v1,${hmac(Buffer.from(secret.replace(/^whsec_/, ""), "base64"), text)}`));
}

/** The value that X-Signature must have. */
export const signatureWith = ({ body }, password) => hmac(password, body);
