// Verifies JWTs with npm jose: an outside opinion on what the server signs.
// Input {tokens: {name: jwt}, jwks | hs256 (base64url), algorithms, now (s), issuer?, audience?,
// typ?}; output {name: {header, payload} | {error}}. It decides nothing about expected claims.
import { readFileSync } from "node:fs";
import { createLocalJWKSet, jwtVerify } from "jose";

const request = JSON.parse(readFileSync(0, "utf8"));
const key = request.hs256
  ? new Uint8Array(Buffer.from(request.hs256, "base64url"))
  : createLocalJWKSet(request.jwks);
const options = { algorithms: request.algorithms, currentDate: new Date(request.now * 1000) };
for (const name of ["issuer", "audience", "typ"]) {
  if (request[name] !== undefined) options[name] = request[name];
}

const verdict = {};
for (const [name, token] of Object.entries(request.tokens)) {
  try {
    const { protectedHeader, payload } = await jwtVerify(token, key, options);
    verdict[name] = { header: protectedHeader, payload };
  } catch (error) {
    verdict[name] = { error: error.code ?? String(error) };
  }
}
console.log(JSON.stringify(verdict));
