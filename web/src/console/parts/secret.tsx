// Texts shown once: a secret, a link, recovery codes. Each can be copied; the dialog closes only by
// the button that says they are stored.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { say } from "./said";

export function Copy(props: { text: string; name: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setDone(true);
      say(`${props.name} copied`);
    } catch {
      say("The browser does not let this page copy: select the text and copy it yourself");
    }
  };
  return (
    <button type="button" class="second small" onClick={() => void copy()}>
      <Icon name={isDone ? "check" : "copy"} />
      <span aria-live="polite">{isDone ? "Copied" : "Copy"}</span>
      <span class="unseen"> {props.name}</span>
    </button>
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
