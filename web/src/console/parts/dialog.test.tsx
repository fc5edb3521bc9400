// What closes a dialog, and what must not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeTwice, FakeElement, shown, when } from "../fake_dom";
import { Dialog } from "./dialog";

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
