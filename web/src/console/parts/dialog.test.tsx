// What closes a dialog, and what must not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../client";
import { button, escapeTwice, FakeElement, press, shown, submit, when } from "../fake_dom";
import { Dialog, Question } from "./dialog";

const dialogIn = (body: FakeElement): FakeElement => body.all("dialog")[0] as FakeElement;

test("what is shown once stays, however often Escape is pressed", async () => {
  let closed = 0;
  const { body } = await shown(
    <Dialog title="Secret" onClose={() => closed++} isHeld>lmn_secret</Dialog>);
  await escapeTwice(dialogIn(body));
  assert.ok(dialogIn(body).open);
  // A browser that does not know `closedby` closes it all the same: it is opened again.
  await when(() => dialogIn(body).close());
  assert.ok(dialogIn(body).open);
  assert.equal(closed, 0);
});

test("a dialog that the browser closed is closed for its screen too", async () => {
  let closed = 0;
  const { body, again } = await shown(<Dialog title="Keys" onClose={() => closed++}>a</Dialog>);
  await when(() => dialogIn(body).close());
  assert.equal(closed, 1);
  // One that the screen took away says nothing more.
  await again(null);
  await when(() => {});
  assert.equal(closed, 1);
});

test("a question whose answer is on its way is not called off", async () => {
  let closed = 0;
  let refuse: (problem: Problem) => void = () => {};
  const { body } = await shown(
    <Question title="Revoke?" submit="Revoke" onClose={() => closed++}
      onSubmit={() => new Promise((_, reject) => (refuse = reject))}>
      {(problem) => <p>{problem ? "failed" : "asked"}</p>}
    </Question>);
  await submit(body);
  await press(button(body, "Cancel"));
  await press(button(body, "Close"));
  await escapeTwice(dialogIn(body));
  await when(() => dialogIn(body).close());
  assert.equal(closed, 0);
  assert.ok(dialogIn(body).open);
  await when(() => refuse(new Problem(409, "conflict", "Already revoked", "")));
  assert.ok(body.textContent.includes("failed"));
  await press(button(body, "Cancel"));
  assert.equal(closed, 1);
});

test("a question closes when the server agreed, and only once", async () => {
  let closed = 0;
  const { body } = await shown(
    <Question title="Revoke?" submit="Revoke" onClose={() => closed++} onSubmit={async () => {}}>
      {() => null}
    </Question>);
  await submit(body);
  assert.equal(closed, 1);
});
