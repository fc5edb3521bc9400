// Inviting many from a CSV file: first what would happen, line by line, then doing it. The server
// reads the file both times; here it is only chosen.
import { useState } from "preact/hooks";
import { invitations } from "../client";
import { csvOf } from "../csv";
import { bytes, number, plain } from "../format";
import { ruleOf } from "../names";
import { Field, Form } from "../parts/field";
import { Icon } from "../parts/icon";
import { useAction } from "../parts/loading";
import { Note, ProblemBox } from "../parts/said";
import { Card, Instead, Screen } from "../parts/screen";
import { Table } from "../parts/table";
import { address } from "../place";
import { saveText } from "../save";
import type { ImportReport } from "../wire";

interface Checked { file: File; report: ImportReport }

export function ImportInvitations() {
  const [checked, setChecked] = useState<Checked | null>(null);
  const [done, setDone] = useState<ImportReport | null>(null);
  const restart = () => {
    setChecked(null);
    setDone(null);
  };
  return (
    <Screen title="Import invitations" from={{ to: address("/invitations"), name: "Invitations" }}
      lead="First the file is checked and nobody is invited.">
      {done
        ? <Instead key="done"><Report title="Done" report={done} onRestart={restart} /></Instead>
        : checked
          ? <Instead key="dry">
              <Report title="What would happen" report={checked.report} onRestart={restart}
                file={checked.file} onDone={setDone} />
            </Instead>
          : <Choose onChecked={setChecked} />}
    </Screen>
  );
}

const sample = csvOf([["email", "first_name", "last_name", "language"],
  ["john@example.com", "John", "Doe", "en-US"]]);

function Choose(props: { onChecked: (checked: Checked) => void }) {
  const action = useAction();
  const submit = async (_: unknown, form: FormData) => {
    const file = form.get("file") as File;
    props.onChecked({ file, report: await invitations.bring(file, true) });
  };
  return (
    <Card title="The file" class="narrow">
      <Form action={action} submit="Check the file" fields={["file"]} onSubmit={submit}
        beside={<button type="button" class="plain" onClick={() =>
          saveText("invitations-sample.csv", sample, "text/csv")}>
          <Icon name="download" />Sample file</button>}>
        <Field name="file" label="CSV file" problem={action.problem}
          hint={<>The first row names the columns <code>email</code>, <code>first_name</code> and
            {" "}<code>last_name</code>, in any order; <code>language</code>, if it is there, is the
            letter's, as <code>de-DE</code>. Others are ignored. At most 2,000 rows and 1 MB, in
            UTF-8, with commas or semicolons.</>}>
          <input type="file" accept=".csv,text/csv" required />
        </Field>
      </Form>
    </Card>
  );
}

interface ReportProps {
  title: string;
  report: ImportReport;
  onRestart: () => void;
  file?: File;
  onDone?: (report: ImportReport) => void;
}

const people = (many: number) => (many === 1 ? "1 person" : `${number(many)} people`);

function Report(props: ReportProps) {
  const { report, file, onDone } = props;
  const action = useAction();
  const invite = async () => {
    if (file && onDone) onDone(await invitations.bring(file, false));
  };
  return (
    <>
      <Card title={props.title} lead={file && `${file.name}, ${bytes(file.size)}`}>
        <ProblemBox problem={action.problem} />
        <Note tone={report.invited === 0 ? "warn" : report.dryRun ? "act" : "good"}>
          <p>
            {report.dryRun
              ? `${people(report.invited)} of ${number(report.rows)} rows can be invited.`
              : `${people(report.invited)} invited.`}
            {report.refused.length > 0 && ` ${number(report.refused.length)} rows are refused.`}
          </p>
        </Note>
        <div class="actions">
          {report.dryRun && report.invited > 0 && (
            <button type="button" aria-busy={action.isBusy} onClick={() => void action.run(invite)}>
              Invite {people(report.invited)}
            </button>
          )}
          {!report.dryRun &&
            <a class="button" href={address("/invitations")}>See the invitations</a>}
          <button type="button" class="second" onClick={props.onRestart}>
            Choose another file</button>
        </div>
      </Card>
      {report.refused.length > 0 && <Refused report={report} />}
    </>
  );
}

type Row = ImportReport["refused"][number];
const reasons = (row: Row) =>
  row.errors.map(({ field, rule }) => `${plain(field)}: ${ruleOf(rule)}`).join("; ");

function Refused({ report }: { report: ImportReport }) {
  const save = () => saveText("refused.csv", csvOf([
    ["line", "email", "reason"],
    ...report.refused.map((row) => [String(row.line), row.email, reasons(row)]),
  ]), "text/csv");
  return (
    <Card title="Refused rows" actions={
      <button type="button" class="plain" onClick={save}><Icon name="download" />Save</button>}>
      <Table caption="Rows that are refused, and why" rows={report.refused}
        keyOf={(row) => String(row.line)} columns={[
          { name: "Line", isNumber: true, isHead: true, cell: (row) => row.line },
          { name: "E-mail", cell: (row) => row.email || "–" },
          { name: "Why", cell: reasons },
        ]} />
    </Card>
  );
}
