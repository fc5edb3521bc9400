// How it goes: what is waiting for somebody, how far people come, when, how long it takes, and what
// went wrong. All figures are the server's; a figure it does not have is said to be missing.
import { alarms, overview } from "../client";
import { day, duration, moment, number, percent, plain } from "../format";
import { alarmOf, wordOf } from "../names";
import { Bars } from "../parts/bars";
import { later } from "../parts/later";
import { useLoad } from "../parts/loading";
import type { Line } from "../parts/plot";
import { Empty, Note, Pending, ProblemBox } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { Timeline } from "../parts/timeline";
import { address } from "../place";
import { usePlace } from "../router";
import { useMemo } from "preact/hooks";
import type { Overview } from "../wire";

const Plot = later(() => import("../parts/plot"));
const periods: readonly [string, string][] =
  [["1", "24 hours"], ["7", "7 days"], ["30", "30 days"], ["90", "90 days"]];

export function OverviewScreen() {
  const { query } = usePlace();
  const days = periods.some(([word]) => word === query["days"]) ? query["days"]! : "7";
  const figures = useLoad((signal) => overview(days, signal), [days]);
  return (
    <Screen title="Overview" actions={<Periods days={days} />}
      lead={figures.data && `${moment(figures.data.from)} to ${moment(figures.data.to)}`}>
      {figures.data
        ? <Figures data={figures.data} isBusy={figures.isBusy} />
        : <Pending of={figures} />}
    </Screen>
  );
}

const Periods = (props: { days: string }) => (
  <nav class="segments" aria-label="Period">
    {periods.map(([word, text]) => (
      <a key={word} href={address("/", word === "7" ? {} : { days: word })}
        aria-current={word === props.days ? "true" : undefined}>{text}</a>
    ))}
  </nav>
);

function Figures({ data, isBusy }: { data: Overview; isBusy: boolean }) {
  const { invitations, sessions, letters, secondsToFinish } = data;
  return (
    <div class={isBusy ? "busy" : ""}>
      {data.isPartial && (
        <Note tone="warn"><p>More happened than is counted here: only the newest is in.</p></Note>
      )}
      <ul class="tiles">
        <Tile name="Waiting for review" value={number(sessions.waitingForReview)}
          to={address("/sessions", { status: "WAITING_FOR_MANUAL_APPROVE" })}
          tone={sessions.waitingForReview > 0 ? "warn" : ""} />
        <Tile name="Invited" value={number(invitations.invited)} to={address("/invitations")} />
        <Tile name="Agreed" value={percent(invitations.agreed, invitations.invited)} />
        <Tile name="Sessions completed" value={percent(sessions.completed, sessions.begun)} />
        <Tile name="Half finish within" value={duration(secondsToFinish.p50)} />
        <Tile name="Letters not delivered" value={number(letters.dead)}
          to={address("/letters", { state: "dead" })} tone={letters.dead > 0 ? "bad" : ""} />
      </ul>
      <div class="columns">
        <div>
          <Card title="From invitation to consent"><InvitationFunnel data={data} /></Card>
          <Card title="Time to finish"><TimeToFinish data={data} /></Card>
        </div>
        <Card title="From first step to result"><SessionFunnel data={data} /></Card>
      </div>
      <Card title="Over time" lead={data.isPartial
        ? "The beginning of the time is missing: only the newest is counted." : undefined}>
        <Rate data={data} /></Card>
      <div class="columns thirds">
        <Card title="Results"><Levels data={data} /></Card>
        <Card title="Letters"><Letters data={data} /></Card>
        <Alarms count={data.alarms} />
      </div>
    </div>
  );
}

const Tile = (props: { name: string; value: string; to?: string; tone?: string }) => (
  <li class={`tile ${props.tone ?? ""}`}>
    <p class="name">{props.to ? <a href={props.to}>{props.name}</a> : props.name}</p>
    <p class="value">{props.value}</p>
  </li>
);

function InvitationFunnel({ data }: { data: Overview }) {
  const { invited, opened, agreed, expired, revoked, locked } = data.invitations;
  if (invited === 0)
    return <Empty title="Nobody was invited in this time">
      <a href={address("/invitations")}>Invitations</a>
    </Empty>;
  return (
    <>
      <Bars caption="Invitations by how far they came" whole={invited} rows={[
        ["Invited", invited], ["Opened", opened], ["Agreed", agreed]]} />
      <p class="hint">
        {`${number(expired)} expired, ${number(revoked)} revoked, ${number(locked)} locked.`}
      </p>
    </>
  );
}

function SessionFunnel({ data }: { data: Overview }) {
  const skills = data.sessions.skills.filter((skill) => skill.begun > 0);
  if (skills.length === 0) return <Empty title="No session was begun in this time" />;
  return (
    <>
      {skills.map((skill) => (
        <div key={skill.skill} class="funnel">
          <h3><a href={address(`/skills/${encodeURIComponent(skill.skill)}`)}>{skill.skill}</a></h3>
          <Bars caption={`Sessions of ${skill.skill} by how far they came`} whole={skill.begun}
            rows={[["Begun", skill.begun],
              ...skill.steps.map(({ step, reached }): [string, number] => [plain(step), reached]),
              ["Completed", skill.completed]]} />
        </div>
      ))}
    </>
  );
}

function Rate({ data }: { data: Overview }) {
  const isHourly = data.bucketSeconds < 86400;
  const times = useMemo(() => data.rate.map(({ at }) => at), [data]);
  const lines = useMemo((): Line[] => [
    { name: "Invited", colour: "--act", dash: [], values: data.rate.map((row) => row.invited) },
    { name: "Begun", colour: "--amber", dash: [6, 4], values: data.rate.map((row) => row.begun) },
    { name: "Completed", colour: "--good", dash: [2, 3],
      values: data.rate.map((row) => row.completed) },
  ], [data]);
  return (
    <Plot times={times} lines={lines} write={isHourly ? moment : day}
      title={`Invited, begun and completed ${isHourly ? "by the hour" : "by the day"}`} />
  );
}

function TimeToFinish({ data }: { data: Overview }) {
  const { p50, p90, p99, count } = data.secondsToFinish;
  if (p99 === null || count === 0)
    return <Empty title="Nobody has finished in this time" />;
  return (
    <>
      <Bars caption="Time from the first step to the result" whole={p99} write={duration} rows={[
        ["Half within", p50 ?? 0], ["Nine of ten", p90 ?? 0], ["99 of 100", p99]]} />
      <p class="hint">{`Of ${number(count)} completed sessions.`}</p>
    </>
  );
}

function Levels({ data }: { data: Overview }) {
  const { levels, completed } = data.sessions;
  if (completed === 0) return <Empty title="No session was completed in this time" />;
  return (
    <Bars caption="Completed sessions by level of trust" whole={completed}
      rows={(["HIGH", "MEDIUM", "LOW", "NONE"] as const)
        .map((level): [string, number] => [wordOf(level), levels[level]])
        .filter(([name, many], index) => index < 3 || (name && many > 0))} />
  );
}

function Letters({ data }: { data: Overview }) {
  const { queued, sent, dead, bounced } = data.letters;
  return (
    <>
      <Bars caption="Letters by what became of them" whole={queued + sent + dead} rows={[
        ["Sent", sent], ["Queued", queued], ["Not delivered", dead],
        ...(bounced === null ? [] : [["Bounced", bounced] as [string, number]])]} />
      {bounced === null && (
        <p class="hint">Bounces are not counted: they come back to the mailbox of the sender.</p>
      )}
      {dead > 0 &&
        <p><a href={address("/letters", { state: "dead" })}>Letters not delivered</a></p>}
    </>
  );
}

function Alarms(props: { count: number }) {
  const list = useLoad((signal) => alarms({ limit: "5" }, signal), []);
  const rows = list.data?.items ?? [];
  return (
    <Card title="Alarms" lead={props.count > 0 && `${number(props.count)} in this time.`}>
      {list.problem && <ProblemBox problem={list.problem} retry={list.reload} />}
      {list.data && rows.length === 0 && <Empty title="No alarm was raised" />}
      {rows.length > 0 && (
        <Timeline happenings={rows.map((row) => (
          { at: row.at, what: alarmOf(row.what), tone: "bad", more: row.detail }))} />
      )}
    </Card>
  );
}
