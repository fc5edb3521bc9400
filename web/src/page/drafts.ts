// What was typed and not yet received, kept in this tab under the session and the step it belongs
// to: a tab that dies, a language that is switched or an answer that never came loses nothing. A
// draft goes when the journey shows another step; so does every draft of another session. Secrets
// and files are never kept: hidden inputs stay untouched.
import { memory, type Here } from "./here.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const prefix = "limen:draft:";

export function draftKey(go: string, step: string): string {
  return `${prefix}${go}:${step}`;
}

function isKept(control: Control): boolean {
  return control.name !== "" && !["hidden", "file", "password", "submit"].includes(control.type);
}

export function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.elements].filter((element): element is Control =>
    element instanceof HTMLInputElement || element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement).filter(isKept);
}

function isTicked(control: Control): control is HTMLInputElement {
  return control.type === "checkbox" || control.type === "radio";
}

function keep(form: HTMLFormElement, key: string): void {
  const typed: Record<string, string> = {};
  for (const control of controlsOf(form)) {
    if (!isTicked(control)) typed[control.name] = control.value;
    else if (control.checked) typed[control.name] = control.value;
  }
  memory.set(key, JSON.stringify(typed));
}

// Only into what the server left empty: what it sent along is what was sent to it last.
function restore(form: HTMLFormElement, key: string): void {
  let typed: Record<string, unknown>;
  try {
    typed = JSON.parse(memory.get(key) ?? "{}") as Record<string, unknown>;
  } catch {
    return;
  }
  const ticked = new Set(controlsOf(form).filter((c) => isTicked(c) && c.checked)
    .map((c) => c.name));
  for (const control of controlsOf(form)) {
    const value = typed[control.name];
    if (typeof value !== "string") continue;
    if (!isTicked(control)) control.value ||= value;
    else if (!ticked.has(control.name)) control.checked = control.value === value;
  }
}

function stepOf(form: HTMLFormElement | null): string | undefined {
  return form?.querySelector<HTMLInputElement>("input[name=step]")?.value;
}

export function keepDraft(form: HTMLFormElement, here: Here): void {
  const step = stepOf(form);
  if (!here.go || !step) return;
  const key = draftKey(here.go, step);
  restore(form, key);
  // Not dropped when it is sent: only the next step shows that it was received.
  form.addEventListener("input", () => keep(form, key));
}

// Drafts of other sessions do not outlive the change, nor those of a step that is not the current
// one any more; at the end none stays. A page beside the journey says nothing about its steps.
export function dropForeignDrafts(here: Here): void {
  if (here.page === "end") return memory.dropAll(prefix, () => false);
  if (!here.go) return;
  const isJourney = here.page === "step" || here.page === "picture";
  const step = isJourney ? stepOf(document.querySelector("form[data-answers]")) ?? "" : null;
  memory.dropAll(prefix, (key) => step === null ? key.startsWith(draftKey(here.go, ""))
    : key === draftKey(here.go, step));
}
