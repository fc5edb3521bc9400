// What each factor of a decision says, the worst on top, and the sessions where the same was seen.
import { comparedBy } from "../names";
import { Badge } from "../parts/badge";
import { When } from "../parts/facts";
import { Empty } from "../parts/said";
import { Table } from "../parts/table";
import { address } from "../place";
import type { Coincidence, Factor, WholeSession } from "../wire";
import { standing } from "./session_review";

// What a reviewer has to look at stands on top; beside each other they keep the server's order.
const weights: Record<Factor["level"], number> = {
  LOW: 0, MEDIUM: 1, UNKNOWN: 2, HIGH: 3, UNAVAILABLE: 4,
};
const worstFirst = (factors: readonly Factor[]) =>
  [...factors].sort((a, b) => weights[a.level] - weights[b.level]);

export function Factors({ data }: { data: WholeSession }) {
  const factors = data.decision?.trustFactors ?? [];
  if (!data.decision)
    return <Empty title={data.completedAt ? standing(data) : "Decided when the last step is in"} />;
  return (
    <>
      <p>Together: <Badge state={data.decision.level} /></p>
      <Table caption="Factors of the decision" rows={worstFirst(factors)}
        keyOf={(row) => row.name} columns={[
        { name: "Factor", isHead: true, cell: (row: Factor) => <>{row.name}
          {comparedBy(row.name) && <small>{comparedBy(row.name)}</small>}</> },
        { name: "Level", cell: (row: Factor) => <Badge state={row.level} /> },
        { name: "Score", isNumber: true, cell: (row: Factor) => row.score ?? "–" },
        { name: "Why", cell: (row: Factor) => <>{row.explanation || "–"}
          {row.name === "Duplicates" && <Others found={data.duplicates} />}</> },
      ]} />
      <p class="hint">Rules {data.decision.rulesVersion || "without a version"}, decided{" "}
        <When at={data.decision.at} />. Scores go from 0, likely fraud, to 100.</p>
      {data.rules && (
        <details>
          <summary>These rules</summary>
          <pre tabIndex={0}>{data.rules.text}</pre>
          <p class="hint">SHA-256 <code title={data.rules.sha256}>{data.rules.sha256.slice(0, 12)}
          </code></p>
        </details>
      )}
    </>
  );
}

// One link a session, however much it has in common. It may be erased by now: its page says so.
function Others({ found }: { found: readonly Coincidence[] }) {
  const sessions = [...new Set(found.map(({ id }) => id))];
  return (
    <ul class="verdicts">
      {sessions.map((id) => {
        const whats = found.filter((other) => other.id === id).map(({ what }) => what);
        return <li key={id}><a href={address(`/sessions/${id}`)}>
          The same {[...new Set(whats)].sort().join(" and ")} in <code>{id.slice(0, 8)}</code></a>
        </li>;
      })}
    </ul>
  );
}
