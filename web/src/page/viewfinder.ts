// The camera's screen: a dialog over the whole page with the live picture, a frame of the
// document's shape, one line of advice at a time, and a shutter that always works; then the picture
// itself, to be kept or taken again. It sends nothing.
import { Camera, troubleOf, type Facing, type Trouble } from "./camera.js";
import { h, icon, iconButton } from "./dom.js";
import { underFrame, within, type Box, type Shape, type Size } from "./geometry.js";
import {
  greyOf, judge, measure, Steady, type Advice, type Grey, type Measures,
} from "./quality.js";
import { drawPart, measureCanvas } from "./shrink.js";
import { say } from "./words.js";

type Edges = Pick<Measures, "sides" | "sidesInside">;
export type Outcome = { readonly canvas: HTMLCanvasElement } | Trouble | "closed";

const lookEvery = 220;       // milliseconds
const lookWidth = 640;
const frameMargin = 0.1;     // around the frame, so that the document's edges are in the picture
const lookMargin = 0.12;

function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left, y: top, w: width, h: height };
}

// What the review says about the picture: the gravest thing only. Nothing moves any more, and the
// document's edges are where the live picture last showed them.
export function reviewAdvice(
  canvas: HTMLCanvasElement, shape: Shape, edges: Edges = { sides: 4, sidesInside: 0 }
): Advice {
  return judge({ ...measureCanvas(canvas), ...edges, moved: 0 }, shape);
}

export class Viewfinder {
  private readonly video = h("video", { playsinline: true, muted: true, autoplay: true,
    "aria-hidden": "true", tabindex: "-1" });
  private readonly frame = h("div", { class: "frame", "aria-hidden": "true" });
  private readonly advice = h("p", { class: "advice", role: "status" });
  private readonly tools = h("div", { class: "row" });
  private readonly live = h("div", {});
  private readonly dialog = h("dialog", { class: "camera" });
  private readonly camera: Camera;
  private readonly sample = document.createElement("canvas");
  private before: Grey | null = null;
  private edges: Edges | undefined;
  private steady = new Steady();
  private timer: ReturnType<typeof setInterval> | undefined;
  private finish: (outcome: Outcome) => void = () => undefined;

  constructor(private readonly shape: Shape, facing: Facing, private readonly title: string) {
    this.camera = new Camera(this.video, facing);
    this.frame.classList.add(shape);
  }

  // Until a picture is accepted, the dialog closed, or the camera not to be had.
  async take(): Promise<Outcome> {
    const ended = new Promise<Outcome>((resolve) => { this.finish = resolve; });
    this.build();
    document.body.append(this.dialog);
    this.dialog.showModal();
    const onHide = (): void => { if (document.hidden) this.rest(); else void this.start(); };
    document.addEventListener("visibilitychange", onHide);
    void this.start();  // the browser may ask for as long as it likes, the cross works meanwhile
    const outcome = await ended;
    document.removeEventListener("visibilitychange", onHide);
    this.rest();
    this.dialog.close();
    this.dialog.remove();
    return outcome;
  }

  private build(): void {
    const heading = h("h2", { id: "camera-title" }, this.title);
    const shut = iconButton("close", say("capture.close"), () => this.finish("closed"));
    shut.classList.add("shut");
    this.live.append(this.video, this.frame, heading,
      h("div", { class: "below" }, this.advice, this.tools));
    this.dialog.setAttribute("aria-labelledby", heading.id);
    this.dialog.append(this.live, shut);
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.finish("closed");
    });
    this.tell("care", say("capture.opening"));
  }

  private async start(): Promise<void> {
    if (this.live.hidden || this.camera.isOpen) return;
    try {
      if (!(await this.camera.open())) return;
      if (document.hidden || !this.dialog.isConnected) return this.rest();
      await this.ready();
    } catch (error) {
      this.finish(troubleOf(error));
    }
  }

  // Camera off and no more looking: the page is hidden, the picture taken, or all is over.
  private rest(): void {
    clearInterval(this.timer);
    this.camera.close();
    this.before = null;
    this.tools.replaceChildren();  // a shutter without a camera behind it would do nothing
  }

  private async ready(): Promise<void> {
    this.camera.onEnd(() => this.finish("busy"));
    this.dialog.classList.toggle("mirror", this.camera.isMirrored);
    const shutter = h("button", { type: "button", class: "shutter",
      "aria-label": say("capture.shutter") });
    shutter.addEventListener("click", () => this.shoot());
    const turn = await this.turnButton();
    if (!this.dialog.isConnected) return this.rest();
    if (!this.camera.isOpen) return;
    this.tools.replaceChildren(this.lightButton(), shutter, turn);
    shutter.focus();
    this.steady = new Steady();
    this.tell("care", say(this.shape === "face" ? "capture.face" : "capture.edges"));
    clearInterval(this.timer);
    this.timer = setInterval(() => this.look(), lookEvery);
  }

  private lightButton(): HTMLElement {
    if (!this.camera.canLight) return h("span");
    const button = iconButton("light", say("capture.light"), () => {
      const is = button.getAttribute("aria-pressed") !== "true";
      this.camera.light(is).then(() => button.setAttribute("aria-pressed", String(is)),
        () => button.remove());
    });
    button.setAttribute("aria-pressed", "false");
    return button;
  }

  private async turnButton(): Promise<HTMLElement> {
    const others = await this.camera.others().catch(() => []);
    if (others.length === 0) return h("span");
    return iconButton("turn", say("capture.switch"), () => {
      clearInterval(this.timer);
      this.before = null;
      this.camera.turn().then((is) => is ? this.ready() : undefined,
        (error: unknown) => this.finish(troubleOf(error)));
    });
  }

  private get size(): Size {
    return { w: this.video.videoWidth, h: this.video.videoHeight };
  }

  private part(margin: number): Box {
    return underFrame(this.size, boxOf(this.video), boxOf(this.frame), margin);
  }

  private look(): void {
    if (this.video.readyState < 2 || this.size.w === 0) return;
    const outer = this.part(lookMargin), inner = this.part(0);
    const drawn = { w: lookWidth, h: Math.max(1, Math.round(lookWidth * outer.h / outer.w)) };
    if (this.sample.width !== drawn.w || this.sample.height !== drawn.h)
      Object.assign(this.sample, { width: drawn.w, height: drawn.h });
    const context = this.sample.getContext("2d", { willReadFrequently: true, alpha: false });
    if (!context) return;
    context.drawImage(this.video, outer.x, outer.y, outer.w, outer.h, 0, 0, drawn.w, drawn.h);
    const grey = greyOf(context.getImageData(0, 0, drawn.w, drawn.h).data, drawn);
    const measures = measure(grey, within(outer, inner, drawn), this.before);
    this.before = grey;
    this.edges = measures;
    const found = this.steady.next(judge(measures, this.shape));
    if (!found) return;
    this.dialog.dataset["advice"] = found;
    this.frame.classList.toggle("good", found === "good");
    this.tell(found === "good" ? "good" : "care", say(adviceKey(found)));
  }

  // A screen reader hears a line only when it changes.
  private tell(picture: "good" | "care", text: string): void {
    if (this.advice.textContent === text) return;
    this.advice.replaceChildren(icon(picture), text);
  }

  private shoot(): void {
    if (this.size.w === 0) return;
    const canvas = drawPart(this.video, this.part(frameMargin), this.shape);
    const edges = this.edges;
    this.rest();
    this.live.hidden = true;
    this.review(canvas, reviewAdvice(canvas, this.shape, edges && {
      sides: edges.sides, sidesInside: edges.sidesInside }));
  }

  private review(canvas: HTMLCanvasElement, found: Advice): void {
    const isGood = found === "good";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", say("capture.preview"));
    const choose = (label: string, isFirst: boolean, act: () => void): HTMLButtonElement => {
      const button = h("button", { type: "button", class: isFirst ? "choose first" : "choose" },
        label);
      button.addEventListener("click", act);
      return button;
    };
    const use = choose(say("capture.use"), isGood, () => this.finish({ canvas }));
    const again = choose(say("capture.again"), !isGood, () => {
      screen.remove();
      this.live.hidden = false;
      void this.start();
    });
    const question = h("h2", { tabindex: "-1" },
      say(this.shape === "face" ? "capture.review_face" : "capture.review_title"));
    const screen = h("div", { class: "review" }, question, canvas,
      h("p", { class: "advice", role: "status" }, icon(isGood ? "good" : "care"),
        say(reviewKey(found))),
      h("div", { class: "pair" }, ...(isGood ? [use, again] : [again, use])));
    this.dialog.append(screen);
    question.focus();
  }
}

function adviceKey(advice: Advice): string {
  return `capture.${advice}`;
}

// What is said of a finished picture: a question rather than an order. There are fewer of them.
export function reviewKey(advice: Advice): string {
  return advice === "backlit" ? "capture.review_dark" : `capture.review_${advice}`;
}
