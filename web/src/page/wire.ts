// The calls of a resumable upload, as `run` of upload.ts needs them: fetch for the small ones, and
// XMLHttpRequest for the pieces, which alone tells how many bytes have left.
import { authorization } from "./here.js";
import type { Reply, Sending, World } from "./upload.js";

export interface Belongs { readonly step?: string; readonly stepId?: string; readonly type: string }

interface Watch {
  seen(state: Sending): void;
  sent(bytes: number): void;
  began(upload: string): void;
  onPress(act: () => void): void;    // the visitor asks for another try
}

// Milliseconds without a sign of life. A piece that goes on has no end of its own: a slow line
// takes minutes for one.
const patience = { piece: 60_000, call: 30_000 };

async function reply(answer: Response): Promise<Reply> {
  const body = (await answer.json().catch(() => ({}))) as { upload?: unknown; offset?: unknown };
  return { status: answer.status,
    ...(typeof body.upload === "string" ? { upload: body.upload } : {}),
    ...(typeof body.offset === "number" ? { offset: body.offset } : {}) };
}

// A small call and its answer; ends with `signal` or when it takes too long.
async function ask(url: string, signal: AbortSignal, more: RequestInit): Promise<Reply> {
  const call = new AbortController();
  const stop = (): void => call.abort();
  const timer = setTimeout(stop, patience.call);
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    const answer = await reply(await fetch(url, { ...more, signal: call.signal }));
    if (call.signal.aborted) throw new Error("lost");  // in the middle of the body
    return answer;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

export class Wire implements World {
  constructor(
    private readonly calls: string, private readonly picture: Blob,
    private readonly belongs: Belongs, private readonly signal: AbortSignal,
    private readonly watch: Watch
  ) {}

  get bytes(): number {
    return this.picture.size;
  }

  async begin(): Promise<Reply> {
    const begun = await ask(this.calls, this.signal, { method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json",
        ...authorization() },
      body: JSON.stringify({ ...this.belongs, bytes: this.picture.size }) });
    if (begun.upload) this.watch.began(begun.upload);
    return begun;
  }

  async ask(upload: string): Promise<Reply> {
    return ask(`${this.calls}/${encodeURIComponent(upload)}`, this.signal, { cache: "no-store",
      headers: { Accept: "application/json", ...authorization() } });
  }

  send(upload: string, offset: number, length: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      const stop = (): void => call.abort();
      call.open("PATCH", `${this.calls}/${encodeURIComponent(upload)}?offset=${offset}`);
      let timer = setTimeout(stop, patience.piece);
      call.responseType = "json";
      call.setRequestHeader("Content-Type", "application/octet-stream");
      for (const [name, value] of Object.entries(authorization()))
        call.setRequestHeader(name, value);
      call.upload.onprogress = (event) => {
        clearTimeout(timer);
        timer = setTimeout(stop, patience.piece);
        this.watch.sent(offset + event.loaded);
      };
      call.onload = () => {
        const body = call.response as { offset?: unknown } | null;
        resolve({ status: call.status,
          ...(typeof body?.offset === "number" ? { offset: body.offset } : {}) });
      };
      call.onerror = call.onabort = () => reject(new Error("lost"));
      call.onloadend = () => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", stop);
      };
      this.signal.addEventListener("abort", stop);
      call.send(this.picture.slice(offset, offset + length));
    });
  }

  wait(seconds: number): Promise<void> {
    // A little apart, so that not everybody who lost the same server comes back at once.
    return this.until(seconds * 1000 * (0.75 + Math.random() / 2));
  }

  press(): Promise<void> {
    return this.until(null);
  }

  seen(state: Sending): void {
    this.watch.seen(state);
  }

  now(): number {
    return performance.now();
  }

  private until(milliseconds: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(() => go(), milliseconds);
      const go = (): void => {
        clearTimeout(timer);
        removeEventListener("online", go);
        this.signal.removeEventListener("abort", go);
        resolve();
      };
      addEventListener("online", go);
      this.signal.addEventListener("abort", go);
      this.watch.onPress(go);
    });
  }
}
