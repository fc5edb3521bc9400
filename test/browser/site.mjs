// The customer's own web site: where returnUrl leads and what frames an enrolment. It writes down
// every request it gets, so that a test can say that no Referer told it anything.
import http from "node:http";

export class Site {
  async start() {
    this.requests = [];
    this.pages = {};
    this.server = http.createServer((request, answer) => {
      const where = request.url.split("?")[0];
      if (where === "/favicon.ico") return answer.writeHead(404).end();
      this.requests.push({ url: request.url, referer: request.headers.referer ?? "" });
      answer.setHeader("Content-Type", "text/html; charset=utf-8");
      answer.end(this.pages[where] ??
        "<!doctype html><html lang=en><title>Shop</title><h1>Back at the shop</h1>");
    });
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    // Another host name is another site: localhost resolves to loopback inside Chromium.
    this.url = `http://localhost:${this.server.address().port}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }
}
