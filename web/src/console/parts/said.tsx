// What the server or the page says outside a form: a problem, a note, an empty list, a wait, and
// short words after something was done, which a screen reader hears too.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../client";
import { duration, plain } from "../format";
import { sentence } from "../names";
import { Icon } from "./icon";
import type { Loaded } from "./loading";

function advice(problem: Problem): string {
  if (problem.retryAfter !== null) return `Try again in ${duration(problem.retryAfter)}.`;
  if (problem.status === 403 && problem.code === "insufficient_scope")
    return "Your role may not do this. An owner of this organisation can change it.";
  // Not our server's words: something between, which does not know what became of the call.
  if (problem.status >= 500 && problem.code === "http")
    return "It is not known whether it was done. Reload the page first.";
  return problem.status >= 500 ? "Nothing was changed. Try again in a moment." : "";
}

// `shown`: fields that say themselves what is wrong with them; the first of those gets the focus.
interface ProblemProps {
  problem: Problem | null;
  shown?: readonly string[];
  retry?: () => void;
}

export function ProblemBox(props: ProblemProps) {
  const box = useRef<HTMLDivElement>(null);
  const { problem, shown = [] } = props;
  useEffect(() => {
    if (!problem) return;
    const wrong = box.current?.closest("form")?.querySelector<HTMLElement>("[aria-invalid=true]");
    (wrong ?? box.current)?.focus();
  }, [problem]);
  if (!problem) return null;
  const others = Object.entries(problem.errors).filter(([name]) => !shown.includes(name));
  const mend = "Please mend what is marked";
  const isAllShown = others.length === 0 && Object.keys(problem.errors).length > 0;
  return (
    <div class="note bad" role="alert" tabIndex={-1} ref={box}>
      <Icon name="warn" />
      <div>
        <p><strong>{sentence(isAllShown ? mend : problem.title)}</strong></p>
        {others.length > 0
          ? <ul>{others.flatMap(([name, texts]) => texts.map((text) =>
              <li key={name + text}>{plain(name)}: {sentence(text)}</li>))}</ul>
          : !isAllShown && problem.detail && <p>{sentence(problem.detail)}</p>}
        {advice(problem) && <p>{advice(problem)}</p>}
        {props.retry && (problem.status === 0 || problem.status >= 429) && (
          <p><button type="button" class="second small" onClick={props.retry}>Try again</button></p>
        )}
      </div>
    </div>
  );
}

export function Note(props: { tone?: "act" | "warn" | "good"; children: ComponentChildren }) {
  const tone = props.tone ?? "act";
  return (
    <div class={`note ${tone}`}>
      <Icon name={tone === "good" ? "check" : tone === "warn" ? "warn" : "info"} />
      <div>{props.children}</div>
    </div>
  );
}

export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name="empty" />
      <p><strong>{props.title}</strong></p>
      {props.children && <div>{props.children}</div>}
    </div>
  );
}

// Shown only when it takes long enough to be noticed (the style sheet delays it).
export const Waiting = () => <p class="waiting" role="status"><span>Loading…</span></p>;

// The place of what is being asked for: why it did not come, or that it will.
export const Pending = ({ of }: { of: Loaded<unknown> }) =>
  (of.problem ? <ProblemBox problem={of.problem} retry={of.reload} /> : <Waiting />);

// Beside what is there: why it could not be asked for again.
export const Stale = ({ of }: { of: Loaded<unknown> }) =>
  (of.data ? <ProblemBox problem={of.problem} retry={of.reload} /> : null);

let tell: (text: string) => void = () => {};
export const say = (text: string): void => tell(text);

export function Announcer() {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  tell = (text) => setSaid((before) => ({ text, turn: before.turn + 1 }));
  useEffect(() => {
    if (!said.text) return;
    const timer = setTimeout(() => setSaid((now) => ({ ...now, text: "" })), 6000);
    return () => clearTimeout(timer);
  }, [said.turn]);
  return (
    <div class="announcer" role="status">
      {said.text && <p key={said.turn}><Icon name="check" />{said.text}</p>}
    </div>
  );
}
