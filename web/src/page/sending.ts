// A picture on its way: the bar, the words beside it, cancel and try again. When the calls for
// pieces are not there, the page's own form takes the picture.
import { h, textButton } from "./dom.js";
import { setUnsent, showCurrent, type Here } from "./here.js";
import { dropPicture, keepPicture, keepUpload } from "./keep.js";
import { run, type Sending } from "./upload.js";
import { Wire, type Belongs } from "./wire.js";
import { inWords, percent, say } from "./words.js";

export type Ending = "gone on" | "absent" | "cancelled" | { readonly refused: number };

export interface Parcel {
  readonly picture: Blob;
  readonly upload: string | null;    // begun before a reload
  readonly calls: string;
  readonly belongs: Belongs;
  readonly key: string;              // for the copy that survives a reload
}

// Pieces of one part of the page, made when sending begins and taken away when it ends.
class Panel {
  private readonly text = h("p", { id: "sending-text", role: "status" });
  private readonly bar = h("progress", { max: "1", value: "0", "aria-labelledby": "sending-text" });
  private readonly retry: HTMLButtonElement;
  readonly element: HTMLElement;
  private press: () => void = () => undefined;

  constructor(cancel: () => void, private readonly bytes: number) {
    this.retry = textButton(say("capture.send_retry"), false, () => this.press());
    this.retry.hidden = true;
    this.element = h("div", { class: "sending" }, this.text, this.bar, this.retry,
      textButton(say("capture.send_cancel"), true, cancel));
    this.say(say("capture.send_sending", { percent: percent(0) }));
  }

  // Spoken only when it changes, and the number only in steps of ten: a screen reader would never
  // come to an end.
  private say(text: string): void {
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  sent(bytes: number): void {
    const share = Math.min(1, bytes / this.bytes);
    this.bar.value = share;
    this.say(share >= 1 ? say("capture.send_checking")
      : say("capture.send_sending", { percent: percent(Math.floor(share * 10) / 10) }));
  }

  seen(state: Sending): void {
    this.retry.hidden = state.is !== "stalled" && state.is !== "waiting";
    if ("offset" in state) this.bar.value = state.offset / this.bytes;
    if (state.is === "waiting")
      this.say(say("capture.send_waiting", { time: inWords(Math.ceil(state.seconds), "second") }));
    else if (state.is === "stalled") this.say(say("capture.send_stalled"));
    else if (state.is === "sending" || state.is === "asking") this.sent(state.offset);
  }

  over(): void {
    this.element.replaceChildren(this.text, this.bar);
  }

  onPress(act: () => void): void {
    this.press = act;
  }
}

function endingOf(state: Sending, isCancelled: boolean): Ending {
  if (isCancelled) return "cancelled";
  if (state.is === "refused") return { refused: state.status };
  return state.is === "absent" ? "absent" : "gone on";
}

// Sends a parcel, showing it in `place`; what was received, or is no longer wanted, leads to the
// current screen of the journey.
export async function sendParcel(parcel: Parcel, place: HTMLElement, here: Here): Promise<Ending> {
  const cancel = new AbortController();
  const panel = new Panel(() => cancel.abort(), parcel.picture.size);
  const wire = new Wire(parcel.calls, parcel.picture, parcel.belongs, cancel.signal, {
    seen: (state) => panel.seen(state),
    sent: (bytes) => panel.sent(bytes),
    began: (upload) => keepUpload(parcel.key, upload),
    onPress: (act) => panel.onPress(act),
  });
  place.replaceChildren(panel.element);
  panel.element.tabIndex = -1;
  panel.element.focus();
  setUnsent(parcel, "on its way");
  if (parcel.upload === null) await keepPicture(parcel.key, parcel.picture);
  const state = await run(wire, parcel.upload, cancel.signal);
  await dropPicture(parcel.key);
  setUnsent(parcel, false);
  const ending = endingOf(state, cancel.signal.aborted);
  if (ending !== "gone on") panel.element.remove();
  else {
    panel.over();  // seen as long as another picture keeps the page here
    showCurrent(here);
  }
  return ending;
}
