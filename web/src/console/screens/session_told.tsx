// What webhooks were told of one session; nothing where there was nothing to tell.
import { notices } from "../client";
import { faultOf, toldAs, toneOf } from "../names";
import { Badge } from "../parts/badge";
import { useLoad } from "../parts/loading";
import { ProblemBox } from "../parts/said";
import { Card } from "../parts/screen";
import { Timeline } from "../parts/timeline";
import { address } from "../place";
import type { Notice, WholeSession } from "../wire";

const most = 10;

export function Told({ data }: { data: WholeSession }) {
  // Asked again when the session has changed: then there may be something new to tell.
  const loaded = useLoad((signal) =>
    notices.list({ session: data.id, limit: String(most) }, signal), [data.id, data.updatedAt]);
  const rows = loaded.data?.items ?? [];
  if (rows.length === 0 && !loaded.problem) return null;
  return (
    <Card title="Webhooks were told">
      <ProblemBox problem={loaded.problem} retry={loaded.reload} />
      <Timeline happenings={[...rows].reverse().map(happening)} />
      {rows.length > 0 && (
        <p><a href={address("/webhooks/notices", { session: data.id })}>
          {loaded.data?.next ? "All of them" : "More about these"}</a></p>
      )}
    </Card>
  );
}

const happening = (row: Notice) => ({
  at: row.createdAt, tone: toneOf(row.state),
  what: <>{toldAs(row.event)} <Badge state={row.state} /></>,
  more: row.state !== "sent" && row.error && <p>{faultOf(row.error)}</p>,
});
