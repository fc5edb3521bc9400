// A person's word on a session: approve or reject, always with a reason, and the way through the
// line of those that wait.
import { useState } from "preact/hooks";
import { sessions } from "../client";
import { useMay } from "../me";
import { Question, useDialog } from "../parts/dialog";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Note, say } from "../parts/said";
import { useAction } from "../parts/loading";
import { address, idPath } from "../place";
import { go } from "../router";
import { shortcutsAreOn, useShortcuts } from "../shortcuts";
import type { WholeSession } from "../wire";

const waiting = "WAITING_FOR_MANUAL_APPROVE";
type Verdict = "approve" | "reject";

// The line is newest first, and ids grow with time: the next older one, else the line's beginning;
// null when nobody else waits. This one need not stand in the line any more.
export function nextOf(line: readonly { id: string }[], id: string): string | null {
  const next = line.find((row) => row.id < id) ?? line.find((row) => row.id !== id);
  return next?.id ?? null;
}

async function nextWaiting(id: string): Promise<string | null> {
  const { items } = await sessions.list({ order: "newest", status: waiting, limit: "100" });
  return nextOf(items, id);
}

// How a session stands that waits for nobody's word here.
export function standing(data: Pick<WholeSession, "review" | "decision">): string {
  if (data.review) return "A person has decided.";
  return data.decision ? "Decided by the rules; no review is needed."
    : "The engine is still looking at the face; the rules decide after that.";
}

export function Review(props: { data: WholeSession; reload: () => void }) {
  const { data } = props;
  const mayWork = useMay("reviewer");
  const [verdict, open, close] = useDialog<Verdict>();
  const [isHelp, setHelp] = useState(false);
  const { next, isBusy } = useNext(data.id);
  const isWaiting = data.statusText === waiting;
  useShortcuts(mayWork ? {
    n: next, "?": () => setHelp(true),
    ...(isWaiting ? { a: () => open("approve"), r: () => open("reject") } : {}),
  } : {});
  if (!mayWork || !data.completedAt) return null;
  return (
    <section class={`card review ${isWaiting ? "now" : ""}`} aria-label="Review">
      <p>{isWaiting ? <strong>This session waits for your word.</strong> : standing(data)}</p>
      <div class="actions">
        {isWaiting && <>
          <button type="button" onClick={() => open("approve")}>Approve<Key name="a" /></button>
          <button type="button" class="danger" onClick={() => open("reject")}>
            Reject<Key name="r" /></button>
        </>}
        <button type="button" class="second" aria-busy={isBusy} onClick={next}>
          Next in line<Key name="n" /></button>
        {shortcutsAreOn() && <button type="button" class="plain" onClick={() => setHelp(true)}>
          Keys<Key name="?" /></button>}
      </div>
      {verdict && <Word verdict={verdict} data={data} onClose={close} onDone={props.reload} />}
      {isHelp && <Help onClose={() => setHelp(false)} />}
    </section>
  );
}

function useNext(id: string) {
  const action = useAction();
  const next = () => void action.run(async () => {
    const other = await nextWaiting(id);
    if (other) go(address(idPath("sessions", other)));
    else say("Nobody else waits for review");
  });
  return { next, isBusy: action.isBusy };
}

const Key = (props: { name: string }) =>
  (shortcutsAreOn() ? <kbd aria-hidden="true">{props.name}</kbd> : null);

interface WordProps {
  verdict: Verdict;
  data: WholeSession;
  onClose: () => void;
  onDone: () => void;
}

function Word({ verdict, data, onClose, onDone }: WordProps) {
  const isApproval = verdict === "approve";
  return (
    <Question title={isApproval ? "Approve this session?" : "Reject this session?"}
      submit={isApproval ? "Approve" : "Reject"} isDanger={!isApproval} fields={["reason"]}
      onClose={onClose} onSubmit={async (answers) => {
        await sessions.review(data.id, { verdict, reason: (answers["reason"] ?? "").trim() });
        say(isApproval ? "Approved" : "Rejected");
        onDone();
      }}>
      {(problem) => (
        <>
          {data.decision && <Note><p>The rules say {data.decision.level.toLowerCase()}.</p></Note>}
          <Field name="reason" label="Reason" problem={problem}
            hint="Kept with the session and in the audit trail, with your name. Ctrl+Enter sends.">
            <textarea rows={3} required autofocus onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                event.currentTarget.form?.requestSubmit();
            }} />
          </Field>
        </>
      )}
    </Question>
  );
}

const keys: readonly [string, string][] = [
  ["a", "Approve, with a reason"], ["r", "Reject, with a reason"],
  ["n", "Next session in line"], ["1 … 9", "Open a picture"],
  ["← →", "Picture before, after"],
  ["Esc", "Close"], ["?", "This list"],
];

const Help = (props: { onClose: () => void }) => (
  <Dialog title="Keys" onClose={props.onClose}>
    <dl class="facts">
      {keys.map(([key, what]) =>
        <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}
    </dl>
    <p class="hint">They can be turned off under <a href={address("/account")}>your account</a>.</p>
  </Dialog>
);
