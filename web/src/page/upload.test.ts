// The machine of a resumable upload, and whole uploads over a server and a network made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff, next, run, start, type Reply, type Sending, type World } from "./upload.js";

const sending: Sending = { is: "sending", upload: "u", offset: 10, failures: 0, restarts: 0 };
const beginning = start(null);

test("what follows from each answer", () => {
  const after = (state: Sending, reply: Reply): string => next(state, { is: "reply", reply }).is;
  for (const [name, state, reply, then] of [
    ["begun", beginning, { status: 201, upload: "u", offset: 0 }, "sending"],
    ["begun without a name", beginning, { status: 201 }, "refused"],
    ["no such calls", beginning, { status: 404 }, "absent"],
    ["not at this method", beginning, { status: 405 }, "absent"],
    ["received already", beginning, { status: 409 }, "gone"],
    ["too large", beginning, { status: 413 }, "refused"],
    ["too many at once", beginning, { status: 503 }, "waiting"],
    ["slow down", sending, { status: 429 }, "waiting"],
    ["a piece", sending, { status: 200, offset: 20 }, "sending"],
    ["the last piece", sending, { status: 201 }, "done"],
    ["elsewhere", sending, { status: 409, offset: 5 }, "sending"],
    ["another came first", sending, { status: 409 }, "gone"],
    ["swept away", sending, { status: 404 }, "beginning"],
    ["session over", sending, { status: 410 }, "gone"],
    ["no right any more", sending, { status: 403 }, "gone"],
    ["no picture", sending, { status: 422 }, "refused"],
    ["after a reload", start("u"), { status: 200, offset: 7 }, "sending"],
  ] as const) assert.equal(after(state, reply), then, name);
});

test("a lost answer is asked about before anything is sent again", () => {
  const waiting = next(sending, { is: "lost" });
  assert.deepEqual(waiting,
    { is: "waiting", seconds: 1, upload: "u", offset: 10, failures: 1, restarts: 0 });
  assert.equal(next(waiting, { is: "woken" }).is, "asking");
});

test("the wait doubles and ends at fifteen seconds", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 9].map(backOff), [1, 2, 4, 8, 15, 15]);
});

test("a server that gets no further does not keep us for ever", () => {
  let state: Sending = sending;
  for (let turn = 0; turn < 20; turn++)
    state = next(state, { is: "reply", reply: { status: 200, offset: 10 } });
  assert.equal(state.is, "stalled");
  assert.equal(next(state, { is: "woken" }).is, "asking");
});

test("an upload that vanishes is begun anew twice, then given up", () => {
  let state: Sending = sending;
  for (let turn = 0; turn < 3; turn++) {
    state = next(state, { is: "reply", reply: { status: 404 } });
    if (state.is === "beginning")
      state = next(state, { is: "reply", reply: { status: 201, upload: "v", offset: 0 } });
  }
  assert.equal(state.is, "gone");
});

// A server that keeps what it gets, over a network that loses what `fate` says: a call before it
// arrives ("before"), or its answer ("after").
function world(bytes: number, fate: (call: number) => "before" | "after" | "fine"): World & {
  kept: number; waits: number; calls: number;
} {
  const over = async (act: () => Reply): Promise<Reply> => {
    const what = fate(it.calls++);
    if (what === "before") throw new Error("lost");
    const reply = act();
    if (what === "after") throw new Error("lost");
    return reply;
  };
  const it = {
    bytes, kept: 0, waits: 0, calls: 0,
    begin: () => over(() => ({ status: 201, upload: "u", offset: 0 })),
    ask: () => over(() => ({ status: 200, offset: it.kept })),
    send: (_: string, offset: number, length: number) => over(() => {
      assert.ok(offset < bytes, "an empty piece");
      if (offset !== it.kept) return { status: 409, offset: it.kept };
      it.kept = Math.min(bytes, it.kept + length);
      return it.kept === bytes ? { status: 201 } : { status: 200, offset: it.kept };
    }),
    wait: async () => { it.waits++; },
    press: async () => undefined,
    seen: () => undefined,
    now: () => 0,
  };
  return it;
}

test("a whole picture arrives whatever is lost", async () => {
  const fates = ["before", "after", "fine"] as const;
  for (let pattern = 0; pattern < 81; pattern++) {
    const it = world(2_000_000, (call) => call < 4
      ? fates[Math.floor(pattern / 3 ** call) % 3]! : "fine");
    const end = await run(it, null, new AbortController().signal);
    // The answer to the last piece may be the one that was lost: asking then tells the end.
    assert.ok(end.is === "done", `${pattern}: ${end.is}`);
    assert.equal(it.kept, 2_000_000);
  }
});

test("cancelled is cancelled", async () => {
  const cancel = new AbortController();
  const it = world(10_000_000, (call) => {
    if (call === 5) cancel.abort();
    return "fine";
  });
  const end = await run(it, null, cancel.signal);
  assert.equal(end.is, "sending");
  assert.ok(it.kept < 10_000_000);
});
