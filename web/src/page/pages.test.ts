// What forms, clock, live status and words decide without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { timeWarning } from "./clock.js";
import { complaintKey, isDate, withOurDigits } from "./forms.js";
import { isStale } from "./live.js";
import { fill, inDigits } from "./words.js";

test("the time left is said in the last five minutes, rounded up", () => {
  for (const [seconds, expected] of [
    [3600, null], [301, null], [300, { minutes: 5 }], [241, { minutes: 5 }],
    [240, { minutes: 4 }], [59, { minutes: 1 }], [1, { minutes: 1 }], [0, "over"], [-9, "over"],
  ] as const) assert.deepEqual(timeWarning(seconds), expected, String(seconds));
});

test("each flaw of a field has its sentence", () => {
  for (const [flaws, type, key] of [
    [{}, "text", null],
    [{ valueMissing: true }, "text", "live.wrong_empty"],
    [{ valueMissing: true }, "select-one", "live.wrong_unchosen"],
    [{ valueMissing: true }, "checkbox", "live.wrong_unticked"],
    [{ badInput: true }, "date", "live.wrong_date"],
    [{ typeMismatch: true }, "email", "live.wrong_email"],
    [{ rangeOverflow: true }, "date", "live.wrong_range_date"],
    [{ patternMismatch: true }, "text", "live.wrong_form"],
    [{ tooShort: true }, "text", "live.wrong_short"],
  ] as const) assert.equal(complaintKey(flaws, type), key);
});

test("a date is one that the calendar has", () => {
  for (const [day, month, year, is] of [
    ["31", "12", "1990", true], ["1", "02", "2000", true], ["29", "02", "2000", true],
    ["29", "02", "1900", false], ["31", "04", "2001", false], ["0", "1", "2001", false],
    ["1", "13", "2001", false], ["1", "1", "90", false], ["x", "1", "1990", false],
    ["1", "", "1990", false], ["5", "6", "0099", true],
  ] as const) assert.equal(isDate(day, month, year), is, `${day} ${month} ${year}`);
});

test("digits of Arabic and Persian keyboards become ours", () => {
  assert.equal(withOurDigits("\u0660\u0669 \u06F0\u06F9 7x"), "09 09 7x");
});

test("a page is stale when version or phone moved on", () => {
  assert.equal(isStale({ version: 3, phone: "none" }, "3", "none"), false);
  assert.equal(isStale({ version: 4, phone: "none" }, "3", "none"), true);
  assert.equal(isStale({ version: 3, phone: "connected" }, "3", "waiting"), true);
  assert.equal(isStale({ version: 3, phone: "none" }, "3", "connected"), true);
  assert.equal(isStale({ version: 3, phone: "waiting" }, "3", "none"), false);
  assert.equal(isStale({ version: 3, phone: "connected" }, "3", undefined), false);
});

test("a hole without a value stays visible", () => {
  assert.equal(fill("{a} of {b}, {c}", { a: 1, b: "two" }), "1 of two, {c}");
});

test("a number has the digits that the server writes, whatever the language", () => {
  for (const [language, expected] of [["ar-SA", "5 دقائق"], ["de-DE", "5 Minuten"]] as const)
    assert.equal(inDigits(language, 5, { style: "unit", unit: "minute", unitDisplay: "long" }),
      expected);
});
