// The way through the line of sessions that wait.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOf } from "./session_review";

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
