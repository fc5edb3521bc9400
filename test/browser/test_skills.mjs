// The skills door has no page of its own: an app walks it by calls (steps, nonces, uploads) and its
// back end exchanges the temp_token. So this flow is driven by fetch, with the pictures that the
// fake camera shows, and only what a person sees elsewhere is a browser's business.
import assert from "node:assert/strict";
import { App, CARD, PASSPORT, PERSON } from "./doors.mjs";
import { still } from "./camera.mjs";
import { suite } from "./suite.mjs";

const test = suite("skills");

test("from session to credential, by calls", async ({ server, chrome }) => {
  const app = new App(server);
  await app.begin(CARD);
  await app.step("personal_data", PERSON);
  const document = await app.step("document", PASSPORT);
  await app.upload(document, "document_front", await still(chrome, "document"));
  const selfie = await app.step("selfie", {});
  const last = await app.upload(selfie, "selfie", await still(chrome, "face"));
  const pair = await app.exchange(last.temp_token);
  assert.ok(server.keep(pair.access_token) && pair.credentials_id);
});
