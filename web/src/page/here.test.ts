// When a page leaves for the current screen of its journey, in a window made up here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openWindow } from "./fake_window.js";
import {
  guardLeaving, isWaitingToLeave, setLeaving, setUnsent, showCurrent, type Here,
} from "./here.js";

const here: Here = { page: "picture", go: "/go/s", version: "1", secondsLeft: null, now: 0 };

test("a page leaves when the last of what is on it was sent, and once", () => {
  setLeaving(false);
  const { went } = openWindow();
  setUnsent("front", "on its way");
  assert.equal(isWaitingToLeave(), true);
  setUnsent("back", "here");
  setUnsent("front", false);
  assert.equal(isWaitingToLeave(), false);
  showCurrent(here);
  assert.deepEqual(went, [], "the back is not sent yet");
  assert.equal(isWaitingToLeave(), true);
  setUnsent("back", "on its way");
  setUnsent("back", false);
  showCurrent(here);
  assert.deepEqual(went, ["/go/s"]);
});

test("nothing leads away whom nothing asked to leave", () => {
  setLeaving(false);
  const { went } = openWindow();
  setUnsent("front", "here");
  setUnsent("front", false);
  assert.deepEqual(went, []);
});

test("who is asked and stays is led on later", () => {
  setLeaving(false);
  const view = openWindow();
  guardLeaving();
  assert.equal(view.fire("beforeunload").defaultPrevented, false);
  setUnsent("front", "here");
  setLeaving(true);  // a form went off
  assert.equal(view.fire("beforeunload").defaultPrevented, true);
  showCurrent(here);
  setUnsent("front", false);
  assert.deepEqual(view.went, ["/go/s"]);
});
