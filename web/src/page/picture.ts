// The form of one picture, made nicer: the camera where there is one, a file else, both looked at
// before they go. Without any of it the form still works, and it is what sends the picture when
// nothing better can.
import { canAsk, hasCamera, type Facing, type Trouble } from "./camera.js";
import { h, icon, textButton } from "./dom.js";
import type { Shape } from "./geometry.js";
import { setLeaving, setUnsent, type Here } from "./here.js";
import { keptPicture, uploadKey } from "./keep.js";
import { sendParcel, type Ending } from "./sending.js";
import { drawFile, jpegOf } from "./shrink.js";
import { reviewAdvice, reviewKey, Viewfinder } from "./viewfinder.js";
import type { Belongs } from "./wire.js";
import { inWords, say } from "./words.js";

export function shapeOf(shows: string | undefined, frame: string | undefined): Shape {
  if (shows === "face") return "face";
  return frame === "passport" ? "passport" : "card";
}

// Emptied first: the file that is there already would be no change when it is chosen again.
function pick(input: HTMLInputElement): void {
  input.value = "";
  input.click();
}

export class PictureForm {
  private readonly input: HTMLInputElement;
  private readonly submit: HTMLElement | null;
  private readonly place = h("div", { class: "place" });
  private readonly said = h("p", { class: "note", role: "status", hidden: true });
  private readonly shape: Shape;
  private readonly type: string;
  private readonly maxBytes: number;
  private start: HTMLButtonElement | null = null;

  constructor(private readonly form: HTMLFormElement, private readonly here: Here) {
    const { capture = "", shows, frame, maxBytes } = form.dataset;
    this.input = form.querySelector<HTMLInputElement>("input[type=file]")!;
    this.submit = form.querySelector<HTMLElement>("button:not([type]), button[type=submit]");
    this.shape = shapeOf(shows, frame);
    this.type = capture;
    this.maxBytes = Number(maxBytes) || Infinity;
  }

  // A page may hold several of these forms, and their buttons read alike.
  private named(button: HTMLButtonElement): HTMLButtonElement {
    const heading = this.form.querySelector("h2");
    if (heading) {
      heading.id ||= `picture-${this.type}`;
      button.setAttribute("aria-describedby", heading.id);
    }
    return button;
  }

  async enhance(): Promise<void> {
    this.offerFile();
    const heading = this.form.querySelector(":scope > h2");
    if (heading) heading.after(this.said);
    else this.form.prepend(this.said);
    this.form.append(this.place);
    this.input.addEventListener("change", () => void this.chosen(this.input));
    // Offered at once and taken back: asking for the devices takes a moment, and buttons that come
    // late move what a finger is about to press.
    if (canAsk()) this.offerCamera();
    void this.resume();
    if (await hasCamera()) return;
    this.start?.remove();
    this.offerNative();
  }

  // The file input becomes a button like the others; a file that is chosen is shown before it goes.
  private offerFile(): void {
    if (this.submit) this.submit.hidden = true;
    const label = this.input.labels?.[0];
    if (!label) return;
    const button = this.named(
      textButton(say("capture.choose"), true, () => pick(this.input), "file"));
    button.classList.add("choose-file");
    label.hidden = this.input.hidden = true;
    this.input.after(button);
  }

  private offerCamera(): void {
    const isFace = this.shape === "face";
    this.start = this.named(textButton(say(isFace ? "capture.start_face" : "capture.start"), false,
      () => void this.useCamera(), "camera"));
    const file = this.form.querySelector(".file") ?? this.input;
    file.before(this.start);
  }

  // No camera the page could use. On a phone the camera app may still be had through the input.
  private offerNative(): void {
    if (!matchMedia("(pointer: coarse)").matches || this.form.querySelector(".native")) return;
    const native = h("input", { type: "file", accept: this.input.accept || "image/*", hidden: true,
      capture: this.facing });
    native.addEventListener("change", () => void this.chosen(native));
    const button = this.named(
      textButton(say("capture.native"), false, () => pick(native), "camera"));
    button.classList.add("native");
    this.start?.remove();
    const file = this.form.querySelector(".file") ?? this.input;
    file.before(button, native);
  }

  private get facing(): Facing {
    const facing = this.form.dataset["facing"] ?? (this.shape === "face" ? "user" : "environment");
    return facing === "user" ? "user" : "environment";
  }

  private get title(): string {
    return this.form.querySelector("h2")?.textContent?.trim() ||
      this.input.labels?.[0]?.textContent?.trim() ||
      document.querySelector("h1")?.textContent?.trim() || "";
  }

  private tell(text: string, isBad = false): void {
    this.said.textContent = text;
    this.said.classList.toggle("bad", isBad);
    this.said.hidden = text === "";
  }

  private async useCamera(): Promise<void> {
    this.tell("");
    const outcome = await new Viewfinder(this.shape, this.facing, this.title).take();
    this.start?.focus();
    if (outcome === "closed") return;
    if (typeof outcome === "string") return this.trouble(outcome);
    await this.send(await jpegOf(outcome.canvas));
  }

  private trouble(what: Trouble): void {
    this.tell(say(`capture.${what}`), true);
    this.offerNative();
  }

  private async chosen(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (!file) return;
    this.tell(say("capture.send_preparing"));
    const canvas = await drawFile(file, this.shape);
    if (!canvas && file.size > this.maxBytes) {
      const limit = inWords(Math.max(1, Math.floor(this.maxBytes / 2 ** 20)), "megabyte");
      this.place.replaceChildren();
      return this.tell(say("capture.too_large", { limit }), true);
    }
    this.tell(canvas ? "" : say("capture.unread"));
    this.review(canvas, file, input);
  }

  private review(canvas: HTMLCanvasElement | null, file: File, input: HTMLInputElement): void {
    const question = h("h2", { tabindex: "-1" }, canvas
      ? say(this.shape === "face" ? "capture.review_face" : "capture.review_title") : file.name);
    const box = h("div", {}, question);
    setUnsent(this, "here");
    if (canvas) {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", say("capture.preview"));
      const found = reviewAdvice(canvas, this.shape);
      const isGood = found === "good";
      box.append(canvas, h("p", { class: "verdict" }, icon(isGood ? "good" : "care"),
        say(reviewKey(found))));
    }
    const use = textButton(say("capture.use"), false, () => {
      // A second press would send a second picture.
      use.disabled = other.disabled = true;
      void (canvas ? jpegOf(canvas) : Promise.resolve(file)).then((picture) => this.send(picture),
        () => { use.disabled = other.disabled = false; });
    });
    const other = textButton(say("capture.another"), true, () => {
      setUnsent(this, false);
      this.clear();
      pick(input);
    });
    box.append(use, other);
    this.show(box, true);
    question.focus();
  }

  // Shows one thing in place of the ways to take a picture.
  private show(what: HTMLElement, isHiding: boolean): void {
    this.place.replaceChildren(what);
    for (const child of this.form.children)
      if (child !== this.place && child !== this.said && child.tagName !== "INPUT" &&
        child.tagName !== "H2" && child !== this.submit)
        child.toggleAttribute("hidden", isHiding);
  }

  private clear(): void {
    this.place.replaceChildren();
    for (const child of this.form.children)
      if (child !== this.said && child.tagName !== "INPUT" && child !== this.submit)
        child.removeAttribute("hidden");
  }

  private get belongs(): Belongs {
    const value = (name: string): string | undefined =>
      this.form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value || undefined;
    const { step = value("step"), stepId = value("stepId") } = this.form.dataset;
    return { type: this.type, ...(stepId ? { stepId } : step ? { step } : {}) };
  }

  private get key(): string {
    const { step, stepId, type } = this.belongs;
    return uploadKey(this.here.go, stepId ?? step ?? "", type);
  }

  private async resume(): Promise<void> {
    if (!this.form.dataset["uploads"] || !this.here.go) return;
    const kept = await keptPicture(this.key);
    if (kept) await this.send(kept.picture, kept.upload);
  }

  private async send(picture: Blob, upload: string | null = null): Promise<void> {
    const calls = this.form.dataset["uploads"];
    this.tell("");
    setUnsent(this, "on its way");  // whatever becomes of it: the form may have to take it
    if (!calls || !this.here.go) return this.sendForm(picture);
    const box = h("div");
    this.show(box, true);
    const parcel = { picture, upload, calls, belongs: this.belongs, key: this.key };
    this.ended(await sendParcel(parcel, box, this.here), picture);
    setUnsent(this, false);
  }

  private ended(ending: Ending, picture: Blob): void {
    if (ending === "gone on") return;
    if (ending === "absent") return this.sendForm(picture);
    this.clear();
    if (ending === "cancelled") this.tell(say("capture.send_cancelled"));
    else if (ending.refused === 413) this.tell(say("capture.send_too_large"), true);
    else this.tell(say("capture.send_refused"), true);
    (this.start ?? this.form.querySelector("button"))?.focus();
  }

  // The page's own form, with the picture in the place of the file that was chosen.
  private sendForm(picture: Blob): void {
    const files = new DataTransfer();
    const name = picture instanceof File ? picture.name : `${this.type || "picture"}.jpg`;
    files.items.add(new File([picture], name, { type: picture.type }));
    this.input.files = files.files;
    this.show(h("p", { role: "status" }, say("capture.send_plain")), true);
    setLeaving(true);
    setUnsent(this, false);
    this.form.submit();
  }
}
