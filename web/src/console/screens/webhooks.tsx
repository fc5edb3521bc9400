// Which addresses of the organisation's own services hear what becomes of sessions. What they were
// told is the tab beside it (notices.tsx).
import { webhooks } from "../client";
import { number, shortUrl } from "../format";
import { useMay } from "../me";
import { faultOf, toldAs } from "../names";
import { Badge } from "../parts/badge";
import { useDialog } from "../parts/dialog";
import { When } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Listing } from "../parts/listing";
import { useList } from "../parts/loading";
import { Screen } from "../parts/screen";
import { SecretDialog } from "../parts/secret";
import type { Column } from "../parts/table";
import { address } from "../place";
import { isEvery } from "../webhook";
import type { NewWebhook, Webhook } from "../wire";
import { AddDialog, ChangeDialog, RemoveDialog, RotateDialog } from "./webhook_dialogs";

type Open = { what: "add" } | { what: "change" | "rotate" | "remove"; row: Webhook };

export const Tabs = ({ isNotices }: { isNotices: boolean }) => (
  <nav class="segments" aria-label="Webhooks and what they were told">
    <a href={address("/webhooks")} aria-current={isNotices ? undefined : "true"}>Webhooks</a>
    <a href={address("/webhooks/notices")}
      aria-current={isNotices ? "true" : undefined}>Notices</a>
  </nav>
);

const columns: readonly Column<Webhook>[] = [
  { name: "Address", isHead: true, cell: (row) => <span class="long">{row.url}
    <small><a href={address("/webhooks/notices", { webhook: row.id })}>
      Notices<span class="unseen"> to {shortUrl(row.url)}</span></a></small></span> },
  { name: "Hears", cell: (row) =>
    (isEvery(row.events) ? "Every event" : row.events.map(toldAs).join(", ")) },
  { name: "State", cell: (row) => <><Badge state={row.state} />
    {row.failures > 0 && <small>
      {row.failures === 1 ? "The last call" : `The last ${number(row.failures)} calls`} failed
      {row.error && `: ${faultOf(row.error)}`}</small>}</> },
  { name: "Signed with", cell: (row) => <>
    {row.signsWithPassword ? "Secret and API password" : "Secret"}
    {row.previousSecretUntil &&
      <small>the old one too until <When at={row.previousSecretUntil} /></small>}</> },
];

const changes = (ask: (open: Open) => void): Column<Webhook> => ({
  name: "Change", cell: (row) => {
    const unseen = <span class="unseen"> {shortUrl(row.url)}</span>;
    return (
      <span class="actions">
        <button type="button" class="second small" onClick={() => ask({ what: "change", row })}>
          Change{unseen}</button>
        <button type="button" class="second small" onClick={() => ask({ what: "rotate", row })}>
          Rotate{unseen}</button>
        <button type="button" class="danger second small"
          onClick={() => ask({ what: "remove", row })}>Remove{unseen}</button>
      </span>
    );
  },
});

export function Webhooks() {
  const list = useList(webhooks.list, []);
  const isOwner = useMay("owner");
  const [open, ask, close] = useDialog<Open>();
  const [shown, show, forget] = useDialog<NewWebhook>();
  const made = (webhook: NewWebhook) => {
    list.reload();
    show(webhook);
  };
  return (
    <Screen title="Webhooks" actions={isOwner && (
      <button type="button" onClick={() => ask({ what: "add" })}>
        <Icon name="plus" />Webhook</button>
    )}>
      <Tabs isNotices={false} />
      <Listing caption="Webhooks" list={list} keyOf={(row) => row.id}
        columns={isOwner ? [...columns, changes(ask)] : columns}
        none={{ title: "No webhook yet", children:
          "With one, your own service is told what becomes of its sessions and need not ask." }} />
      {open?.what === "add" && <AddDialog onClose={close} onMade={made} />}
      {open?.what === "change" &&
        <ChangeDialog row={open.row} onClose={close} onDone={list.reload} />}
      {open?.what === "rotate" && <RotateDialog row={open.row} onClose={close} onMade={made} />}
      {open?.what === "remove" &&
        <RemoveDialog row={open.row} onClose={close} onDone={list.reload} />}
      {shown && (
        <SecretDialog title={`Secret of ${shortUrl(shown.url)}`} onClose={forget}
          secrets={[["Secret", shown.secret]]}>
          <p>What stands here is shown this once. Store it where your service reads its secrets: it
            verifies each notice with it, as Standard Webhooks says.</p>
        </SecretDialog>
      )}
    </Screen>
  );
}
