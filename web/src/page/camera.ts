// The camera itself: asked for, switched, lit and let go. It draws nothing. Whatever keeps it from
// starting has a name, for each is mended differently.

export type Facing = "environment" | "user";
export type Trouble = "refused" | "none" | "busy" | "failed";

// As much as the camera has: the print on a document fills only part of the picture. A face needs
// less, and front cameras slow down when asked for more.
function wishes(facing: Facing, deviceId: string | null): MediaStreamConstraints {
  const size = facing === "user" ? { width: { ideal: 1920 }, height: { ideal: 1080 } }
    : { width: { ideal: 3840 }, height: { ideal: 2160 } };
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: facing } };
  return { audio: false, video: { ...size, ...which } };
}

export function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}

export function canAsk(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function" &&
    typeof HTMLDialogElement === "function";
}

export async function hasCamera(): Promise<boolean> {
  if (!canAsk()) return false;
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some((device) => device.kind === "videoinput");
  } catch {
    return true;  // then asking will tell
  }
}

function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

type TorchTrack = MediaTrackConstraintSet & { torch?: boolean };

export class Camera {
  private stream: MediaStream | null = null;
  private facing: Facing;
  private turns = 0;  // how often it was opened or closed: a stream from before is stale

  constructor(private readonly video: HTMLVideoElement, facing: Facing) {
    this.facing = facing;
  }

  // Rejects with what getUserMedia or the player says; `troubleOf` names it. False when it was
  // closed or opened again while the browser asked: that stream is let go.
  async open(deviceId: string | null = null): Promise<boolean> {
    this.close();
    const mine = this.turns;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wishes(this.facing, deviceId));
      if (mine !== this.turns) {
        letGo(stream);
        return false;
      }
      this.stream = stream;
      this.video.srcObject = stream;
      this.video.muted = true;
      await this.video.play();
    } catch (error) {
      if (mine === this.turns) throw error;
    }
    return mine === this.turns;
  }

  close(): void {
    this.turns++;
    if (this.stream) letGo(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  get isOpen(): boolean {
    return this.track?.readyState === "live";
  }

  // A selfie is shown as a mirror would; what is sent is not turned.
  get isMirrored(): boolean {
    return (this.track?.getSettings().facingMode ?? this.facing) === "user";
  }

  get canLight(): boolean {
    const can = this.track?.getCapabilities?.() as { torch?: boolean } | undefined;
    return can?.torch === true;
  }

  async light(is: boolean): Promise<void> {
    await this.track?.applyConstraints({ advanced: [{ torch: is } as TorchTrack] });
  }

  // Names of devices come only after the camera was allowed, so this is asked late.
  async others(): Promise<string[]> {
    const mine = this.track?.getSettings().deviceId;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter((device) => device.kind === "videoinput" && device.deviceId);
    const at = cameras.findIndex((camera) => camera.deviceId === mine);
    return [...cameras.slice(at + 1), ...cameras.slice(0, Math.max(0, at))]
      .map((camera) => camera.deviceId);
  }

  // The other camera; back to the one before when it will not start. False as for `open`.
  async turn(): Promise<boolean> {
    const [other] = await this.others();
    const mine = this.track?.getSettings().deviceId ?? null;
    if (!other || !this.isOpen) return this.isOpen;
    try {
      return await this.open(other);
    } catch {
      return this.open(mine);
    }
  }

  onEnd(act: () => void): void {
    this.track?.addEventListener("ended", act);
  }

  private get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }
}
