// Walks a person from a link to the end, screen by screen. It knows the hooks of
// docs/wire/pages.md and the texts of web/locales, nothing of how a page looks, and looks at every
// screen on the way (checks.mjs). It judges no result: the test does.
import { look } from "./checks.mjs";
import { still } from "./camera.mjs";
import { Keyboard, Pointer } from "./hands.mjs";
import { until } from "./server.mjs";
import { word } from "./words.mjs";

const ANSWERS = { document_type: "id_card", country: "AT", first_name: "Alex",
  last_name: "Muster", date_of_birth: "2004-07-09", value: "1000", currency: "EUR", period: "12" };
const ALPHA_3 = { AT: "AUT" };
const ENDS = new Set(["end", "problem", "phone", "left"]);

/** What the page (or frame) says it is; null while it is on its way to another. */
async function glance(page, script) {
  const at = await page.evaluate(() => document.readyState === "complete" && {
    kind: document.body.dataset.page ?? "", made: performance.timeOrigin, url: location.href,
    capture: document.querySelector("form[data-capture]")?.dataset.capture ?? "",
    shows: document.querySelector("form[data-capture]")?.dataset.shows ?? "",
    step: document.querySelector("form [name=step]")?.value ?? "",
    wrong: document.querySelector("#error")?.textContent.trim() ?? "",
  }).catch(() => null);
  const isMoving = at && script && (at.kind === "arrive" || at.kind === "deciding");
  return at && !isMoving ? at : null;
}

export class Walk {
  /** camera: the pictures come from it; keyboard: no pointer; looks: judge each screen. */
  constructor(visitor, { flow, chrome, keyboard = false, looks = true, theme = "", answers = {},
    page = visitor.page } = {}) {
    Object.assign(this, { visitor, flow, chrome, looks, theme, page });
    this.answers = { ...ANSWERS, ...answers };
    this.window = page.page?.() ?? page; // page may be a frame in one
    this.hands = keyboard ? new Keyboard(page) : new Pointer(page);
    this.been = [];
  }

  glance() {
    return glance(this.page, this.visitor.script);
  }

  say(key, values) {
    return word(this.visitor.lang, key, values);
  }

  /** Waits until the page stands still and is not the one made at `before`. */
  async settle(before = 0) {
    this.at = await until(`another page after ${this.at?.kind ?? "none"}`, async () => {
      const at = await glance(this.page, this.visitor.script);
      return at && at.made !== before && at;
    }, 60_000);
    if (!this.at.url.startsWith(this.visitor.server.url)) this.at.kind = "left";
    this.been.push(this.at.kind);
    return this.at;
  }

  async open(url) {
    await this.page.goto(url, { waitUntil: "commit" });
    await this.settle();
    return this.see();
  }

  /** `more` names what has come over the page since: a dialog, a picture to be looked at. */
  async see(more = "") {
    const { kind, capture, step } = this.at;
    if (kind === "hand-over" && this.visitor.script)
      await this.page.locator("[data-qr] svg").waitFor();
    const name = [this.flow, kind, capture || step, this.at.wrong && "wrong", more]
      .filter(Boolean).join("/");
    if (this.theme && kind !== "left") this.colours = await this.page.evaluate(() =>
      getComputedStyle(document.body).backgroundColor);
    if (this.looks && kind !== "left")
      await look(this.visitor, name, { page: this.page, theme: this.theme });
    return this.at;
  }

  /** Does something that leads to another page, waits for it and looks at it. */
  async turn(act) {
    const before = this.at.made;
    await act();
    await this.settle(before);
    return this.see();
  }

  button(key, within = this.page) {
    return within.getByRole("button", { name: this.say(key), exact: true });
  }

  /** A button of the camera's dialog: the page behind it has one of the same name. */
  lens(key) {
    return this.button(key, this.page.getByRole("dialog"));
  }

  submitOf(form) {
    return form.locator("button[type=submit]:enabled, button:not([type])").first();
  }

  press(form) {
    return this.turn(() => this.hands.press(this.submitOf(form)));
  }

  async fill(form) {
    const fields = await form.locator("input:visible, select:visible, textarea:visible, " +
      "input[type=radio], input[type=checkbox]").all();
    for (const field of fields) await this.answer(field);
  }

  async answer(field) {
    const [name, type, value, part] = await field.evaluate((e) => [e.name, e.type, e.value,
      e.getAttribute("autocomplete") ?? ""]);
    const key = name.replace(/^data\./, "").replace(/[._-](day|month|year)$/, "");
    const ending = /[._-](day|month|year)$/.exec(name)?.[1] ?? /^bday-(\w+)$/.exec(part)?.[1];
    const given = this.answers[key];
    if (type === "file" || given === undefined && type !== "checkbox") return;
    if (type === "radio") {
      if (value === given) await this.hands.check(field);
    } else if (type === "checkbox") {
      await this.hands.check(field);
    } else if (ending) {
      const parts = given.split("-");
      const text = String(Number(parts[["year", "month", "day"].indexOf(ending)]));
      if (type === "select-one") await this.hands.choose(field, await this.option(field, text));
      else await this.hands.fill(field, text);
    } else if (type === "select-one") {
      await this.hands.choose(field, await this.option(field, given));
    } else {
      await this.hands.fill(field, given);
    }
  }

  /** The value among a list's that means `text`: "7" may stand there as "07". */
  async option(list, text) {
    const values = await list.evaluate((e) => [...e.options].map((o) => o.value));
    const found = values.find((v) => v === text) ??
      values.find((v) => v && (Number(v) === Number(text) || v === ALPHA_3[text]));
    if (!found) throw new Error(`${text} is not to be chosen`);
    return found;
  }

  /** One picture: by the camera if this visitor is to have one, else from a file. */
  picture(form) {
    if (!this.byCamera || !this.visitor.script) return this.turn(() => this.sendFile(form));
    return this.turn(() => this.shoot(form));
  }

  startOf(form) {
    return this.button(this.at.shows === "face" ? "capture.start_face" : "capture.start", form);
  }

  /** Opens the camera, takes a picture, and keeps it. */
  async shoot(form) {
    await this.hands.press(this.startOf(form));
    await this.lens("capture.shutter").waitFor();
    await this.see("camera");
    await this.hands.press(this.lens("capture.shutter"));
    await this.lens("capture.use").waitFor();
    await this.see("review");
    await this.hands.press(this.lens("capture.use"));
  }

  async sendFile(form) {
    const type = await form.locator("input[name=type]").inputValue();
    const file = await still(this.chrome, type.startsWith("document") ? "document" : "face");
    if (!this.visitor.script || !this.at.kind) {
      await this.hands.give(form.locator("input[type=file]"), file);
      return this.hands.press(this.submitOf(form));
    }
    await this.choose(form, file);
    await this.button("capture.use").waitFor();
    await this.see("chosen");
    return this.hands.press(this.button("capture.use"));
  }

  /** The way of somebody without a camera, where there is a script. */
  async choose(form, file) {
    const [chooser] = await Promise.all([this.window.waitForEvent("filechooser"),
      this.hands.press(this.button("capture.choose", form))]);
    await chooser.setFiles(file);
  }

  /** One screen's worth. */
  async step() {
    const main = this.page.locator("main");
    switch (this.at.kind) {
      case "arrive": return this.press(main.locator("form[data-arrive]"));
      case "hand-over": return this.press(main.locator("form[data-continue]"));
      case "continue": return this.press(main.locator("form").first());
      case "picture": return this.picture(main.locator("form[data-capture]").first());
      default: {
        const form = main.locator("form[method=post]").first();
        await this.fill(form);
        if (await form.locator("input[type=file]").count())
          return this.turn(() => this.sendFile(form));
        return this.press(form);
      }
    }
  }

  /** Until the end, a problem, or a screen of the kind `stop`. */
  async go({ stop, steps = 12 } = {}) {
    for (let i = 0; i < steps; ++i) {
      const isOver = !(await this.page.locator("main form[method=post]").count());
      if (isOver || ENDS.has(this.at.kind) || this.at.kind === stop) return this.at;
      const { made, wrong } = this.at;
      await this.step();
      if (this.at.wrong && this.at.wrong !== wrong && this.at.kind !== "problem" && made)
        throw new Error(`the page complains: ${this.at.wrong}`);
    }
    throw new Error(`no end after ${steps} screens: ${this.been.join(" > ")}`);
  }
}
