// Inviting one person. The code is shown once: it goes to the person by letter anyway.
import { useState } from "preact/hooks";
import { invitations } from "../client";
import { Field, Form, type Answers } from "../parts/field";
import { useAction } from "../parts/loading";
import { Note } from "../parts/said";
import { Card, Instead, Screen } from "../parts/screen";
import { Secret } from "../parts/secret";
import { address, idPath } from "../place";
import { languages } from "../theme";
import type { NewInvitation as Invited } from "../wire";
import { nameOf } from "./invitations";

const names = ["email", "first_name", "last_name", "language"] as const;

export function NewInvitation() {
  const action = useAction();
  const [invited, setInvited] = useState<Invited | null>(null);
  const submit = async (answers: Answers) => setInvited(await invitations.invite({
    email: (answers["email"] ?? "").trim(),
    first_name: (answers["first_name"] ?? "").trim(),
    last_name: (answers["last_name"] ?? "").trim(),
    ...(answers["language"] ? { language: answers["language"] } : {}),
  }));
  return (
    <Screen title="Invite a person" from={{ to: address("/invitations"), name: "Invitations" }}>
      {invited
        ? <Instead><Done invited={invited} onMore={() => setInvited(null)} /></Instead>
        : <Card title="Who" class="narrow">
            <Form action={action} submit="Send the invitation" fields={names} onSubmit={submit}>
              <Field name="email" label="E-mail" problem={action.problem}
                hint="The invitation goes there, and only that address can open it.">
                <input type="email" required autocomplete="off" />
              </Field>
              <Field name="first_name" label="First name" problem={action.problem}>
                <input type="text" required maxLength={64} autocomplete="off" />
              </Field>
              <Field name="last_name" label="Last name" problem={action.problem}>
                <input type="text" required maxLength={64} autocomplete="off" />
              </Field>
              <Field name="language" label="Language of the letter" problem={action.problem}>
                <select>
                  <option value="">The organisation's</option>
                  {languages.map(([code, name]) => <option key={code} value={code}>{name}</option>)}
                </select>
              </Field>
            </Form>
          </Card>}
    </Screen>
  );
}

function Done(props: { invited: Invited; onMore: () => void }) {
  const { invited } = props;
  return (
    <Card title={`${nameOf(invited)} is invited`} class="narrow">
      <Note tone="good"><p>The letter to {invited.email} is on its way.</p></Note>
      <p>Its code, should you wish to give it by another way too. It is shown this once.</p>
      <Secret name="Code" text={invited.onboarding_token} />
      <div class="actions">
        <button type="button" onClick={props.onMore}>Invite another person</button>
        <a class="button second" href={address(idPath("invitations", invited.id))}>See this one</a>
      </div>
    </Card>
  );
}
