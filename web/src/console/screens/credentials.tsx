// What back ends and devices show to be let in: clients, and the keys below them. Secrets are shown
// by the answer that makes them and never again.
import type { ComponentChildren } from "preact";
import { credentials } from "../client";
import { shortId } from "../format";
import { useMay } from "../me";
import { permissions } from "../names";
import { Badge } from "../parts/badge";
import { Question, useDialog } from "../parts/dialog";
import { When } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Listing } from "../parts/listing";
import { useList } from "../parts/loading";
import { say } from "../parts/said";
import { Screen } from "../parts/screen";
import { SecretDialog } from "../parts/secret";
import type { Column } from "../parts/table";
import { address } from "../place";
import { usePlace } from "../router";
import { stateOf } from "../secrets";
import type { Client, Key } from "../wire";
import { NewClientDialog, NewKeyDialog, RotateDialog, type Shown } from "./credential_dialogs";

type Open =
  | { what: "client" } | { what: "key"; below: Client | null }
  | { what: "rotate"; key: Key } | { what: "revoke"; row: Client; isKey: boolean };
type Ask = (open: Open) => void;

export function Credentials() {
  const isKeys = usePlace().query["list"] === "keys";
  return isKeys ? <Keys key="keys" /> : <Clients key="clients" />;
}

const isLive = (row: Client): boolean => stateOf(row, Date.now()) === "live";

const common: readonly Column<Client>[] = [
  { name: "State", cell: (row) => <Badge state={stateOf(row, Date.now())} /> },
  { name: "Made", cell: (row) => <When at={row.createdAt} /> },
  { name: "Ends", cell: (row) => (row.expiresAt ? <When at={row.expiresAt} /> : "Never") },
  { name: "Last used", cell: (row) => (row.lastUsedAt ? <When at={row.lastUsedAt} /> : "Never") },
];

function Clients() {
  const list = useList(credentials.clients, []);
  return (
    <Frame isKeys={false} reload={list.reload}>
      {(ask) => (
        <Listing caption="Clients" list={list} keyOf={(row) => row.id}
          none={{ title: "No client yet" }} columns={[
            { name: "Client", isHead: true, cell: (row) =>
              <>{row.name}<small><code class="whole">{row.id}</code></small></> },
            ...common,
            ...changes<Client>(ask, (row) => (
              <button type="button" class="second small"
                onClick={() => ask?.({ what: "key", below: row })}>
                Add a key<span class="unseen"> to {row.name}</span></button>
            ), false),
          ]} />
      )}
    </Frame>
  );
}

function Keys() {
  const list = useList(credentials.keys, []);
  return (
    <Frame isKeys reload={list.reload}>
      {(ask) => (
        <Listing caption="Keys" list={list} keyOf={(row) => row.id}
          none={{ title: "No key yet" }} columns={[
            { name: "Key", isHead: true, cell: (row) =>
              <>{row.name}<small><code title={row.id}>{shortId(row.id)}</code></small></> },
            { name: "May", cell: (row) =>
              <span title={row.permissions.map((may) => permissions[may] ?? may).join(", ")}>
                {row.permissions.join(", ")}</span> },
            ...(common as readonly Column<Key>[]),
            ...changes<Key>(ask, (row) => (
              <button type="button" class="second small"
                onClick={() => ask?.({ what: "rotate", key: row })}>
                Rotate<span class="unseen"> {row.name}</span></button>
            ), true),
          ]} />
      )}
    </Frame>
  );
}

// What an owner may do to a credential that still works; no column for anybody else.
function changes<Row extends Client>(
  ask: Ask | null, first: (row: Row) => ComponentChildren, isKey: boolean,
): Column<Row>[] {
  if (!ask) return [];
  return [{ name: "Change", cell: (row) => isLive(row) && (
    <span class="actions">
      {first(row)}
      <button type="button" class="danger second small"
        onClick={() => ask({ what: "revoke", row, isKey })}>
        Revoke<span class="unseen"> {row.name}</span></button>
    </span>
  ) }];
}

interface FrameProps {
  isKeys: boolean;
  reload: () => void;
  children: (ask: Ask | null) => ComponentChildren;
}

function Frame({ isKeys, reload, children }: FrameProps) {
  const isOwner = useMay("owner");
  const [open, ask, close] = useDialog<Open>();
  const [shown, show, forget] = useDialog<Shown>();
  const made = (what: Shown) => {
    reload();
    show(what);
  };
  return (
    <Screen title="Credentials" actions={isOwner && (
      <>
        <button type="button" class="second" onClick={() => ask({ what: "key", below: null })}>
          <Icon name="plus" />Key</button>
        <button type="button" onClick={() => ask({ what: "client" })}>
          <Icon name="plus" />Client</button>
      </>
    )}>
      <nav class="segments" aria-label="Kind of credential">
        <a href={address("/credentials")} aria-current={isKeys ? undefined : "true"}>Clients</a>
        <a href={address("/credentials", { list: "keys" })}
          aria-current={isKeys ? "true" : undefined}>Keys</a>
      </nav>
      {children(isOwner ? ask : null)}
      {open && <Dialogs open={open} close={close} show={made} reload={reload} />}
      {shown && <SecretDialog title={shown.title} secrets={shown.secrets} onClose={forget} />}
    </Screen>
  );
}

interface DialogsProps {
  open: Open;
  close: () => void;
  show: (shown: Shown) => void;
  reload: () => void;
}

function Dialogs({ open, close, show, reload }: DialogsProps) {
  if (open.what === "client") return <NewClientDialog onClose={close} onMade={show} />;
  if (open.what === "key") return <NewKeyDialog below={open.below} onClose={close} onMade={show} />;
  if (open.what === "rotate")
    return <RotateDialog credential={open.key} onClose={close} onMade={show} />;
  const { row, isKey } = open;
  return (
    <Question title={`Revoke ${row.name}?`} submit="Revoke" isDanger onClose={close}
      onSubmit={async () => {
        await (isKey ? credentials.revokeKey(row.id) : credentials.revokeClient(row.id));
        say(`${row.name} is revoked`);
        reload();
      }}>
      {() => <p>{isKey ? "The key and all that hangs below it stop"
        : "The client and all its keys stop"} working at once. This cannot be undone.</p>}
    </Question>
  );
}
