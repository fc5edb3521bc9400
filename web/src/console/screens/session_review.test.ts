// How a session stands, and the way through the line of those that wait.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOf, standing } from "./session_review";

test("nothing is said of a decision before there is one", () => {
  const review = { by: "ann", reason: "seen", at: "2026-11-21T18:01:00.000Z" };
  const decision = { level: "HIGH" as const, rulesVersion: "1", trustFactors: [], at: review.at };
  assert.ok(standing({ review: null, decision: null }).includes("still looking"));
  assert.ok(standing({ review: null, decision }).includes("by the rules"));
  assert.ok(standing({ review, decision }).includes("A person"));
});

test("the next in line is the next older one, then the line begins again", () => {
  const rows: [string, string[], string, string | null][] = [
    ["the one after", ["9", "5", "3"], "5", "3"],
    ["decided and gone from the line", ["9", "7", "3"], "5", "3"],
    ["the oldest: from the beginning", ["9", "5"], "5", "9"],
    ["only this one", ["5"], "5", null],
    ["nobody", [], "5", null],
  ];
  for (const [name, line, id, next] of rows)
    assert.equal(nextOf(line.map((one) => ({ id: one })), id), next, name);
});
