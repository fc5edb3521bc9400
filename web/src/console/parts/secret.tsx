// Texts shown once: a secret, a link, recovery codes. Each can be copied; the dialog closes only by
// the button that says they are stored.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

// It says itself what became of it: what lies behind a modal dialog is silent for a screen reader.
export function Copy(props: { text: string; name: string }) {
  const [state, setState] = useState<"" | "done" | "failed">("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setState("done");
    } catch {
      setState("failed");
    }
  };
  return (
    <>
      <button type="button" class="second small" onClick={() => void copy()}>
        <Icon name={state === "done" ? "check" : "copy"} />
        <span aria-live="polite">{state === "done" ? "Copied" : "Copy"}</span>
        <span class="unseen"> {props.name}</span>
      </button>
      <span class={state === "failed" ? "hint" : "unseen"} role="status">
        {state === "failed"
          && "The browser does not let this page copy: select the text and copy it yourself."}
      </span>
    </>
  );
}

export const Secret = (props: { name: string; text: string }) => (
  <div class="secret">
    <span class="name">{props.name}</span>
    <code tabIndex={0}>{props.text}</code>
    <Copy text={props.text} name={props.name} />
  </div>
);

export function SecretDialog(props: {
  title: string;
  secrets: readonly [string, string][];
  onClose: () => void;
  children?: ComponentChildren;
}) {
  return (
    <Dialog title={props.title} onClose={props.onClose} isHeld isWide>
      {props.children ?? (
        <p>What stands here is shown this once. Store it where your service reads its secrets.</p>
      )}
      {props.secrets.map(([name, text]) => <Secret key={name} name={name} text={text} />)}
      <div class="actions">
        <button type="button" onClick={props.onClose}>I have stored it</button>
      </div>
    </Dialog>
  );
}
