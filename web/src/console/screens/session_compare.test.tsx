// What each source states, beside the document: each verdict in words, and what a picture says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, me, shown } from "../fake_dom";
import { MeContext } from "../me";
import type { Reading, Statement, WholeSession } from "../wire";
import { Compare, titleOfSource } from "./session_compare";
import { Read } from "./session_reading";
import { Uploads } from "./session_uploads";

const file = (uploadId: string, type: string, reading?: Reading | null) =>
  ({ uploadId, type, step: "document", bytes: 9, sha256: "ab", shows: "document", reading });
const lines = ["P<SVKERIKSSON<<ANNA", "L898902C36SVK"];
const good: Reading = { readable: true, width: 1600, height: 1200, zone: { lines, certain: true },
  quality: [{ name: "blurred", score: 91, ok: true }, { name: "dark", score: 20, ok: false }] };
const form: Statement = { source: "form", uploadId: null, certain: true, counts: false, checks: [],
  fields: [{ name: "last name", value: "Erikson", likeness: "slip" },
    { name: "date of birth", value: "1974-08-13", likeness: "different" },
    { name: "first name", value: "Anna", likeness: "same" }] };
const zone: Statement = { source: "zone", uploadId: "u1", certain: true, counts: true,
  fields: [{ name: "last name", value: "ERIKSSON", likeness: null },
    { name: "date of birth", value: "1974-08-12", likeness: null },
    { name: "document type", value: "P", likeness: null }],
  checks: [{ name: "document number", ok: true }, { name: "date of birth", ok: false }] };
const session = (statements: Statement[] | undefined, ...files: ReturnType<typeof file>[]) =>
  ({ id: "s1", files, statements, decision: null }) as unknown as WholeSession;
const whole = session([form, zone], file("u1", "document_front", good));

test("differences are listed and stand in their cells, in words", async () => {
  const { body } = await shown(<Compare data={whole} />);
  const text = body.textContent;
  for (const part of ["Differs from: Zone, document front",
    "Last name, Applicant form: one letter differs", "Date of birth, Applicant form: differs",
    "Anna", "agrees", "13 Aug 1974", "12 Aug 1974", "Passport"])
    assert.ok(text.includes(part), `${part}: ${text}`);
  assert.ok(!text.includes("First name, Applicant form"), "what agrees is no difference");
  assert.equal(body.all("tr").length, 1 + 4);
});

test("what is to be said where there is little to compare", async () => {
  const rows: [string, Statement[] | undefined, string][] = [
    ["a role that sees no pictures", undefined, ""],
    ["nobody said anything", [], "Nobody stated anything"],
    ["no document", [{ ...form, fields: [{ name: "last name", value: "E", likeness: null }] }],
      "No document was read"],
    ["the document alone", [zone], "Only one source"],
    ["all agree", [zone, { ...form, fields: [{ name: "last name", value: "Eriksson",
      likeness: "same" }] }], "Nothing differs from: Zone, document front"],
    ["a word of a newer server", [zone, { ...form, fields: [{ name: "last name", value: "E",
      likeness: "quite_new" as "same" }] }], "Quite new"],
  ];
  for (const [name, statements, want] of rows) {
    const { body } = await shown(
      <Compare data={session(statements, file("u1", "document_front", good))} />);
    assert.ok(want === "" ? body.textContent === "" : body.textContent.includes(want),
      `${name}: ${body.textContent}`);
  }
});

test("two pictures of one kind have numbers", () => {
  const two = session([], file("u1", "front"), file("u2", "front"), file("u3", "back"));
  const title = (uploadId: string | null) => titleOfSource({ ...zone, uploadId }, two);
  assert.deepEqual(["u1", "u2", "u3", null, "u4"].map(title),
    ["Zone, front 1", "Zone, front 2", "Zone, back", "Zone", "Zone"]);
});

test("what was read stands beside its picture", async () => {
  const rows: [string, Reading | null | undefined, string[]][] = [
    ["a role that sees no pictures", undefined, []],
    ["nobody looked", null, ["Nobody looked"]],
    ["no picture", { ...good, readable: false }, ["could not be decoded"]],
    ["a zone", good, [lines.join("\n"), "Sharp (91)", "Too dark (20)", "with certainty",
      "Document number: right", "Date of birth: wrong", "ERIKSSON", "1600 × 1200"]],
    ["one not certain", { ...good, zone: { lines, certain: false } }, ["counts for nothing"]],
  ];
  for (const [name, reading, want] of rows) {
    const data = session([form, zone], file("u1", "document_front", reading));
    const { body } = await shown(<Read data={data} file={data.files[0]!} />);
    if (want.length === 0) assert.equal(body.textContent, "", name);
    for (const part of want)
      assert.ok(body.textContent.includes(part), `${name}, ${part}: ${body.textContent}`);
  }
  const bare = session([], file("u1", "document_front", { ...good, zone: null }));
  const { body } = await shown(<Read data={bare} file={bare.files[0]!} />);
  assert.ok(body.textContent.includes("No zone and no bar code"), body.textContent);
  const face = { ...bare.files[0]!, shows: "face" as const };
  const nothing = await shown(<Read data={bare} file={face} />);
  assert.ok(!nothing.body.textContent.includes("No zone"), "nobody looked for one");
  const licence = session([{ ...zone, source: "licence", checks: [] }],
    file("u1", "document_back", { ...good, zone: null }));
  const read = await shown(<Read data={licence} file={licence.files[0]!} />);
  assert.ok(read.body.textContent.includes("Bar code"), read.body.textContent);
});

test("the pictures' card shows it to a reviewer", async () => {
  answers(() => Response.json({ code: "absent" }, { status: 404 }));
  const { body } = await shown(
    <MeContext.Provider value={me}><Uploads data={whole} /></MeContext.Provider>);
  assert.ok(body.textContent.includes(lines.join("\n")), body.textContent);
});
