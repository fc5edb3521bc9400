// The form of a step: says what is wrong beside the field while the visitor is still there, then in
// a summary that takes the focus. It asks nothing that the server does not ask (the attributes of
// the inputs are the server's rules), and the server asks again.
import { controlsOf, keepDraft } from "./drafts.js";
import { h } from "./dom.js";
import type { Here } from "./here.js";
import { say } from "./words.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
// What the browser found: a copy, so that it can be judged where there is no browser.
export type Flaws = Partial<Record<keyof ValidityState, boolean>>;

// The key of the sentence for what is wrong; null when nothing is.
export function complaintKey(flaws: Flaws, type: string): string | null {
  if (flaws.valueMissing)
    return type === "checkbox" ? "live.wrong_unticked"
      : type === "radio" || type === "select-one" ? "live.wrong_unchosen" : "live.wrong_empty";
  if (flaws.badInput) return type === "date" ? "live.wrong_date" : "live.wrong_number";
  if (flaws.typeMismatch) return type === "email" ? "live.wrong_email" : "live.wrong_form";
  if (flaws.rangeOverflow || flaws.rangeUnderflow)
    return type === "date" ? "live.wrong_range_date" : "live.wrong_range";
  if (flaws.tooShort) return "live.wrong_short";
  if (flaws.tooLong) return "live.wrong_long";
  if (flaws.patternMismatch || flaws.stepMismatch || flaws.customError) return "live.wrong_form";
  return null;
}

function labelOf(control: Control): string {
  const isRadio = control.type === "radio";
  const group = isRadio ? control.closest("fieldset")?.querySelector("legend") : null;
  const label = group ?? control.labels?.[0];
  return (label?.textContent ?? control.name).trim();
}

function complaint(control: Control): string {
  const key = complaintKey(control.validity, control.type);
  if (key === null) return "";
  return say(key, { label: labelOf(control) }) || control.validationMessage;
}

function noteOf(control: Control): HTMLElement {
  const id = `${control.id || control.name}-wrong`;
  const found = document.getElementById(id);
  if (found) return found;
  const note = h("p", { class: "wrong", id, hidden: true });
  let place: Element = control.closest("fieldset, .check") ?? control;
  while (place.nextElementSibling?.matches(".wrong")) place = place.nextElementSibling;
  place.after(note);
  return note;
}

function describe(control: Control, id: string, is: boolean): void {
  const ids = (control.getAttribute("aria-describedby") ?? "").split(/\s+/)
    .filter((word) => word !== "" && word !== id);
  if (is) ids.push(id);
  if (ids.length > 0) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}

// Shows or takes away what is wrong with one control; answers the sentence.
function judge(control: Control): string {
  const text = complaint(control);
  const note = noteOf(control);
  note.textContent = text;
  note.hidden = text === "";
  if (text) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  describe(control, note.id, text !== "");
  return text;
}

function summarise(form: HTMLFormElement, found: ReadonlyMap<Control, string>): void {
  const list = h("ul");
  for (const [control, text] of found) {
    control.id ||= `field-${control.name}`;
    list.append(h("li", {}, h("a", { href: `#${control.id}` }, text)));
  }
  list.addEventListener("click", (event) => {
    const target = event.target instanceof HTMLAnchorElement ? event.target.hash.slice(1) : "";
    const control = document.getElementById(target);
    if (!control) return;
    event.preventDefault();
    control.focus();
  });
  const box = h("div", { class: "error", id: "error", role: "alert", tabindex: "-1" },
    h("h2", {}, say("live.wrong_title")), list);
  const old = document.getElementById("error");
  if (old) old.replaceWith(box);
  else (document.querySelector("main > h1") ?? form).before(box);
  box.focus();
}

// One radio of a group speaks for all of them.
function judged(form: HTMLFormElement): Control[] {
  const names = new Set<string>();
  return controlsOf(form).filter((control) => {
    if (control.type !== "radio") return control.willValidate;
    const isFirst = !names.has(control.name);
    names.add(control.name);
    return isFirst && control.willValidate;
  });
}

export function checkAnswers(form: HTMLFormElement, here: Here): void {
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    const found = new Map<Control, string>();
    for (const control of judged(form)) {
      const text = judge(control);
      if (text) found.set(control, text);
    }
    if (found.size === 0) return;
    event.preventDefault();
    summarise(form, found);
  });
  form.addEventListener("change", (event) => {
    const control = event.target as Control;
    if (judged(form).includes(control) && (control.value !== "" || control.ariaInvalid))
      judge(control);
  });
  // While typing, a complaint may go but none may come.
  form.addEventListener("input", (event) => {
    const control = event.target as Control;
    if (control.getAttribute("aria-invalid") === "true") judge(control);
  });
  keepDraft(form, here);
}

// A second press while the first is on its way is not a second answer. The button stays enabled,
// for its name and value go along; it comes back by itself should the answer never come.
export function sendOnce(form: HTMLFormElement): void {
  let isSent = false;
  const set = (is: boolean): void => {
    isSent = is;
    for (const button of form.querySelectorAll("button"))
      if (is) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
  };
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (isSent) return event.preventDefault();
    set(true);
    setTimeout(() => set(false), 15_000);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) set(false);
  });
}

// Where the reader is on a new screen: at what went wrong, else at its heading.
export function focusStart(): void {
  if (location.hash) return;
  const start = document.getElementById("error") ?? document.querySelector("main h1");
  if (!(start instanceof HTMLElement)) return;
  start.tabIndex = -1;
  start.focus({ preventScroll: start.tagName === "H1" });
}
