// One question of a form: label, hint, the input, and what the server found wrong with it, tied
// together for a screen reader. The name of the input is the name the server uses.
import { cloneElement, type ComponentChildren, type VNode } from "preact";
import { useId } from "preact/hooks";
import type { Problem } from "../client";
import { sentence } from "../names";
import type { Action } from "./loading";
import { ProblemBox } from "./said";

interface FieldProps {
  name: string;
  label: string;
  hint?: ComponentChildren;
  problem?: Problem | null;
  // Where the server's name of it is another than the form's.
  errors?: readonly string[] | undefined;
  children: VNode<any>;
}

export function Field(props: FieldProps) {
  const id = useId();
  const texts = props.errors ?? props.problem?.errors[props.name] ?? [];
  const isWrong = texts.length > 0;
  const described = [props.hint ? `${id}-hint` : "", isWrong ? `${id}-wrong` : ""]
    .filter(Boolean).join(" ");
  const input = cloneElement(props.children, {
    id,
    name: props.name,
    ...(described ? { "aria-describedby": described } : {}),
    ...(isWrong ? { "aria-invalid": "true" } : {}),
  });
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.hint && <p class="hint" id={`${id}-hint`}>{props.hint}</p>}
      {input}
      {isWrong && <p class="wrong" id={`${id}-wrong`}>{texts.map(sentence).join(" ")}</p>}
    </div>
  );
}

// Checkboxes or radio buttons that answer one question.
export function Choices(props: {
  name: string;
  label: string;
  hint?: ComponentChildren;
  type: "radio" | "checkbox";
  choices: readonly { value: string; text: string; hint?: string; isOn?: boolean }[];
  problem?: Problem | null;
}) {
  const id = useId();
  const texts = props.problem?.errors[props.name] ?? [];
  return (
    <fieldset class="field" aria-describedby={texts.length > 0 ? `${id}-wrong` : undefined}>
      <legend>{props.label}</legend>
      {props.hint && <p class="hint">{props.hint}</p>}
      {props.choices.map((choice) => (
        <label class="choice" key={choice.value}>
          <input type={props.type} name={props.name} value={choice.value}
            defaultChecked={choice.isOn ?? false} />
          <span>{choice.text}{choice.hint && <small>{choice.hint}</small>}</span>
        </label>
      ))}
      {texts.length > 0 && <p class="wrong" id={`${id}-wrong`}>{texts.map(sentence).join(" ")}</p>}
    </fieldset>
  );
}

export type Answers = Record<string, string>;

interface FormProps {
  action: Action;
  submit: string;
  // Names of its fields: what is wrong with those is said beside them.
  fields: readonly string[];
  onSubmit: (answers: Answers, form: FormData) => Promise<void>;
  isDanger?: boolean;
  isDisabled?: boolean;
  beside?: ComponentChildren;
  children: ComponentChildren;
}

export function Form(props: FormProps) {
  const { action } = props;
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const answers: Answers = {};
    form.forEach((value, name) => {
      if (typeof value === "string") answers[name] = value;
    });
    void action.run(() => props.onSubmit(answers, form));
  };
  return (
    <form class="form" onSubmit={submit}>
      <ProblemBox problem={action.problem} shown={props.fields} />
      {props.children}
      <div class="actions">
        <button type="submit" class={props.isDanger ? "danger" : ""} aria-busy={action.isBusy}
          disabled={props.isDisabled ?? false}>{props.submit}</button>
        {props.beside}
      </div>
    </form>
  );
}
