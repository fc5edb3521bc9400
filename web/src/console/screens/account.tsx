// Oneself: who one is to the server, how long the session lasts, and how the console behaves here.
import { useState } from "preact/hooks";
import { duration, moment, number } from "../format";
import { useMe } from "../me";
import { roles, roleOf } from "../names";
import { Facts } from "../parts/facts";
import { Note, ProblemBox } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { useSignOut } from "../parts/sign_out";
import type { ScreenProps } from "../shell";
import { shortcutsAreOn, turnShortcuts } from "../shortcuts";

export function Account({ onLeave }: ScreenProps) {
  const me = useMe();
  const { signOut, problem, isBusy } = useSignOut(onLeave);
  return (
    <Screen title="Your account">
      <ProblemBox problem={problem} />
      <div class="columns">
        <Card title={me.staff.name || me.staff.email}>
          <Facts facts={[
            ["E-mail", me.staff.email], ["Organisation", me.organisation.name],
            ["Role", <>{roleOf(me.staff.role)}<small>{roles[me.staff.role]?.may}</small></>],
            ["Recovery codes left", number(me.recoveryCodesLeft)]]} />
          {me.recoveryCodesLeft < 3 && (
            <Note tone="warn"><p>Few recovery codes are left. A new link from an owner gives you a
              new password, authenticator and ten new codes.</p></Note>
          )}
          <p class="hint">To change the password or the authenticator ask an owner for a new link
            (Staff, New link).</p>
        </Card>
        <Card title="This session">
          <Facts facts={[
            ["Since", moment(me.createdAt)], ["Ends at the latest", moment(me.expiresAt)],
            ["Ends without use after", duration(me.idleSeconds)]]} />
          <div class="actions">
            <button type="button" class="second" aria-busy={isBusy}
              onClick={signOut}>Sign out</button>
          </div>
        </Card>
        <Shortcuts />
      </div>
    </Screen>
  );
}

function Shortcuts() {
  const [isOn, setOn] = useState(shortcutsAreOn);
  const turn = (event: Event) => {
    const next = (event.currentTarget as HTMLInputElement).checked;
    turnShortcuts(next);
    setOn(next);
  };
  return (
    <Card title="Keys">
      <label class="choice">
        <input type="checkbox" checked={isOn} onChange={turn} />
        <span>Single keys while reviewing
          <small>a approves, r rejects, n goes to the next, ? lists them. Kept in this
            browser.</small>
        </span>
      </label>
    </Card>
  );
}
