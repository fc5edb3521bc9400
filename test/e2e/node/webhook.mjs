// Verifies and signs calls with npm standardwebhooks, as an engine's author would. Input {secret,
// verify: [{headers, body}], sign: [{id, body, at}]} (at: seconds since 1970); output {verified:
// [true | error], signed: [signature]}.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, verify = [], sign = [] } = JSON.parse(readFileSync(0, "utf8"));
const webhook = new Webhook(secret);
const verified = verify.map(({ headers, body }) => {
  try {
    webhook.verify(body, headers);
    return true;
  } catch (error) {
    return String(error);
  }
});
const signed = sign.map(({ id, body, at }) => webhook.sign(id, new Date(at * 1000), body));
console.log(JSON.stringify({ verified, signed }));
