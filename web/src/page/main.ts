// The script of the end-user pages. Every page is complete without it; each part looks for its
// hooks (docs/wire/pages.md) and does nothing where there are none.
import { arrive, stripAddress } from "./arrive.js";
import { watchClock } from "./clock.js";
import { handOver } from "./device.js";
import { dropForeignDrafts } from "./drafts.js";
import { checkAnswers, focusStart, sendOnce } from "./forms.js";
import { guardLeaving, readHere } from "./here.js";
import { isOf, sweep } from "./keep.js";
import { follow } from "./live.js";
import { PictureForm } from "./picture.js";
import { readWords } from "./words.js";

function all(selector: string): HTMLFormElement[] {
  return [...document.querySelectorAll<HTMLFormElement>(selector)];
}

function begin(): void {
  const arrival = document.querySelector<HTMLFormElement>("form[data-arrive]");
  if (arrival) return arrive(arrival);
  if (document.body.dataset["bare"] !== undefined) stripAddress();
  readWords(document);
  const here = readHere(document.body);
  for (const form of all("form[data-answers]")) checkAnswers(form, here);
  for (const form of all("form[data-capture]")) void new PictureForm(form, here).enhance();
  for (const form of all("form[data-hand-over]")) handOver(form, here);
  for (const form of all("form:not([data-capture]):not([data-hand-over])")) sendOnce(form);
  dropForeignDrafts(here);
  guardLeaving();
  watchClock(here);
  follow(here);
  focusStart(here);
  void sweep(here.page === "end" ? isOf(here.go) : () => false);
}

begin();
