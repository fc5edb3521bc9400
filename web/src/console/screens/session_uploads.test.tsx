// Pictures of a session: what is said when one does not come.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, button, FakeElement, me, press, shown } from "../fake_dom";
import { MeContext } from "../me";
import type { WholeSession } from "../wire";
import { Uploads } from "./session_uploads";

const data = { id: "s1", files: [{ uploadId: "u1", type: "document_front", step: "document",
  bytes: 9, sha256: "ab" }] } as unknown as WholeSession;
const screen = <MeContext.Provider value={me}><Uploads data={data} /></MeContext.Provider>;
const picture = () => new Response(new Blob(["jpeg"]), { status: 200 });
const refusal = (status: number, code: string) => () => Response.json({ code }, { status });

test("only a file that the server cannot read is called unreadable", async () => {
  const rows: [string, () => Response | Promise<Response>, string][] = [
    ["unreadable", refusal(400, "unreadable_upload"), "cannot be read as a picture"],
    ["signed out", refusal(401, "unauthenticated"), "could not be loaded"],
    ["too many", refusal(429, "too_many_requests"), "could not be loaded"],
    ["busy", refusal(503, "unavailable"), "could not be loaded"],
    ["gone", refusal(404, "absent"), "could not be loaded"],
    ["lost line", () => Promise.reject(new TypeError("no network")), "could not be loaded"],
  ];
  for (const [name, answer, text] of rows) {
    answers(answer);
    const { body } = await shown(screen);
    assert.ok(body.textContent.includes(text), `${name}: ${body.textContent}`);
    assert.equal(body.all("button").some((one) => one.textContent === "Try again"),
      name !== "unreadable", name);
  }
});

test("a picture is asked for again, shown from memory, and forgotten with its screen", async () => {
  const live = new Set<string>();
  URL.createObjectURL = () => {
    live.add("blob:1");
    return "blob:1";
  };
  URL.revokeObjectURL = (url) => void live.delete(url);
  answers(refusal(503, "unavailable"));
  const { body, again } = await shown(screen);
  answers(picture);
  await press(button(body, "Try again"));
  assert.equal((body.all("img")[0] as FakeElement).getAttribute("src"), "blob:1");
  assert.equal(live.size, 1);
  await again(null);
  assert.equal(live.size, 0);
});
