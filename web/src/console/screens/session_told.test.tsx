// What webhooks were told of a session: oldest first, and no card where there is nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, shown } from "../fake_dom";
import type { WholeSession } from "../wire";
import { Told } from "./session_told";

const data = { id: "s1", updatedAt: "2026-11-26T00:00:00.000Z" } as unknown as WholeSession;
const row = (event: string, state: string, error: string | null) => ({ id: event, webhookId: "w",
  session: "s1", event, state, attempts: 1, createdAt: "2026-11-26T00:00:00.000Z",
  dueAt: "2026-11-26T00:00:00.000Z", endedAt: null, error });
const page = (items: unknown[]) => () => Response.json({ items, next: null });

test("nothing is shown of a session that nobody was told of", async () => {
  const calls = answers(page([]));
  const { body } = await shown(<Told data={data} />);
  assert.equal(body.textContent, "");
  assert.deepEqual(calls, ["GET /operator/v1/notices?session=s1&limit=10"]);
});

test("what was told stands in its order, with why it was not taken", async () => {
  const rows = page([row("STARTED", "queued", "status 503"), row("INITIALIZED", "sent", null)]);
  answers((path) => (path.includes("/notices") ? rows()
    : page([{ id: "w", url: "https://shop.example/limen" }])()));
  const { body } = await shown(<Told data={data} />);
  assert.deepEqual(body.all("strong").map((one) => one.textContent),
    ["Begun by a back end Sent", "Opened by the person Queued"]);
  for (const text of ["to shop.example/limen", "Answered with status 503"])
    assert.ok(body.textContent.includes(text), body.textContent);
});

test("that it could not be asked is said", async () => {
  answers(() => Response.json({ title: "Busy" }, { status: 503 }));
  const { body } = await shown(<Told data={data} />);
  assert.ok(body.textContent.includes("Busy"), body.textContent);
});
