// What was typed and not yet sent, kept in this tab under the session and the step it belongs to: a
// tab that dies, a language that is switched or a step back loses nothing. Sent is forgotten; so is
// every draft of another session. Secrets and files are never kept: hidden inputs stay untouched.
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

export function keepDraft(form: HTMLFormElement, here: Here): void {
  const step = form.querySelector<HTMLInputElement>("input[name=step]")?.value;
  if (!here.go || !step) return;
  const key = draftKey(here.go, step);
  restore(form, key);
  form.addEventListener("input", () => keep(form, key));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) memory.drop(key);
  });
}

// Drafts of other sessions do not outlive the change; at the end none does.
export function dropForeignDrafts(here: Here): void {
  if (here.go && here.page !== "end") memory.dropAll(prefix, draftKey(here.go, ""));
  else if (here.page === "end") memory.dropAll(prefix);
}
