// Sessions: found by the customer's own id or by what became of them.
import { sessions, skills } from "../client";
import { shortId } from "../format";
import { doorOf, statuses, wordOf } from "../names";
import { Badge } from "../parts/badge";
import { When } from "../parts/facts";
import { Filters, Listing, type Filter } from "../parts/listing";
import { useList, useLoad } from "../parts/loading";
import { Screen } from "../parts/screen";
import type { Column } from "../parts/table";
import { address, idPath } from "../place";
import { usePlace } from "../router";
import type { Session } from "../wire";

const choices = (words: readonly string[]): [string, string][] =>
  words.map((word) => [word, wordOf(word)]);
const doors: [string, string][] = ["skills", "device", "enrolment"].map((d) => [d, doorOf(d)]);

const filtersWith = (names: readonly string[]): readonly Filter[] => [
  { name: "externalId", label: "External id", kind: "search" },
  { name: "q", label: "or its beginning", kind: "search" },
  { name: "status", label: "Status", kind: "choice", choices: choices(statuses) },
  { name: "level", label: "Level", kind: "choice", choices: choices(["HIGH", "MEDIUM", "LOW"]) },
  { name: "door", label: "Came by", kind: "choice", choices: doors },
  { name: "skill", label: "Skill", kind: "choice", choices: names.map((name) => [name, name]) },
  { name: "from", label: "Begun from", kind: "date" },
  { name: "to", label: "and before", kind: "date" },
];
const names = ["externalId", "q", "status", "level", "door", "skill", "from", "to"];

export const titleOf = (row: Session): string => row.externalId ?? row.sessionId;

const columns: readonly Column<Session>[] = [
  { name: "Session", isHead: true, cell: (row) =>
    <a href={address(idPath("sessions", row.id))} title={titleOf(row)}>
      {row.externalId ?? shortId(row.sessionId)}</a> },
  { name: "Status", cell: (row) => <Badge state={row.statusText} /> },
  { name: "Level", cell: (row) => (row.level ? <Badge state={row.level} /> : "–") },
  { name: "Skill", cell: (row) => row.skill },
  { name: "Came by", cell: (row) => doorOf(row.door) },
  { name: "Begun", cell: (row) => <When at={row.createdAt} /> },
  { name: "Completed", cell: (row) => <When at={row.completedAt} /> },
];

const waiting = "WAITING_FOR_MANUAL_APPROVE";

export function Sessions() {
  const { query } = usePlace();
  const isQueue = query["status"] === waiting;
  const list = useList(sessions.list, names, { order: "newest" });
  const known = useLoad((signal) => skills.list({ limit: "100" }, signal), []);
  const skillNames = known.data?.items.map((row) => row.skill) ?? [];
  return (
    <Screen title="Sessions">
      <nav class="segments" aria-label="Which sessions">
        <a href={address("/sessions")} aria-current={isQueue ? undefined : "true"}>All</a>
        <a href={address("/sessions", { status: waiting })}
          aria-current={isQueue ? "true" : undefined}>Waiting for review</a>
      </nav>
      <Filters filters={filtersWith(skillNames)} />
      <Listing caption={isQueue ? "Sessions that wait for review" : "Sessions, newest first"}
        list={list} columns={columns} keyOf={(row) => row.id}
        none={{ title: "No session has begun yet" }} />
    </Screen>
  );
}
