// One invitation: what it is, what happened to it and to its letters, and what may be done.
import { useState } from "preact/hooks";
import { invitations, letters } from "../client";
import { number } from "../format";
import { useMay } from "../me";
import { eventOf, type Tone } from "../names";
import { Badge } from "../parts/badge";
import { Question, useDialog } from "../parts/dialog";
import { Facts, When } from "../parts/facts";
import { useAction, useLoad, type Action } from "../parts/loading";
import { Pending, ProblemBox, say, Stale } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { Timeline, type Happening } from "../parts/timeline";
import { address, idPath } from "../place";
import type { ScreenProps } from "../shell";
import type { InvitationEvent, InvitationWithTimeline, Letter } from "../wire";
import { nameOf } from "./invitations";

const from = { to: address("/invitations"), name: "Invitations" };

export function InvitationDetail({ found }: ScreenProps) {
  const id = found["id"] ?? "";
  const loaded = useLoad((signal) => invitations.one(id, signal), [id]);
  const action = useAction();
  const { data } = loaded;
  if (!data)
    return (
      <Screen title="Invitation" from={from}>
        <Pending of={loaded} />
      </Screen>
    );
  return (
    <Screen title={nameOf(data)} from={from} lead={<><Badge state={data.state} /> {data.email}</>}
      actions={<Actions data={data} action={action} reload={loaded.reload} />}>
      <Stale of={loaded} />
      <ProblemBox problem={action.problem} />
      <div class="columns">
        <Card title="What happened">
          <Timeline happenings={data.timeline.map((event) =>
            happening(event, action, loaded.reload))} />
        </Card>
        <Card title="Invitation">
          <Facts facts={[
            ["Name", nameOf(data)], ["E-mail", data.email], ["State", <Badge state={data.state} />],
            ["Invited", <When at={data.createdAt} />],
            ["Valid until", <When at={data.expiresAt} />],
            ["Answered", <When at={data.usedAt} />], ["Wrong codes", number(data.wrongGuesses)],
            ["Went on with", data.session
              ? <a href={address(idPath("sessions", data.session))}>A session</a> : "–"],
            ["Id", <code>{data.id}</code>],
          ]} />
        </Card>
      </div>
    </Screen>
  );
}

const tones: Record<string, Tone> = {
  created: "act", agreed: "good", opened: "act", withdrawn: "warn", expired: "quiet",
  revoked: "quiet", locked: "bad", resent: "act",
};

function happening(event: InvitationEvent, action: Action, reload: () => void): Happening {
  const { letter } = event;
  if (!letter)
    return { at: event.at, what: eventOf(event.what), tone: tones[event.what] ?? "quiet",
      more: event.by ? <p>by {event.by}</p> : undefined };
  const tone = letter.state === "dead" ? "bad" : letter.state === "sent" ? "good" : "act";
  const name = event.what === "letter" ? "Letter" : eventOf(event.what);
  return { at: event.at, what: <>{name} <Badge state={letter.state} /></>, tone, more: (
    <>
      {event.by && <p>by {event.by}</p>}
      <LetterFacts letter={letter} action={action} reload={reload} />
    </>
  ) };
}

function LetterFacts(props: { letter: Letter; action: Action; reload: () => void }) {
  const { letter, action } = props;
  const mayWork = useMay("reviewer");
  const retry = async () => {
    await letters.retry(letter.id);
    say("The letter is queued again");
    props.reload();
  };
  return (
    <>
      <p>{letter.attempts === 1 ? "1 attempt" : `${letter.attempts} attempts`}
        {letter.state === "queued" && <>, the next at <When at={letter.dueAt} /></>}</p>
      {letter.error && <p class="wrong">{letter.error}</p>}
      {letter.state === "dead" && mayWork && (
        <button type="button" class="second small" aria-busy={action.isBusy}
          onClick={() => void action.run(retry)}>Try this letter again</button>
      )}
    </>
  );
}

interface ActionsProps { data: InvitationWithTimeline; action: Action; reload: () => void }

function Actions({ data, action, reload }: ActionsProps) {
  const mayWork = useMay("reviewer");
  const [isRevoking, open, close] = useDialog<true>();
  const [hasResent, setResent] = useState(false);
  const isOpen = data.state === "Issued" || data.state === "Locked";
  const isOver = data.timeline.some((event) => event.what === "revoked");
  if (!mayWork || isOver || !(isOpen || data.session)) return null;
  const resend = async () => {
    await invitations.resend(data.id);
    setResent(true);
    say("A new letter is on its way");
    reload();
  };
  return (
    <>
      {isOpen && (
        <button type="button" class="second" aria-busy={action.isBusy} disabled={hasResent}
          onClick={() => void action.run(resend)}>{hasResent ? "Sent again" : "Send again"}</button>
      )}
      <button type="button" class="danger second" onClick={() => open(true)}>Revoke</button>
      {isRevoking && (
        <Question title="Revoke this invitation?" submit="Revoke" isDanger onClose={close}
          onSubmit={async () => {
            await invitations.revoke(data.id);
            say("The invitation is revoked");
            reload();
          }}>
          {() => (isOpen
            ? <p>The code sent to {data.email} stops working at once. This cannot be undone; a
              new invitation can be sent.</p>
            : <p>What {data.email} went on with is shut to them at once. What they sent so far stays
              until its session is erased. This cannot be undone.</p>)}
        </Question>
      )}
    </>
  );
}
