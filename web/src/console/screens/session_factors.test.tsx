// The factors of a decision: the worst on top, and one link to each session with the same in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { shown } from "../fake_dom";
import type { Coincidence, Factor, WholeSession } from "../wire";
import { Factors } from "./session_factors";

const factor = (name: string, level: Factor["level"]): Factor =>
  ({ name, level, score: null, explanation: `${name} says so` });
const session = (duplicates: Coincidence[]) => ({ duplicates, rules: null, decision: {
  level: "MEDIUM", rulesVersion: "1", at: "2026-01-02T03:04:05.000Z",
  trustFactors: [factor("Document validation", "HIGH"), factor("Duplicates", "MEDIUM")] },
}) as unknown as WholeSession;

test("the factor that lowers a result comes first", async () => {
  const { body } = await shown(<Factors data={session([])} />);
  const text = body.textContent;
  assert.ok(text.indexOf("Duplicates says so") < text.indexOf("Document validation says so"));
  assert.equal(body.all("a").length, 0);
});

test("a session with the same document and picture is one link, at the factor it belongs to",
  async () => {
    const first = "0197a1b2-0000-7000-8000-000000000001";
    const second = "0197a1b3-0000-7000-8000-000000000002";
    const { body } = await shown(<Factors data={session([{ id: first, what: "picture" },
      { id: second, what: "picture" }, { id: first, what: "document" }])} />);
    const links = body.all("a").map((link) =>
      [link.attributes["href"], link.textContent.trim()]);
    assert.deepEqual(links, [
      [`/console/sessions/${first}`, "The same document and picture in 0197a1b2"],
      [`/console/sessions/${second}`, "The same picture in 0197a1b3"]]);
    const cells = body.all("td").filter((cell) => cell.all("a").length > 0);
    assert.ok(cells.length === 1 && cells[0]!.textContent.includes("Duplicates says so"));
  });
