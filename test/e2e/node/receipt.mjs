// Reads receipts with npm jose and Node's own digests: what a third party does who has never heard
// of Limen. Input {receipts: {name: {receipt, opening}}, jwks, issuer}; output {name: {claims,
// opened} | {error}}; `opened` holds, for each disclosure, whether its digest is in the payload.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createLocalJWKSet, jwtVerify } from "jose";

const { receipts, jwks, issuer } = JSON.parse(readFileSync(0, "utf8"));
const keys = createLocalJWKSet(jwks);
const options = { algorithms: ["EdDSA"], typ: "limen-receipt+sd-jwt", issuer };

const verdict = {};
for (const [name, { receipt, opening }] of Object.entries(receipts)) {
  try {
    const { payload } = await jwtVerify(receipt, keys, options);
    const text = JSON.stringify(payload);
    const opened = (opening ?? []).map((disclosure) =>
      text.includes(`"${createHash("sha256").update(disclosure).digest("base64url")}"`));
    verdict[name] = { claims: payload, opened };
  } catch (error) {
    verdict[name] = { error: error.code ?? String(error) };
  }
}
console.log(JSON.stringify(verdict));
