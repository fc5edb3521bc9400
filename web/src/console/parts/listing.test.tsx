// Filters above a list say what the address says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeElement, shown } from "../fake_dom";
import { Filters, type Filter } from "./listing";

test("a filter is chosen whether its choices are there or still being fetched", async () => {
  const filters = (choices: [string, string][]): Filter[] =>
    [{ name: "skill", label: "Skill", kind: "choice", choices }];
  const { body, again } = await shown(null);
  location.search = "?skill=identity";
  const chosen = () => (body.all("select")[0] as FakeElement).value;
  await again(<Filters filters={filters([])} />);
  assert.equal(chosen(), "identity");
  await again(<Filters filters={filters([["address", "Address"], ["identity", "Identity"]])} />);
  assert.equal(chosen(), "identity");
  assert.equal(body.all("option").length, 3);
});
