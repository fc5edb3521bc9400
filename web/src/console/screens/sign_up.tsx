// What a one-time link leads to: set the authenticator up, choose a password, store the recovery
// codes. The token stands behind the # of the link; it leaves the address bar at once.
import { useEffect, useState } from "preact/hooks";
import { session } from "../client";
import { grouped, moment } from "../format";
import { roleOf } from "../names";
import { Code } from "../parts/code";
import { Facts } from "../parts/facts";
import { Field, Form, type Answers } from "../parts/field";
import { useAction, useLoad } from "../parts/loading";
import { Note, Pending } from "../parts/said";
import { Copy } from "../parts/secret";
import { root } from "../place";
import { go } from "../router";
import { saveText } from "../save";
import type { Me, SignedUp, SignUp as SignUpOffer } from "../wire";
import { Alone } from "./sign_in";
import { digits } from "./confirm";

function takeToken(): string {
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

export function SignUp(props: { onEnter: (me: Me) => void }) {
  const [token, setToken] = useState(takeToken);
  const [done, setDone] = useState<SignedUp | null>(null);
  useEffect(() => {
    // A second link opened in the same tab changes nothing but the part behind the #.
    const changed = () => {
      const next = takeToken();
      if (!next) return;
      setToken(next);
      setDone(null);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const enter = (me: SignedUp) => {
    props.onEnter(me);
    go(root, "replace");
  };
  if (done) return <Stored me={done} onEnter={() => enter(done)} />;
  return (
    <Alone title="Join the console">
      {token ? <Offered key={token} token={token} onDone={setDone} /> : <NoToken />}
    </Alone>
  );
}

function Offered(props: { token: string; onDone: (me: SignedUp) => void }) {
  const offer = useLoad(() => session.signUp(props.token), []);
  if (offer.problem?.status === 404) return <Over />;
  if (offer.data) return <Questions {...props} offer={offer.data} />;
  return <Pending of={offer} />;
}

// The token left the address when the page opened, and a reload does not bring it back.
const NoToken = () => (
  <>
    <Note>
      <p><strong>Open the link again.</strong></p>
      <p>This page no longer knows which link it was opened by, as after a reload. The link in your
        message still works if you have not joined yet.</p>
    </Note>
    <p><a href={root}>Go to the sign-in</a></p>
  </>
);

const Over = () => (
  <>
    <Note tone="warn">
      <p><strong>This link no longer works.</strong></p>
      <p>It was used, replaced by a newer one, or is older than three days. Ask an owner of your
        organisation for a new link.</p>
    </Note>
    <p><a href={root}>Go to the sign-in</a></p>
  </>
);

interface QuestionsProps { token: string; offer: SignUpOffer; onDone: (me: SignedUp) => void }

function Questions({ token, offer, onDone }: QuestionsProps) {
  const action = useAction();
  const submit = async (answers: Answers) =>
    onDone(await session.finish({
      token, password: answers["password"] ?? "", code: digits(answers["code"]) }));
  return (
    <Form action={action} submit="Join" fields={["password", "code"]} onSubmit={submit}>
      <Facts facts={[
        ["Organisation", offer.organisation], ["You", `${offer.name}, ${offer.email}`],
        ["Role", roleOf(offer.role)], ["The link works until", moment(offer.expiresAt)]]} />
      <input type="email" name="email" autocomplete="username" value={offer.email} hidden
        readOnly />
      <Field name="password" label="Password" problem={action.problem}
        hint="12 to 128 characters. A few words in a row are easy to keep and hard to guess.">
        <input type="password" autocomplete="new-password" minLength={12} maxLength={128}
          required />
      </Field>
      <h2>Authenticator</h2>
      <p>Scan this with an authenticator app, or type the key into it.</p>
      <Code text={offer.totp.uri} label="QR code for the authenticator; the key stands below" />
      <div class="secret">
        <span class="name">Key</span>
        <code tabIndex={0}>{grouped(offer.totp.secret)}</code>
        <Copy text={offer.totp.secret} name="the key" />
      </div>
      <Field name="code" label="Code" problem={action.problem}
        hint="The six digits the app shows now.">
        <input type="text" inputMode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}"
          maxLength={7} required />
      </Field>
    </Form>
  );
}

function Stored(props: { me: SignedUp; onEnter: () => void }) {
  const codes = props.me.recoveryCodes;
  const text = codes.join("\n");
  return (
    <Alone title="Recovery codes">
      <p>You are in. Each of these codes replaces the authenticator once, when the device is lost.
        They are shown this one time: store them apart from the device.</p>
      <ul class="codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
      <div class="actions">
        <Copy text={text} name="the codes" />
        <button type="button" class="second small"
          onClick={() => saveText("limen-recovery-codes.txt", `${text}\n`)}>Save as a file</button>
      </div>
      <div class="actions">
        <button type="button" onClick={props.onEnter}>I have stored them</button>
      </div>
    </Alone>
  );
}
