// What is said of a problem, and where it is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { organisations, type Problem } from "../client";
import { answers, FakeElement, press, shown } from "../fake_dom";
import { ProblemBox } from "./said";
import { Copy } from "./secret";

test("only our own server says that nothing was changed", async () => {
  const rows: [string, () => Response, "change" | "list", string][] = [
    ["a proxy's page", () => new Response("<html>", { status: 502 }), "change", "not known"],
    ["a proxy's late page", () => new Response("", { status: 504 }), "change", "not known"],
    ["ours", () => Response.json({ code: "outage" }, { status: 503 }), "change", "Nothing was"],
    ["only looked", () => new Response("<html>", { status: 502 }), "list", "Nothing was"],
  ];
  for (const [name, answer, call, text] of rows) {
    answers(answer);
    const asked = call === "list" ? organisations.list({})
      : organisations.change("demo", { skills: [] });
    const problem = await (asked as Promise<unknown>).catch((error: unknown) => error as Problem);
    const { body } = await shown(<ProblemBox problem={problem as Problem} />);
    assert.ok(body.textContent.includes(text), `${name}: ${body.textContent}`);
  }
});

// What lies behind a modal dialog is silent for a screen reader: the sentence stands beside.
test("a copy that failed says so beside its button", async () => {
  const { body } = await shown(<Copy text="secret" name="the key" />);
  await press(body.all("button")[0] as FakeElement);
  const said = body.all("span").filter((one) => one.getAttribute("role") === "status");
  assert.ok(said.some((one) => one.textContent.includes("copy it yourself")), body.textContent);
});
