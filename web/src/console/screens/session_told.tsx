// What webhooks were told of one session; nothing where there was nothing to tell.
import { notices, webhooks } from "../client";
import { shortUrl } from "../format";
import { faultOf, toldAs, toneOf } from "../names";
import { Badge } from "../parts/badge";
import { useLoad } from "../parts/loading";
import { ProblemBox } from "../parts/said";
import { Card } from "../parts/screen";
import { Timeline, type Happening } from "../parts/timeline";
import { address } from "../place";
import type { Notice, Webhook, WholeSession } from "../wire";

const most = 10;

export function Told({ data }: { data: WholeSession }) {
  // Asked again when the session has changed: then there may be something new to tell.
  const loaded = useLoad(async (signal) => {
    const page = await notices.list({ session: data.id, limit: String(most) }, signal);
    const known = page.items.length > 0 ? (await webhooks.list({}, signal)).items : [];
    return { ...page, known };
  }, [data.id, data.updatedAt]);
  const { items: rows = [], known = [] } = loaded.data ?? {};
  if (rows.length === 0 && !loaded.problem) return null;
  return (
    <Card title="Webhooks were told">
      <ProblemBox problem={loaded.problem} retry={loaded.reload} />
      <Timeline happenings={[...rows].reverse().map((row) =>
        happening(row, known.find((webhook) => webhook.id === row.webhookId)))} />
      {rows.length > 0 && (
        <div class="actions"><a href={address("/webhooks/notices", { session: data.id })}>
          {loaded.data?.next ? "All of them" : "More about these"}</a></div>
      )}
    </Card>
  );
}

const happening = (row: Notice, webhook: Webhook | undefined): Happening => ({
  at: row.createdAt, tone: toneOf(row.state),
  what: <>{toldAs(row.event)} <Badge state={row.state} /></>,
  more: <>
    {webhook && <p>to {shortUrl(webhook.url)}</p>}
    {row.error && <p>{faultOf(row.error)}</p>}
  </>,
});
