// Reads receipts with npm jose and @sd-jwt/core: what a third party does who has never heard of
// Limen. jose knows the signature alone, so the digests of disclosures are looked for with Node's
// own; the SD-JWT library does both, and puts the values in their places. Input {receipts: {name:
// {receipt, opening}}, jwks, issuer}; output {name: {claims, values} | {error}}; `claims` is what
// is signed, `values` what all disclosures make of it.
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { SDJwtInstance } from "@sd-jwt/core";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";

const { receipts, jwks, issuer } = JSON.parse(readFileSync(0, "utf8"));
const keys = createLocalJWKSet(jwks);
const options = { algorithms: ["EdDSA"], typ: "limen-receipt+sd-jwt", issuer,
  audience: "urn:limen:receipt" };

const hasher = (data, algorithm) => {
  if (algorithm.toLowerCase() !== "sha-256") throw new Error(`no ${algorithm}`);
  return new Uint8Array(createHash("sha256").update(
    typeof data === "string" ? data : Buffer.from(data)).digest());
};

// With WebCrypto and not with jose, so that nothing is shared by the two verdicts.
async function valuesOf(receipt, opening) {
  const { kid } = decodeProtectedHeader(receipt);
  const jwk = jwks.keys.find((key) => key.kid === kid);
  const { kty, crv, x } = jwk;
  const key = await webcrypto.subtle.importKey(
    "jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]);
  const verifier = (data, signature) => webcrypto.subtle.verify(
    "Ed25519", key, Buffer.from(signature, "base64url"), Buffer.from(data));
  const reader = new SDJwtInstance({ hasher, hashAlg: "sha-256", verifier });
  const text = [receipt, ...opening, ""].join("~");
  await reader.verify(text);
  return reader.getClaims(text);
}

const verdict = {};
for (const [name, { receipt, opening }] of Object.entries(receipts)) {
  try {
    const { payload } = await jwtVerify(receipt, keys, options);
    verdict[name] = { claims: payload, values: await valuesOf(receipt, opening ?? []) };
  } catch (error) {
    verdict[name] = { error: error.code ?? String(error) };
  }
}
console.log(JSON.stringify(verdict));
