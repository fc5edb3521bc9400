// The way to another device: fetches the one-time link, draws it as a QR code, and offers it for
// copying. Each press makes a new link; the server ends the one before.
import { drawing, h, textButton } from "./dom.js";
import { authorization, type Here } from "./here.js";
import { say } from "./words.js";

interface Link {
  readonly url: string;
  readonly expires_at?: string;
  readonly mailto?: string;
  readonly qr?: { readonly size: number; readonly path: string };
}

const renewalsMax = 3;

async function copy(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard here (plain http, an old browser, a frame): select it and ask the old way.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

// The link in a box that can be read and selected, and a button that says whether it worked.
function copyBox(): { box: HTMLElement; show(url: string): void } {
  const field = h("input", { type: "text", readonly: true, dir: "ltr", spellcheck: "false",
    "aria-label": say("live.link") });
  const said = h("span", { "data-copied": true, role: "status" });
  const button = textButton(say("live.copy"), true, () => {
    said.textContent = "";
    void copy(field.value, field).then((is) => {
      said.textContent = say(is ? "live.copied" : "live.copy_failed");
    });
  });
  field.addEventListener("focus", () => field.select());
  return {
    box: h("div", { class: "copy" }, field, button, said),
    show: (url) => { field.value = url; said.textContent = ""; },
  };
}

export function handOver(form: HTMLFormElement, here: Here): void {
  const qr = document.querySelector<HTMLElement>("[data-qr]");
  const plain = document.querySelector<HTMLAnchorElement>("a[data-link]");
  const mail = document.querySelector<HTMLAnchorElement>("a[data-mail]");
  if (!qr || !here.go) return;
  const copied = plain ? copyBox() : null;

  const show = (link: Link): void => {
    if (link.qr) qr.replaceChildren(drawing(link.qr.size, link.qr.path, say("live.qr")));
    qr.hidden = false;
    const again = form.querySelector<HTMLElement>("button[data-again]");
    if (again) {
      again.textContent = again.dataset["again"] ?? "";
      again.classList.add("second");
    }
    if (copied && plain) {
      copied.show(link.url);
      if (!copied.box.isConnected) plain.after(copied.box);
      plain.hidden = true;
    }
    if (mail && link.mailto) {
      mail.href = link.mailto;
      mail.classList.add("button", "second");
      mail.hidden = false;
    }
  };
  const make = async (): Promise<boolean> => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.append(name, String(value));
    const answer = await fetch(form.action, { method: "POST", body: fields,
      headers: { Accept: "application/json", ...authorization() } });
    if (!answer.ok) return false;
    const link = (await answer.json()) as Link;
    show(link);
    renewLater(link);
    return true;
  };
  // A code that has run out is worse than none: a fresh one takes its place while somebody looks, a
  // few times; then it goes, and the button makes another.
  let renewals = 0;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const renew = (): void => {
    isDue = document.hidden;
    if (!isDue && renewals++ < renewalsMax) {
      void make().catch(() => false);
      return;
    }
    qr.replaceChildren();
    copied?.box.remove();
    if (mail) mail.hidden = true;
  };
  const renewLater = (link: Link): void => {
    clearTimeout(renewal);
    isDue = false;
    const serverNow = here.now + performance.now();
    const left = Date.parse(link.expires_at ?? "") - serverNow - 5000;
    if (!(left > 0)) return;
    renewal = setTimeout(renew, left);
  };
  document.addEventListener("visibilitychange", () => { if (isDue) renew(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    renewals = 0;
    void make().catch(() => false).then((is) => { if (!is) form.submit(); });
  });
  // A page that brought its link only gets the button to copy it; else one is made at once.
  if (qr.firstElementChild && plain?.href) show({ url: plain.href });
  else if (here.page === "hand-over") void make().catch(() => false);
}
