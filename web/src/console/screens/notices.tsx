// What webhooks were told, are to be told, and could not be told, newest first; and telling again.
import { notices, webhooks } from "../client";
import { shortId, shortUrl } from "../format";
import { useMay } from "../me";
import { faultOf, toldAs, wordOf } from "../names";
import { Badge } from "../parts/badge";
import { When } from "../parts/facts";
import { Filters, Listing, type Filter } from "../parts/listing";
import { useAction, useList, useLoad } from "../parts/loading";
import { ProblemBox, say } from "../parts/said";
import { Screen } from "../parts/screen";
import type { Column } from "../parts/table";
import { address, idPath } from "../place";
import type { Notice, Webhook } from "../wire";
import { Tabs } from "./webhooks";

const filtersWith = (known: readonly Webhook[]): readonly Filter[] => [
  { name: "state", label: "State", kind: "choice",
    choices: ["queued", "sent", "dead"].map((state) => [state, wordOf(state)]) },
  { name: "webhook", label: "Webhook", kind: "choice",
    choices: known.map((row) => [row.id, shortUrl(row.url)]) },
  { name: "session", label: "Session (id)", kind: "search" },
];
const names = ["state", "webhook", "session"];

type Find = (row: Notice) => Webhook | undefined;

// A queued one whose webhook hears nothing has no next try.
function Next({ row, webhook }: { row: Notice; webhook: Webhook | undefined }) {
  if (row.state !== "queued") return <When at={row.endedAt} />;
  if (webhook && webhook.state !== "active") return <>When the webhook is active again</>;
  return <When at={row.dueAt} />;
}

const columnsWith = (find: Find): readonly Column<Notice>[] => [
  { name: "Event", isHead: true, cell: (row) => <>{toldAs(row.event)}
    <small><a class="whole" href={address(idPath("sessions", row.session))} title={row.session}>
      <span class="unseen">Session </span>{shortId(row.session)}</a></small></> },
  { name: "Webhook", cell: (row) => {
    const webhook = find(row);
    return webhook ? <span class="long" title={webhook.url}>{shortUrl(webhook.url)}</span> : "–";
  } },
  { name: "State", cell: (row) => <Badge state={row.state} /> },
  { name: "Attempts", isNumber: true, cell: (row) => row.attempts },
  { name: "Made", cell: (row) => <When at={row.createdAt} /> },
  { name: "Next try, or end", cell: (row) => <Next row={row} webhook={find(row)} /> },
  { name: "Error", cell: (row) => (row.error ? faultOf(row.error) : "–") },
];

export function Notices() {
  const list = useList(notices.list, names);
  const known = useLoad((signal) => webhooks.list({}, signal), []);
  const mayWork = useMay("reviewer");
  const action = useAction();
  const rows = known.data?.items ?? [];
  const find: Find = (notice) => rows.find((row) => row.id === notice.webhookId);
  const retry = (row: Notice) => action.run(async () => {
    await notices.retry(row.id);
    say("The notice is queued again");
    list.reload();
  });
  const again: Column<Notice> = { name: "Again", cell: (row) => (
    (row.state !== "queued" || row.attempts > 0) && (
      <button type="button" class="second small whole" aria-busy={action.isBusy}
        onClick={() => void retry(row)}>
        Tell again<span class="unseen">, {toldAs(row.event)}, session {shortId(row.session)}</span>
      </button>
    )
  ) };
  const columns = columnsWith(find);
  return (
    <Screen title="Notices to webhooks">
      <Tabs isNotices />
      <Filters filters={filtersWith(rows)} />
      <ProblemBox problem={action.problem} />
      <Listing caption="Notices, newest first" list={list} keyOf={(row) => row.id}
        columns={mayWork ? [...columns, again] : columns}
        none={{ title: "Nothing was told yet" }} />
    </Screen>
  );
}
