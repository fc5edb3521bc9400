// One session: what the person answered and uploaded, what each factor says of it, and a person's
// word on it.
import { sessions } from "../client";
import { duration, plain, value } from "../format";
import { useMay } from "../me";
import { doorOf } from "../names";
import { Badge } from "../parts/badge";
import { Question, useDialog } from "../parts/dialog";
import { Facts, When, type Fact } from "../parts/facts";
import { useLoad } from "../parts/loading";
import { Empty, Pending, say, Stale } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { Timeline, type Happening } from "../parts/timeline";
import { address } from "../place";
import { go } from "../router";
import type { ScreenProps } from "../shell";
import type { WholeSession } from "../wire";
import { Compare } from "./session_compare";
import { Factors } from "./session_factors";
import { Review } from "./session_review";
import { Told } from "./session_told";
import { Uploads } from "./session_uploads";
import { titleOf } from "./sessions";

const from = { to: address("/sessions"), name: "Sessions" };

export function SessionDetail({ found }: ScreenProps) {
  const id = found["id"] ?? "";
  const loaded = useLoad((signal) => sessions.one(id, signal), [id]);
  const { data } = loaded;
  if (!data)
    return (
      <Screen title="Session" from={from}>
        <Pending of={loaded} />
      </Screen>
    );
  return (
    <Screen title={titleOf(data)} from={from}
      lead={<><Badge state={data.statusText} /> {data.skill}</>}>
      <Stale of={loaded} />
      <Review data={data} reload={loaded.reload} />
      <div class="columns wide-first">
        <div>
          <Card title="What the factors say"><Factors data={data} /></Card>
          <Compare data={data} />
          <Uploads data={data} />
          <Card title="Answers"><Answers data={data} /></Card>
        </div>
        <div>
          <Card title="Session"><About data={data} /></Card>
          <Card title="What happened"><Timeline happenings={happenings(data)} /></Card>
          {data.door !== "skills" && <Told data={data} />}
          {data.properties.metadata != null && (
            <Card title="Metadata" lead="From your own back end; the person never sees it.">
              <pre tabIndex={0}>{JSON.stringify(data.properties.metadata, null, 2)}</pre>
            </Card>
          )}
          <Receipt data={data} />
          <Erase data={data} />
        </div>
      </div>
    </Screen>
  );
}

function Answers({ data }: { data: WholeSession }) {
  const steps = Object.entries(data.properties.steps);
  if (steps.length === 0) return <Empty title="No step is in yet" />;
  return (
    <>
      {steps.map(([step, answers]) => (
        <section key={step}>
          <h3>{plain(step)}</h3>
          {Object.keys(answers).length === 0
            ? <p class="hint">This step asks for pictures only.</p>
            : <Facts facts={Object.entries(answers).map(([name, answer]) =>
                [plain(name), value(answer)])} />}
        </section>
      ))}
    </>
  );
}

const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;

const About = ({ data }: { data: WholeSession }) => {
  const facts: Fact[] = [
    ["External id", data.externalId ?? "–"], ["Person", data.person ?? "–"],
    ["Came by", doorOf(data.door)],
    ["Skill", <a href={address(`/skills/${encodeURIComponent(data.skill)}`)}>{data.skill}</a>],
    ["Took", data.completedAt ? duration(seconds(data.createdAt, data.completedAt)) : "–"],
    ["Ends", <When at={data.expiresAt} />],
    ["Id", <code>{data.id}</code>],
  ];
  if (data.sessionId !== data.id)
    facts.push(["Customer's id", <code>{data.sessionId}</code>]);
  return <Facts facts={facts} />;
};

function happenings(data: WholeSession): Happening[] {
  const list: Happening[] = [{ at: data.createdAt, what: "Begun", tone: "act" }];
  if (data.completedAt)
    list.push({ at: data.completedAt, what: "Completed", tone: "act" });
  if (data.decision)
    list.push({ at: data.decision.at, what: <>Decided <Badge state={data.decision.level} /></>,
      tone: "act" });
  if (data.review) {
    const isGood = data.statusText === "MANUAL_APPROVED";
    list.push({ at: data.review.at, tone: isGood ? "good" : "bad",
      what: isGood ? "Approved" : "Rejected",
      more: <p>by {data.review.by}: {data.review.reason}</p> });
  }
  if (!data.completedAt && data.updatedAt !== data.createdAt)
    list.push({ at: data.updatedAt, what: "Last heard of", tone: "quiet" });
  return list;
}

function Receipt({ data }: { data: WholeSession }) {
  const mayLook = useMay("reviewer");
  if (!mayLook || !data.hasReceipt) return null;
  return (
    <Card title="Receipt" lead="Signed, and made of digests: whoever has it can check it without
      asking, and it tells nothing once the session is erased and its opening is thrown away.">
      <a class="button second" href={sessions.receipt(data.id)} download>Download</a>
    </Card>
  );
}

function Erase({ data }: { data: WholeSession }) {
  const isOwner = useMay("owner");
  const [isAsking, open, close] = useDialog<true>();
  if (!isOwner || (!data.completedAt && data.statusText === "PENDING")) return null;
  return (
    <Card title="Erase" lead="Removes the answers and the pictures for good.">
      <button type="button" class="danger second" onClick={() => open(true)}>Erase…</button>
      {isAsking && (
        <Question title="Erase this session?" submit="Erase" isDanger onClose={close}
          onSubmit={async () => {
            await sessions.erase(data.id);
            say("The session is erased");
            go(address("/sessions"));
          }}>
          {() => <p>Everything {titleOf(data)} answered and uploaded is removed with the next sweep.
            Nobody can bring it back.</p>}
        </Question>
      )}
    </Card>
  );
}
