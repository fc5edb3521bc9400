// A modal dialog, by the browser's own <dialog>: it keeps the focus inside, closes on Escape and
// gives the focus back to what opened it. What it asks is given as children.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Form, type Answers } from "./field";
import { Icon } from "./icon";
import { useAction } from "./loading";

interface DialogProps {
  title: string;
  onClose: () => void;
  isWide?: boolean;
  // No Escape and no corner cross: what it shows is shown once.
  isHeld?: boolean;
  // What it asked for is on its way: nothing closes it until the answer is in.
  isBusy?: boolean;
  children: ComponentChildren;
}

export function Dialog(props: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (!shown) return;
    const opener = document.activeElement as HTMLElement | null;
    if (!shown.open) shown.showModal();
    return () => {
      shown.close();
      if (opener?.isConnected) opener.focus();
    };
  }, []);
  const stays = props.isHeld || props.isBusy;
  const close = () => {
    if (!stays) props.onClose();
  };
  const cancel = (event: Event) => {
    event.preventDefault();
    close();
  };
  // A browser lets `cancel` be prevented once for each click; then Escape closes all the same.
  const closed = () => {
    if (!dialog.current?.isConnected || dialog.current.open) return;
    if (stays) dialog.current.showModal();
    else props.onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby={title} class={props.isWide ? "wide" : ""}
      closedby={stays ? "none" : undefined} onCancel={cancel} onClose={closed}>
      <header>
        <h2 id={title} tabIndex={-1}>{props.title}</h2>
        {!props.isHeld && (
          <button type="button" class="plain square" aria-label="Close" onClick={close}
            disabled={props.isBusy}>
            <Icon name="close" />
          </button>
        )}
      </header>
      {props.children}
    </dialog>
  );
}

interface QuestionProps {
  title: string;
  submit: string;
  isDanger?: boolean;
  fields?: readonly string[];
  onClose: () => void;
  onSubmit: (answers: Answers, form: FormData) => Promise<void>;
  children: (problem: ReturnType<typeof useAction>["problem"]) => ComponentChildren;
}

// A dialog that is one form: it closes when the server agreed.
export function Question(props: QuestionProps) {
  const action = useAction();
  const submit = async (answers: Answers, form: FormData) => {
    await props.onSubmit(answers, form);
    props.onClose();
  };
  return (
    <Dialog title={props.title} onClose={props.onClose} isBusy={action.isBusy}>
      <Form action={action} submit={props.submit} fields={props.fields ?? []} onSubmit={submit}
        isDanger={props.isDanger ?? false}
        beside={<button type="button" class="second" disabled={action.isBusy}
          onClick={props.onClose}>Cancel</button>}>
        {props.children(action.problem)}
      </Form>
    </Dialog>
  );
}

// Which dialog of a screen is open, if any.
export function useDialog<T>(): [T | null, (what: T) => void, () => void] {
  const [open, setOpen] = useState<T | null>(null);
  return [open, setOpen, () => setOpen(null)];
}
