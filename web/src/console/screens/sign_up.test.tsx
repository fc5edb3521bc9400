// A sign-up link: what is said when it cannot be used right now.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, button, press, shown } from "../fake_dom";
import { SignUp } from "./sign_up";

const enter = () => {};
const offer = { email: "ada@example.org", name: "Ada", role: "owner", organisation: "Demo",
  expiresAt: "2026-11-29T00:00:00Z", totp: { secret: "JBSW", uri: "otpauth://totp/x" } };

test("a page without its token asks for the link, and the server for nothing", async () => {
  const calls = answers(() => Response.json({ code: "absent" }, { status: 404 }));
  const { body } = await shown(<SignUp onEnter={enter} />);
  assert.ok(body.textContent.includes("Open the link again"), body.textContent);
  assert.ok(!body.textContent.includes("no longer works"), body.textContent);
  assert.deepEqual(calls, []);
});

test("only a link the server does not know is over; a busy server is asked again", async () => {
  answers(() => Response.json({ code: "absent" }, { status: 404 }));
  const over = await shown(<SignUp onEnter={enter} />, "#lmn_signup_1");
  assert.ok(over.body.textContent.includes("no longer works"), over.body.textContent);
  answers(() => Response.json({ title: "Busy" }, { status: 503 }));
  const { body } = await shown(<SignUp onEnter={enter} />, "#lmn_signup_1");
  assert.ok(body.textContent.includes("Busy"), body.textContent);
  const calls = answers(() => Response.json(offer));
  await press(button(body, "Try again"));
  assert.deepEqual(calls, ['POST /operator/v1/sign-up {"token":"lmn_signup_1"}']);
  assert.ok(body.textContent.includes("Authenticator"), body.textContent);
});
