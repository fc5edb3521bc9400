// Sign-in: address and password, then the code of the authenticator or a recovery code. The address
// of the page stays, so that one arrives where one wanted to go.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem, session } from "../client";
import { Dialog } from "../parts/dialog";
import { Field, Form, type Answers } from "../parts/field";
import { Mark } from "../parts/icon";
import { useAction } from "../parts/loading";
import { Note } from "../parts/said";
import { useHeading } from "../parts/screen";
import type { Me } from "../wire";
import { CodeInput, digits } from "./confirm";

export function Alone(props: { title: string; children: ComponentChildren }) {
  const heading = useHeading(props.title);
  return (
    <main class="alone">
      <p class="name"><Mark />Limen</p>
      <div class="card">
        <h1 tabIndex={-1} ref={heading}>{props.title}</h1>
        {props.children}
      </div>
    </main>
  );
}

export const SignIn = (props: { onEnter: (me: Me) => void }) => (
  <Alone title="Sign in"><Steps {...props} /></Alone>
);

export const SignInAgain = (props: { me: Me; onEnter: (me: Me) => void }) => (
  <Dialog title="Sign in again" onClose={() => {}} isHeld>
    <Note><p>Your session has ended. What you had on the screen is still there.</p></Note>
    <Steps email={props.me.staff.email} organisation={props.me.organisation.handle}
      onEnter={props.onEnter} />
  </Dialog>
);

interface StepsProps { email?: string; organisation?: string; onEnter: (me: Me) => void }

function Steps(props: StepsProps) {
  const [ticket, setTicket] = useState<string | null>(null);
  const [isLate, setLate] = useState(false);
  const back = (wasLate: boolean) => {
    setTicket(null);
    setLate(wasLate);
  };
  if (ticket !== null)
    return <SecondFactor ticket={ticket} onEnter={props.onEnter} onBack={back} />;
  return (
    <>
      {isLate &&
        <Note tone="warn"><p>That took more than five minutes. Please begin again.</p></Note>}
      <Password email={props.email ?? ""} organisation={props.organisation ?? ""}
        onTicket={setTicket} />
    </>
  );
}

// The refusal says no more than it may: which of the two was wrong is not told.
function inPlainWords(error: unknown): unknown {
  if (!(error instanceof Problem) || error.status !== 401) return error;
  return new Problem(401, error.code, "That did not match",
    "Check the address and the password. After a few wrong tries one has to wait.");
}

interface PasswordProps {
  email: string;
  organisation: string;
  onTicket: (ticket: string) => void;
}

function Password(props: PasswordProps) {
  const action = useAction();
  const [isAsked, setAsked] = useState(false);
  const submit = async (answers: Answers) => {
    const organisation = (answers["organisation"] ?? props.organisation).trim();
    try {
      const { ticket } = await session.signIn({
        email: (answers["email"] ?? "").trim(), password: answers["password"] ?? "",
        ...(organisation ? { organisation } : {}),
      });
      props.onTicket(ticket);
    } catch (error) {
      throw inPlainWords(error);
    }
  };
  return (
    <Form action={action} submit="Continue" fields={["email", "password", "organisation"]}
      onSubmit={submit}>
      <Field name="email" label="E-mail" problem={action.problem}>
        <input type="email" autocomplete="username" defaultValue={props.email} required />
      </Field>
      <Field name="password" label="Password" problem={action.problem}>
        <input type="password" autocomplete="current-password" required
          autofocus={props.email !== ""} />
      </Field>
      {isAsked
        ? <Field name="organisation" label="Organisation" problem={action.problem}
            hint="Its handle, the short name in small letters.">
            <input type="text" autocomplete="organization" autocapitalize="off" autofocus />
          </Field>
        : !props.organisation && (
          <p><button type="button" class="link" onClick={() => setAsked(true)}>
            I work for several organisations</button></p>
        )}
    </Form>
  );
}

interface SecondProps {
  ticket: string;
  onEnter: (me: Me) => void;
  onBack: (wasLate: boolean) => void;
}

function SecondFactor(props: SecondProps) {
  const [isRecovery, setRecovery] = useState(false);
  const action = useAction();
  const submit = async (answers: Answers) => {
    const second = isRecovery
      ? { recovery_code: (answers["recovery_code"] ?? "").trim() }
      : { code: digits(answers["code"]) };
    try {
      props.onEnter(await session.code({ ticket: props.ticket, ...second }));
    } catch (error) {
      if (error instanceof Problem && error.code === "token_expired") props.onBack(true);
      else throw error;
    }
  };
  const swap = () => {
    action.forget();
    setRecovery(!isRecovery);
  };
  return (
    <Form action={action} submit="Sign in" fields={["code", "recovery_code"]} onSubmit={submit}
      key={String(isRecovery)}
      beside={
        <button type="button" class="second" onClick={() => props.onBack(false)}>Back</button>}>
      {isRecovery
        ? <Field name="recovery_code" label="Recovery code" problem={action.problem}
            errors={action.problem?.errors["recovery_code"] ?? action.problem?.errors["code"]}
            hint="One of the ten you stored when you signed up. It works once.">
            <input type="text" autocomplete="off" autocapitalize="characters" required autofocus />
          </Field>
        : <Field name="code" label="Code" problem={action.problem}
            hint="The six digits your authenticator shows now."><CodeInput /></Field>}
      <p><button type="button" class="link" onClick={swap}>
        {isRecovery ? "Use the authenticator" : "Use a recovery code"}
      </button></p>
    </Form>
  );
}
