// The camera while the browser still asks whether it may be used.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Camera } from "./camera.js";
import { FakeElement, openWindow } from "./fake_window.js";
import { Viewfinder } from "./viewfinder.js";

class Track {
  readyState = "live";
  constructor(private readonly deviceId: string) {}
  stop(): void { this.readyState = "ended"; }
  getSettings(): object { return { deviceId: this.deviceId, facingMode: "user" }; }
  addEventListener(): void { /* it never ends by itself */ }
}

// Each question waits until the test answers it, here in the order in which they were asked.
class Devices {
  readonly asked: { allow(): Promise<Track>; refuse(): Promise<void> }[] = [];
  getUserMedia(): Promise<unknown> {
    const track = new Track(String(this.asked.length));
    const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
    return new Promise((resolve, reject) => this.asked.push({
      allow: async () => { resolve(stream); await soon(); return track; },
      refuse: async () => { reject(new Error("no")); await soon(); },
    }));
  }
  enumerateDevices(): Promise<object[]> {
    return Promise.resolve(["0", "1"].map((deviceId) => ({ kind: "videoinput", deviceId })));
  }
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function begin(): { devices: Devices; view: ReturnType<typeof openWindow>; camera: Camera } {
  const devices = new Devices();
  const view = openWindow({ mediaDevices: devices });
  const video = new FakeElement("video") as unknown as HTMLVideoElement;
  return { devices, view, camera: new Camera(video, "user") };
}

test("a camera that was closed while the browser asked stays off", async () => {
  const { devices, camera } = begin();
  const opening = camera.open();
  camera.close();
  assert.equal((await devices.asked[0]!.allow()).readyState, "ended");
  assert.equal(await opening, false);
  assert.equal(camera.isOpen, false);
});

test("of two questions only the last one's camera is used", async () => {
  const { devices, camera } = begin();
  const first = camera.open(), second = camera.open();
  const [stale, used] = [await devices.asked[0]!.allow(), await devices.asked[1]!.allow()];
  assert.deepEqual([stale.readyState, used.readyState], ["ended", "live"]);
  assert.deepEqual([await first, await second, camera.isOpen], [false, true, true]);
});

test("a camera closed while it was turned stays off, whatever the browser answers", async () => {
  for (const answer of ["allow", "refuse"] as const) {
    const { devices, camera } = begin();
    const opening = camera.open();
    await devices.asked[0]!.allow();
    await opening;
    const turning = camera.turn();
    await soon();
    camera.close();
    const track = await devices.asked[1]![answer]();
    assert.equal(await turning, false, answer);
    assert.equal(camera.isOpen, false, answer);
    assert.equal(track?.readyState ?? "ended", "ended", answer);
    assert.equal(devices.asked.length, 2, answer);
  }
});

test("the camera's screen closes while the browser asks, and the camera stays off", async () => {
  const { devices, view } = begin();
  const taking = new Viewfinder("card", "environment", "Front").take();
  view.body.querySelector("dialog")!.fire("cancel");
  const outcome = await Promise.race([taking, soon().then(() => "still open")]);
  assert.equal(outcome, "closed");
  assert.equal(view.body.querySelector("dialog"), null);
  assert.equal((await devices.asked[0]!.allow()).readyState, "ended");
});
