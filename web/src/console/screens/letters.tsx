// Letters on their way, sent, and dead: why each of the dead ones was refused, and another try.
import { letters } from "../client";
import { useMay } from "../me";
import { wordOf } from "../names";
import { Badge } from "../parts/badge";
import { When } from "../parts/facts";
import { Listing } from "../parts/listing";
import { useAction, useList } from "../parts/loading";
import { ProblemBox, say } from "../parts/said";
import { Screen } from "../parts/screen";
import type { Column } from "../parts/table";
import { address, idPath } from "../place";
import { usePlace } from "../router";
import type { Letter } from "../wire";

const columns: readonly Column<Letter>[] = [
  { name: "To", isHead: true, cell: (row) =>
    <a href={address(idPath("invitations", row.invitationId))}>{row.to}</a> },
  { name: "State", cell: (row) => <Badge state={row.state} /> },
  { name: "Attempts", isNumber: true, cell: (row) => row.attempts },
  { name: "Made", cell: (row) => <When at={row.createdAt} /> },
  { name: "Next try", cell: (row) => (row.state === "queued" ? <When at={row.dueAt} /> : "–") },
  { name: "Error", cell: (row) => (row.error ? <span class="long">{row.error}</span> : "–") },
];

export function Letters() {
  const { query } = usePlace();
  const state = query["state"] ?? "";
  const list = useList(letters.list, ["state"]);
  const mayWork = useMay("reviewer");
  const action = useAction();
  const retry = (row: Letter) => action.run(async () => {
    await letters.retry(row.id);
    say(`The letter to ${row.to} is queued again`);
    list.reload();
  });
  const shown = columns.filter(({ name }) => name !== "Next try" || !state || state === "queued");
  const withRetry: Column<Letter> = { name: "Again", cell: (row) => row.state === "dead" && (
    <button type="button" class="second small" aria-busy={action.isBusy}
      onClick={() => void retry(row)}>Try again<span class="unseen">, {row.to}</span></button>
  ) };
  return (
    <Screen title="Letters">
      <nav class="segments" aria-label="Which letters">
        {["", "queued", "sent", "dead"].map((word) => (
          <a key={word} href={address("/letters", word ? { state: word } : {})}
            aria-current={word === state ? "true" : undefined}>{word ? wordOf(word) : "All"}</a>
        ))}
      </nav>
      <ProblemBox problem={action.problem} />
      <Listing caption="Letters" list={list} keyOf={(row) => row.id}
        columns={mayWork ? [...shown, withRetry] : shown}
        none={{ title: "No letter has been written yet" }} />
    </Screen>
  );
}
