// Invitations: the list with its filters, and the ways to more of them and out of them.
import { invitations } from "../client";
import { joinParts } from "../csv";
import { useMay } from "../me";
import { states, wordOf } from "../names";
import { Badge } from "../parts/badge";
import { When } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Filters, Listing, type Filter } from "../parts/listing";
import { useAction, useList } from "../parts/loading";
import { ProblemBox, say } from "../parts/said";
import { Screen } from "../parts/screen";
import type { Column } from "../parts/table";
import { address, idPath } from "../place";
import { usePlace } from "../router";
import { saveText } from "../save";
import type { Invitation } from "../wire";

const filters: readonly Filter[] = [
  { name: "state", label: "State", kind: "choice",
    choices: states.map((state) => [state, wordOf(state)]) },
  { name: "q", label: "E-mail begins with", kind: "search" },
  { name: "from", label: "Invited from", kind: "date" },
  { name: "to", label: "and before", kind: "date" },
];
const names = [...filters.map(({ name }) => name), "email"];

export const nameOf = (row: { first_name: string; last_name: string; email: string }): string =>
  `${row.first_name} ${row.last_name}`.trim() || row.email;

const columns: readonly Column<Invitation>[] = [
  { name: "Name", isHead: true,
    cell: (row) => <a href={address(idPath("invitations", row.id))}>{nameOf(row)}</a> },
  { name: "E-mail", cell: (row) => row.email },
  { name: "State", cell: (row) => <Badge state={row.state} /> },
  { name: "Invited", cell: (row) => <When at={row.createdAt} /> },
  { name: "Valid until", cell: (row) => <When at={row.expiresAt} /> },
];

export function Invitations() {
  const list = useList(invitations.list, names);
  const mayWork = useMay("reviewer");
  return (
    <Screen title="Invitations" actions={mayWork && (
      <>
        <a class="button second" href={address("/invitations/import")}>Import from CSV</a>
        <a class="button" href={address("/invitations/new")}><Icon name="plus" />Invite</a>
      </>
    )}>
      <Filters filters={filters}>{mayWork && <Export />}</Filters>
      <Listing caption="Invitations, newest first" list={list} columns={columns}
        keyOf={(row) => row.id} none={{
          title: "Nobody has been invited yet",
          children: mayWork && <a href={address("/invitations/new")}>Invite the first person</a>,
        }} />
    </Screen>
  );
}

// The whole list as it is filtered, however many parts it comes in.
function Export() {
  const { query } = usePlace();
  const action = useAction();
  const save = async () => {
    const asked = Object.fromEntries(names.flatMap((name) =>
      query[name] ? [[name, query[name]]] : []));
    const parts: string[] = [];
    let next: string | null = null;
    do {
      const part = await invitations.export(next ? { ...asked, cursor: next } : asked);
      parts.push(part.text);
      next = part.next;
    } while (next);
    saveText("invitations.csv", joinParts(parts), "text/csv");
    say("The list was saved as invitations.csv");
  };
  return (
    <>
      <button type="button" class="plain" aria-busy={action.isBusy}
        onClick={() => void action.run(save)}><Icon name="download" />Export CSV</button>
      <ProblemBox problem={action.problem} />
    </>
  );
}
