// One picture sent in pieces. `next` is the whole machine, a pure function of state and event;
// `run` feeds it with what the server and the clock answer. It knows no element and no network.

export interface Reply {
  readonly status: number;
  readonly upload?: string;
  readonly offset?: number;
}

// What is to be done now, or how it ended.
export type Sending =
  | { readonly is: "beginning"; readonly failures: number; readonly restarts: number }
  | { readonly is: "sending" | "asking"; readonly upload: string; readonly offset: number;
      readonly failures: number; readonly restarts: number }
  | { readonly is: "waiting"; readonly seconds: number; readonly upload: string | null;
      readonly offset: number; readonly failures: number; readonly restarts: number }
  | { readonly is: "stalled"; readonly upload: string | null; readonly offset: number }
  | { readonly is: "done" | "absent" | "gone" }
  | { readonly is: "refused"; readonly status: number };

export type Event =
  | { readonly is: "reply"; readonly reply: Reply }
  | { readonly is: "lost" }      // no answer came
  | { readonly is: "woken" };    // the wait is over, the network is back, or the visitor pressed

const failuresMax = 8, restartsMax = 2;

export function start(upload: string | null): Sending {
  return upload === null ? { is: "beginning", failures: 0, restarts: 0 }
    : { is: "asking", upload, offset: 0, failures: 0, restarts: 0 };
}

// 1, 2, 4, 8 and then 15 seconds.
export function backOff(failures: number): number {
  return Math.min(15, 2 ** Math.max(0, failures - 1));
}

type Under = Extract<Sending, { is: "beginning" | "sending" | "asking" }>;

function again(state: Under): Sending {
  const failures = state.failures + 1;
  const upload = state.is === "beginning" ? null : state.upload;
  const offset = state.is === "beginning" ? 0 : state.offset;
  if (failures > failuresMax) return { is: "stalled", upload, offset };
  return { is: "waiting", seconds: backOff(failures), upload, offset, failures,
    restarts: state.restarts };
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function onBegun(state: Under, reply: Reply): Sending {
  if ((reply.status === 201 || reply.status === 200) && reply.upload)
    return { is: "sending", upload: reply.upload, offset: reply.offset ?? 0, failures: 0,
      restarts: state.restarts };
  // Received already, or the step is over: the current screen says so.
  if (reply.status === 409) return { is: "gone" };
  // The calls are not there: the plain form goes instead.
  if (reply.status === 404 || reply.status === 405 || reply.status === 501) return { is: "absent" };
  return { is: "refused", status: reply.status };
}

function onPiece(state: Extract<Under, { upload: string }>, reply: Reply): Sending {
  if (reply.status === 201) return { is: "done" };
  const hasOffset = typeof reply.offset === "number" && reply.offset >= 0;
  if ((reply.status === 200 || reply.status === 409) && hasOffset) {
    // No byte further than before counts as a failure, or a lie would be repeated for ever.
    const isFurther = reply.offset! > state.offset || state.is === "asking" || reply.status === 409;
    const failures = reply.status === 409 ? state.failures + 1 : isFurther ? 0 : state.failures + 1;
    if (failures > failuresMax)
      return { is: "stalled", upload: state.upload, offset: reply.offset! };
    return { is: "sending", upload: state.upload, offset: reply.offset!, failures,
      restarts: state.restarts };
  }
  // Swept away, or finished by a piece whose answer was lost: beginning again tells which.
  if (reply.status === 404)
    return state.restarts < restartsMax
      ? { is: "beginning", failures: 0, restarts: state.restarts + 1 } : { is: "gone" };
  // Another picture or step came first: the current screen says so.
  if (reply.status === 409) return { is: "gone" };
  return { is: "refused", status: reply.status };
}

export function next(state: Sending, event: Event): Sending {
  switch (state.is) {
    case "beginning":
    case "sending":
    case "asking": {
      if (event.is === "lost") return again(state);
      if (event.is !== "reply") return state;
      const { reply } = event;
      if (isPassing(reply.status)) return again(state);
      // The right or the session ended; the page says so better than we can.
      if ([401, 403, 410].includes(reply.status)) return { is: "gone" };
      return state.is === "beginning" ? onBegun(state, reply) : onPiece(state, reply);
    }
    case "waiting": {
      if (event.is !== "woken") return state;
      const { upload, offset, failures, restarts } = state;
      return upload === null ? { is: "beginning", failures, restarts }
        : { is: "asking", upload, offset, failures, restarts };
    }
    case "stalled":
      return event.is === "woken" ? start(state.upload) : state;
    default:
      return state;
  }
}

// The world as the machine needs it. A call that gets no answer rejects.
export interface World {
  readonly bytes: number;                  // of the whole picture
  begin(): Promise<Reply>;
  send(upload: string, offset: number, length: number): Promise<Reply>;
  ask(upload: string): Promise<Reply>;
  wait(seconds: number): Promise<void>;    // ends early when the network comes back
  press(): Promise<void>;                  // until the visitor asks for another try
  seen(state: Sending): void;
  now(): number;                           // milliseconds, for the size of the next piece
}

const small = 256 * 1024, large = 512 * 1024;

// Goes on until it is done, refused, gone, absent, or the signal says stop.
export async function run(
  world: World, upload: string | null, signal: AbortSignal
): Promise<Sending> {
  let state = start(upload);
  let length = small;
  const reply = async (answer: Promise<Reply>): Promise<Event> => {
    try {
      return { is: "reply", reply: await answer };
    } catch {
      return { is: "lost" };
    }
  };
  while (!signal.aborted) {
    world.seen(state);
    let event: Event = { is: "woken" };
    if (state.is === "beginning") event = await reply(world.begin());
    else if (state.is === "asking") event = await reply(world.ask(state.upload));
    else if (state.is === "sending") {
      const began = world.now();
      event = await reply(world.send(state.upload, state.offset, length));
      length = event.is === "reply" && world.now() - began < 1500 ? large : small;
    } else if (state.is === "waiting") await world.wait(state.seconds);
    else if (state.is === "stalled") await world.press();
    else break;
    state = next(state, event);
    // All of it is there: the answer that said so was lost.
    if (state.is === "sending" && state.offset >= world.bytes) state = { is: "done" };
  }
  return state;
}
