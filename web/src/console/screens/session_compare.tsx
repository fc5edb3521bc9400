// Side by side what the applicant form, the answers, the document and the bar code state, and where
// they differ. The server compares; here it is only laid out, each verdict with a mark and a word.
import { plain } from "../format";
import { likenessOf, sourceOf, statedAs } from "../names";
import { Icon } from "../parts/icon";
import { Empty } from "../parts/said";
import { Card } from "../parts/screen";
import { Table, type Column } from "../parts/table";
import type { Stated, Statement, WholeSession } from "../wire";

// As each source lists them, so that rows keep their places from session to session.
const rows = ["last name", "first name", "additional names", "date of birth", "sex", "nationality",
  "document type", "issuer", "document number", "date of expiry"];

// "Zone, document front": two pictures of one kind are told apart by their number.
export function titleOfSource(statement: Statement, data: WholeSession): string {
  const name = sourceOf(statement.source);
  if (!statement.uploadId) return name;
  const at = data.files.findIndex((file) => file.uploadId === statement.uploadId);
  const file = data.files[at];
  if (!file) return name;
  const alike = data.files.filter((other) => other.type === file.type);
  const number = alike.length > 1 ? ` ${alike.indexOf(file) + 1}` : "";
  return `${name}, ${plain(file.type).toLowerCase()}${number}`;
}

const iconOf = { good: "check", bad: "unequal", warn: "warn", act: "info", quiet: "info" } as const;

function Cell({ stated }: { stated: Stated | undefined }) {
  if (!stated) return <span class="hint none">–</span>;
  const verdict = stated.likeness && likenessOf(stated.likeness);
  return (
    <>
      {statedAs(stated.name, stated.value)}
      {verdict && <small class={`likeness ${verdict.tone}`}>
        <Icon name={iconOf[verdict.tone]} />{verdict.word}</small>}
    </>
  );
}

interface Difference { name: string; where: string; likeness: string }

function differences(statements: readonly Statement[], data: WholeSession): Difference[] {
  return statements.flatMap((one) => one.fields
    .filter(({ likeness }) => likeness && likeness !== "same" && likeness !== "unstated")
    .map(({ name, likeness }) =>
      ({ name, where: titleOfSource(one, data), likeness: likeness ?? "" })));
}

function Summary({ statements, data }: { statements: readonly Statement[]; data: WholeSession }) {
  const counting = statements.find((one) => one.counts);
  if (!counting)
    return <p class="hint">No document was read, so there is nothing to compare with.</p>;
  const found = differences(statements, data);
  const title = titleOfSource(counting, data);
  if (statements.length === 1)
    return <p class="hint">Only one source states anything: {title}.</p>;
  if (found.length === 0)
    return <p class="verdict good"><Icon name="check" />Nothing differs from: {title}.</p>;
  return (
    <>
      <p>Differs from: {title}.</p>
      <ul class="verdicts">
        {found.map(({ name, where, likeness }) => {
          const { word, tone } = likenessOf(likeness);
          return <li key={name + where} class={`verdict ${tone}`}><Icon name={iconOf[tone]} />
            <span>{plain(name)}, {where}: {word}</span></li>;
        })}
      </ul>
    </>
  );
}

export function Compare({ data }: { data: WholeSession }) {
  const { statements } = data;
  if (!statements) return null;
  const columns: Column<string>[] = statements.map((one, index) => ({
    name: one.certain ? titleOfSource(one, data) : `${titleOfSource(one, data)}, not certain`,
    isKey: one.counts,
    key: String(index),
    cell: (row) => <Cell stated={one.fields.find(({ name }) => name === row)} />,
  }));
  const shown = rows.filter((row) =>
    statements.some(({ fields }) => fields.some(({ name }) => name === row)));
  return (
    <Card title="Side by side" lead="Each source beside the document, compared as the factors do.">
      {shown.length === 0
        ? <Empty title="Nobody stated anything about the person yet" />
        : <>
            <Summary statements={statements} data={data} />
            <Table caption="What each source states" rows={shown} keyOf={(row) => row}
              columns={[{ name: "Stated", isHead: true, cell: (row: string) => plain(row) },
                ...columns]} />
          </>}
    </Card>
  );
}
