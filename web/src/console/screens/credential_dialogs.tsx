// The dialogs that make credentials. Each hands over what is to be shown once; none keeps it.
import { useState } from "preact/hooks";
import { credentials, type NewClient, type NewKey } from "../client";
import { permissions } from "../names";
import { Choices, Field, type Answers } from "../parts/field";
import { Question } from "../parts/dialog";
import { secretsOf } from "../secrets";
import type { Client, ClientKind, Key } from "../wire";

export interface Shown { title: string; secrets: [string, string][] }
interface DialogProps { onClose: () => void; onMade: (shown: Shown) => void }

const day = 86400;
const lives: readonly [string, string][] = [
  ["", "Never"], [String(30 * day), "In 30 days"], [String(90 * day), "In 90 days"],
  [String(365 * day), "In a year"],
];
export const overlaps: readonly [string, string][] = [
  ["0", "Stops at once"], ["3600", "One hour"], [String(day), "One day"],
  [String(7 * day), "A week"], [String(30 * day), "30 days"],
];

export const select = (choices: readonly [string, string][], chosen = "") => (
  <select>
    {choices.map(([word, text]) =>
      <option key={word} value={word} selected={word === chosen}>{text}</option>)}
  </select>
);
const ttlOf = (answers: Answers) => (answers["ttl"] ? { ttl: Number(answers["ttl"]) } : {});

const kinds: readonly { value: ClientKind; text: string; hint: string }[] = [
  { value: "oauth", text: "OAuth", hint: "invites people, and reads who agreed" },
  { value: "skills", text: "Skills", hint: "opens sessions of a skill and fetches their results" },
  { value: "enrolment", text: "Enrolment", hint: "starts enrolments, with user name and password" },
  { value: "operator", text: "Operator", hint: "runs this organisation by command line" },
];

export function NewClientDialog({ onClose, onMade }: DialogProps) {
  const [kind, setKind] = useState<ClientKind>("oauth");
  const submit = async (answers: Answers, form: FormData) => {
    const body: NewClient = { name: (answers["name"] ?? "").trim(), kind, ...ttlOf(answers) };
    if (kind === "oauth") body.scopes = form.getAll("scopes").map(String);
    const made = await credentials.addClient(body);
    onMade({ title: `Client ${body.name}`, secrets: secretsOf(made) });
  };
  const watch = (event: Event) => {
    const input = event.target as HTMLInputElement;
    if (input.name === "kind") setKind(input.value as ClientKind);
  };
  return (
    <Question title="New client" submit="Create" fields={["name", "kind", "scopes", "ttl"]}
      onClose={onClose} onSubmit={submit}>
      {(problem) => (
        <div onChange={watch}>
          <Field name="name" label="Name" problem={problem}
            hint="What it is for, so that somebody dares to revoke it one day.">
            <input type="text" required maxLength={64} autocomplete="off" autofocus />
          </Field>
          <Choices name="kind" label="Kind" type="radio" problem={problem}
            choices={kinds.map((row) => ({ ...row, isOn: row.value === "oauth" }))} />
          {kind === "oauth" && (
            <Choices name="scopes" label="Scopes" type="checkbox" problem={problem}
              choices={["onboarding:write", "user-status:read"].map((scope) => (
                { value: scope, text: scope, hint: permissions[scope] ?? "", isOn: true }))} />
          )}
          <Field name="ttl" label="Ends" problem={problem}>{select(lives)}</Field>
        </div>
      )}
    </Question>
  );
}

export function NewKeyDialog(props: DialogProps & { below: Client | null }) {
  const { below, onClose, onMade } = props;
  const submit = async (answers: Answers, form: FormData) => {
    const body: NewKey = {
      name: (answers["name"] ?? "").trim(),
      permissions: form.getAll("permissions").map(String),
      ...ttlOf(answers), ...(below ? { client_id: below.id } : {}),
    };
    const made = await credentials.addKey(body);
    onMade({ title: `Key ${body.name}`, secrets: secretsOf(made) });
  };
  return (
    <Question title={below ? `New key of ${below.name}` : "New key"} submit="Create"
      fields={["name", "permissions", "ttl"]} onClose={onClose} onSubmit={submit}>
      {(problem) => (
        <>
          {below && <p>A second key beside the first: give it to the service, then revoke the old
            one.</p>}
          <Field name="name" label="Name" problem={problem}>
            <input type="text" required maxLength={64} autocomplete="off" autofocus />
          </Field>
          <Choices name="permissions" label="May" type="checkbox" problem={problem}
            choices={Object.entries(permissions).map(([value, hint]) =>
              ({ value, text: value, hint }))} />
          <Field name="ttl" label="Ends" problem={problem}>{select(lives)}</Field>
        </>
      )}
    </Question>
  );
}

export function RotateDialog(props: DialogProps & { credential: Key }) {
  const { credential, onClose, onMade } = props;
  return (
    <Question title={`Rotate ${credential.name}`} submit="Rotate" fields={["overlap", "ttl"]}
      onClose={onClose} onSubmit={async (answers) => {
        const made = await credentials.rotate(credential.id, {
          overlap: Number(answers["overlap"]), ...ttlOf(answers) });
        onMade({ title: `New key ${credential.name}`, secrets: secretsOf(made) });
      }}>
      {(problem) => (
        <>
          <p>A new key that may do the same is made. Both work until the time below is over; by then
            the service should use the new one.</p>
          <Field name="overlap" label="The old key still works" problem={problem}>
            {select(overlaps, String(day))}
          </Field>
          <Field name="ttl" label="The new key ends" problem={problem}>{select(lives)}</Field>
        </>
      )}
    </Question>
  );
}
