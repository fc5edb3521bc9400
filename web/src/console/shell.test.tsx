// The frame around every screen: who signs out is signed out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, button, me, press, shown } from "./fake_dom";
import { Shell } from "./shell";

test("one is out when the server said so, and not before", async () => {
  const rows: [string, () => Response | Promise<Response>, boolean][] = [
    ["signed out", () => new Response(null, { status: 204 }), true],
    ["was out already", () => Response.json({ code: "unauthenticated" }, { status: 401 }), true],
    ["the server is busy", () => Response.json({ title: "Busy" }, { status: 503 }), false],
    ["the line is lost", () => Promise.reject(new TypeError("no network")), false],
  ];
  for (const [name, answer, isOut] of rows) {
    let left = 0;
    answers(answer);
    const { body } = await shown(<Shell me={me} onLeave={() => left++} />);
    await press(button(body, "Sign out"));
    assert.equal(left, isOut ? 1 : 0, name);
    const alerts = body.all("div").filter((one) => one.getAttribute("role") === "alert");
    assert.equal(alerts.length, isOut ? 0 : 1, name);
  }
});
