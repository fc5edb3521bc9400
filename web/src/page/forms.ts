// The form of a step: says what is wrong beside the field while the visitor is still there, then in
// a summary that takes the focus. It asks nothing that the server does not ask (the attributes of
// the inputs are the server's rules), and the server asks again.
import { controlsOf, keepDraft } from "./drafts.js";
import { h } from "./dom.js";
import { memory, setLeaving, type Here } from "./here.js";
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

// Arabic and Persian keyboards write digits of their own where ours are asked for.
export function withOurDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) =>
    String(digit.charCodeAt(0) & 15));
}

// Day, month and year as they were typed; a date that the calendar has?
export function isDate(day: string, month: string, year: string): boolean {
  const [d, m, y] = [Number(day), Number(month), Number(year)];
  if (![d, m, y].every(Number.isInteger) || !/^\d{4}$/.test(year.trim())) return false;
  const date = new Date(Date.UTC(y, m - 1, d));
  date.setUTCFullYear(y);
  return date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
}

// The three controls of a date are one answer; everything else stands alone.
function partsOf(control: Control): Control[] {
  const group = control.closest(".date");
  return group ? [...group.querySelectorAll<Control>("input, select")] : [control];
}

function isGroup(control: Control): boolean {
  return control.type === "radio" || control.closest(".date") !== null;
}

function labelOf(control: Control): string {
  const group = isGroup(control) ? control.closest("fieldset")?.querySelector("legend") : null;
  const label = group ?? control.labels?.[0];
  return (label?.textContent ?? control.name).trim();
}

function dateKey(parts: readonly Control[]): string | null {
  const value = (which: string): string =>
    parts.find((part) => part.name.endsWith(which))?.value.trim() ?? "";
  const typed = parts.filter((part) => part.value.trim() !== "").length;
  if (typed === 0) return parts.some((part) => part.required) ? "live.wrong_empty" : null;
  return isDate(value("day"), value("month"), value("year")) ? null : "live.wrong_date";
}

function complaint(control: Control): string {
  const parts = partsOf(control);
  const key = parts.length > 1 ? dateKey(parts) : complaintKey(control.validity, control.type);
  if (key === null) return "";
  return say(key, { label: labelOf(control) }) || control.validationMessage;
}

function noteOf(control: Control): HTMLElement {
  const group = control.closest(".date");
  const id = `${group ? control.name.replace(/\.\w+$/, "") : control.id || control.name}-wrong`;
  const found = document.getElementById(id);
  if (found) return found;
  const note = h("p", { class: "wrong", id, hidden: true });
  let place: Element = group ?? control.closest("fieldset, .check") ?? control;
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
  for (const part of partsOf(control)) {
    if (text) part.setAttribute("aria-invalid", "true");
    else part.removeAttribute("aria-invalid");
    describe(part, note.id, text !== "");
  }
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

// One radio of a group, and one part of a date, speaks for all of them.
function speakerOf(control: Control, form: HTMLFormElement): Control {
  if (control.type === "radio")
    return controlsOf(form).find((other) => other.name === control.name) ?? control;
  return partsOf(control)[0] ?? control;
}

function judged(form: HTMLFormElement): Control[] {
  return controlsOf(form).filter((control) =>
    control.willValidate && speakerOf(control, form) === control);
}

function isWrong(control: Control): boolean {
  return control.getAttribute("aria-invalid") === "true";
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
  form.addEventListener("input", (event) => {
    const control = event.target as Control;
    const text = control.inputMode === "numeric" ? withOurDigits(control.value) : control.value;
    if (text !== control.value) control.value = text;
  });
  form.addEventListener("change", (event) => {
    const control = event.target as Control;
    // A date is judged when all of it is there.
    if (partsOf(control).every((part) => part.value !== "") || isWrong(control))
      judge(speakerOf(control, form));
  });
  // While typing, a complaint may go but none may come.
  form.addEventListener("input", (event) => {
    const control = event.target as Control;
    if (isWrong(control) && complaint(speakerOf(control, form)) === "")
      judge(speakerOf(control, form));
  });
  keepDraft(form, here);
}

// A second press while the first is on its way is not a second answer. The button stays enabled,
// for its name and value go along; it comes back by itself should the answer never come.
export function sendOnce(form: HTMLFormElement): void {
  let isSent = false;
  const set = (is: boolean): void => {
    isSent = is;
    setLeaving(is);
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
// A screen that only looked again whether it is done yet leaves the reader where they are.
export function focusStart(here: Here): void {
  const screen = `${here.go} ${here.page} ${here.version}`;
  const isSame = here.page === "deciding" && memory.get("limen:screen") === screen;
  memory.set("limen:screen", screen);
  if (location.hash || isSame) return;
  const start = document.getElementById("error") ?? document.querySelector("main h1");
  if (!(start instanceof HTMLElement)) return;
  start.tabIndex = -1;
  start.focus({ preventScroll: start.tagName === "H1" });
}
