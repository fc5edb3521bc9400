// The dialogs that make and change webhooks. A secret is handed over to be shown once; none keeps
// it, and an API password goes to the server and nowhere else.
import { useState } from "preact/hooks";
import { webhooks } from "../client";
import { shortUrl } from "../format";
import { toldAs, webhookEvents } from "../names";
import { Question } from "../parts/dialog";
import { Choices, Field } from "../parts/field";
import { say } from "../parts/said";
import { isEvery, wishOf } from "../webhook";
import type { NewWebhook, Webhook } from "../wire";
import { overlaps, select } from "./credential_dialogs";

type Wrong = Parameters<typeof Field>[0]["problem"];

const fields = ["url", "which", "events", "signing", "username", "password", "state"];

interface DialogProps { onClose: () => void; onMade: (made: NewWebhook) => void }

export const AddDialog = ({ onClose, onMade }: DialogProps) => (
  <Question title="New webhook" submit="Create" fields={fields} onClose={onClose}
    onSubmit={async (answers, form) => onMade(
      await webhooks.add(wishOf(answers, form.getAll("events").map(String), null)))}>
    {(problem) => <Asked now={null} problem={problem} />}
  </Question>
);

interface RowProps { row: Webhook; onClose: () => void; onDone: () => void }

export const ChangeDialog = ({ row, onClose, onDone }: RowProps) => (
  <Question title={`Change ${shortUrl(row.url)}`} submit="Save" fields={fields} onClose={onClose}
    onSubmit={async (answers, form) => {
      const wish = wishOf(answers, form.getAll("events").map(String), row);
      if (Object.keys(wish).length > 0) await webhooks.change(row.id, wish);
      say("The webhook is saved");
      onDone();
    }}>
    {(problem) => (
      <>
        <Asked now={row} problem={problem} />
        <Choices name="state" label="State" type="radio" problem={problem} choices={[
          { value: "active", text: "Active", isOn: row.state === "active",
            hint: "what it has not heard yet is told at once" },
          { value: "paused", text: "Paused", isOn: row.state === "paused",
            hint: "nothing more is kept for it; what waits goes on waiting" }]} />
        {row.state === "gone" && (
          <p class="hint">The receiver answered that it is gone. Until it is active again it hears
            nothing.</p>
        )}
      </>
    )}
  </Question>
);

// Address, events and password: what a new one is asked too.
function Asked({ now, problem }: { now: Webhook | null; problem: Wrong }) {
  const some = now !== null && !isEvery(now.events);
  const [which, setWhich] = useState(some ? "some" : "every");
  const [signing, setSigning] = useState("");
  const wrong = problem ?? null;
  const watch = (event: Event) => {
    const { name, value } = event.target as HTMLInputElement;
    if (name === "which") setWhich(value);
    if (name === "signing") setSigning(value);
  };
  return (
    <div onChange={watch}>
      <Field name="url" label="Address" problem={wrong}
        hint="https, on the internet. Your service answers there with 2xx.">
        <input type="url" required maxLength={2048} autocomplete="off" spellcheck={false}
          defaultValue={now?.url ?? ""} autofocus />
      </Field>
      <Choices name="which" label="Hears" type="radio" problem={wrong} choices={[
        { value: "every", text: "Every event", isOn: !some },
        { value: "some", text: "Only some", isOn: some }]} />
      {which === "some" && (
        <Choices name="events" label="Events" type="checkbox" problem={wrong}
          choices={webhookEvents.map((event) => (
            { value: event, text: toldAs(event), isOn: some && now.events.includes(event) }))} />
      )}
      <Choices name="signing" label="X-Signature" type="radio" problem={wrong}
        hint="Each notice is signed with the webhook's own secret. Only receivers of the enrolment
          contract ask for this one too, made with an API password."
        choices={now?.signsWithPassword
          ? [{ value: "keep", text: "Stays as it is", isOn: true },
            { value: "give", text: "With another password" },
            { value: "none", text: "No more" }]
          : [{ value: "keep", text: "No", isOn: true },
            { value: "give", text: "With an API password" }]} />
      {signing === "give" && (
        <>
          <Field name="username" label="User name" problem={wrong}
            hint="Of a client of the kind Enrolment that works now.">
            <input type="text" required autocomplete="off" spellcheck={false} />
          </Field>
          <Field name="password" label="Password for Basic" problem={wrong}
            hint="When it is rotated, give the new one here.">
            <input type="password" required autocomplete="off" />
          </Field>
        </>
      )}
    </div>
  );
}

export const RotateDialog = ({ row, onClose, onMade }: DialogProps & { row: Webhook }) => (
  <Question title={`A new secret for ${shortUrl(row.url)}`} submit="Rotate" fields={["overlap"]}
    onClose={onClose}
    onSubmit={async (answers) => onMade(
      await webhooks.rotate(row.id, Number(answers["overlap"])))}>
    {(problem) => (
      <>
        <p>Notices are signed with both secrets until the time below is over; by then the receiver
          should know the new one.</p>
        <Field name="overlap" label="The old secret still signs" problem={problem}>
          {select(overlaps, "86400")}
        </Field>
      </>
    )}
  </Question>
);

export const RemoveDialog = ({ row, onClose, onDone }: RowProps) => (
  <Question title="Remove this webhook?" submit="Remove" isDanger onClose={onClose}
    onSubmit={async () => {
      await webhooks.remove(row.id);
      say("The webhook is removed");
      onDone();
    }}>
    {() => <p><strong>{shortUrl(row.url)}</strong> hears nothing more. What it was told, and was
      still to be told, is removed with it. This cannot be undone.</p>}
  </Question>
);
