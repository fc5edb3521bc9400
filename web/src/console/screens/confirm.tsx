// A change that matters asks for the second factor again; then the call that asked is repeated.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../client";
import { Field } from "../parts/field";
import { Question } from "../parts/dialog";

export interface Asked { resolve: (isConfirmed: boolean) => void }

// Focused by hand too: a browser heeds `autofocus` only where a page or a dialog has just opened.
export function CodeInput(props: JSX.IntrinsicElements["input"]) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <input {...props} ref={input} type="text" inputMode="numeric" autocomplete="one-time-code"
      pattern="[0-9 ]{6,7}" maxLength={7} required autofocus />
  );
}
export const digits = (code: string | undefined): string => (code ?? "").replace(/\D/g, "");

export function Confirm(props: { asked: Asked; onDone: () => void }) {
  let isConfirmed = false;
  const close = () => {
    props.onDone();
    props.asked.resolve(isConfirmed);
  };
  return (
    <Question title="Is it you?" submit="Confirm" fields={["code"]} onClose={close}
      onSubmit={async (answers) => {
        await session.confirm(digits(answers["code"]));
        isConfirmed = true;
      }}>
      {(problem) => (
        <>
          <p>This needs a fresh code. The next five minutes then need none.</p>
          <Field name="code" label="Code" problem={problem}
            hint="The six digits your authenticator shows now. Each works once.">
            <CodeInput />
          </Field>
        </>
      )}
    </Question>
  );
}
