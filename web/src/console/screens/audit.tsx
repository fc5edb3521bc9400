// Who changed what, newest first. Each row's hash covers the row before it, so that a row that was
// removed or altered shows; the server checks the chain.
import { audit } from "../client";
import { plain, shortId } from "../format";
import { audited } from "../names";
import { Browser, When } from "../parts/facts";
import { Filters, Listing, type Filter } from "../parts/listing";
import { useList } from "../parts/loading";
import { Screen } from "../parts/screen";
import type { Column } from "../parts/table";
import type { AuditRow } from "../wire";

const filters: readonly Filter[] = [
  { name: "who", label: "Who", kind: "search" },
  { name: "what", label: "What", kind: "choice",
    choices: audited.map((what) => [what, plain(what)]) },
  { name: "about", label: "About (id)", kind: "search" },
  { name: "from", label: "From", kind: "date" },
  { name: "to", label: "and before", kind: "date" },
];
const names = filters.map(({ name }) => name);

const kinds: Record<string, string> = {
  staff: "Staff", key: "By command line", stranger: "Not signed in", server: "The server itself",
};

const columns: readonly Column<AuditRow>[] = [
  { name: "What", isHead: true, cell: (row) => plain(row.what) },
  { name: "Who", cell: (row) => <>{row.who.name || "–"}
    <small>{kinds[row.who.kind] ?? plain(row.who.kind)}</small></> },
  { name: "When", cell: (row) => <When at={row.at} /> },
  { name: "More", cell: (row) => (row.what === "signed_in"
    ? <Browser agent={row.detail} /> : row.detail || "–") },
  { name: "About", cell: (row) => (row.about
    ? <code title={row.about}>{shortId(row.about)}</code> : "–") },
  { name: "Hash", cell: (row) => <code title={row.hash}>{row.hash.slice(0, 12)}</code> },
];

export function Audit() {
  const list = useList(audit, names);
  return (
    <Screen title="Audit trail">
      <Filters filters={filters} />
      <Listing caption="Audit trail, newest first" list={list} columns={columns}
        keyOf={(row) => row.id} none={{ title: "Nothing was changed yet" }} />
    </Screen>
  );
}
