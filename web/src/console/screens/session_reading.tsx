// What the server read in one picture: how good it is, its machine-readable zone in fixed pitch
// with the check digits, and each field in words.
import { plain } from "../format";
import { measureOf, statedAs } from "../names";
import { Facts } from "../parts/facts";
import { Icon } from "../parts/icon";
import type { Check, Reading, Statement, Upload, WholeSession } from "../wire";

const Verdict = ({ isGood, children }: { isGood: boolean; children: string }) => (
  <li class={`verdict ${isGood ? "good" : "warn"}`}>
    <Icon name={isGood ? "check" : "warn"} /><span>{children}</span>
  </li>
);

const Quality = ({ reading }: { reading: Reading }) => (
  <ul class="verdicts across" aria-label="Quality of the picture">
    {reading.quality.map(({ name, ok, score }) =>
      <Verdict key={name} isGood={ok}>{`${measureOf(name, ok)} (${score})`}</Verdict>)}
  </ul>
);

function Checks({ checks }: { checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <>
      <p class="hint">Check digits</p>
      <ul class="verdicts across" aria-label="Check digits">
        {checks.map(({ name, ok }) => (
          <li key={name} class={`verdict ${ok ? "good" : "bad"}`}>
            <Icon name={ok ? "check" : "unequal"} />
            <span>{plain(name)}: {ok ? "right" : "wrong"}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Zone({ reading, statement }: { reading: Reading; statement: Statement | undefined }) {
  if (!reading.zone) return null;
  const { lines, certain } = reading.zone;
  return (
    <>
      <h3>Machine-readable zone</h3>
      <pre class="zone" tabIndex={0} role="group" aria-label="Machine-readable zone">
        {lines.join("\n")}
      </pre>
      <ul class="verdicts">
        <Verdict isGood={certain}>{certain ? "Every character was read with certainty"
          : "Not read with certainty: it counts for nothing, compare it by eye"}</Verdict>
      </ul>
      {statement && <Checks checks={statement.checks} />}
    </>
  );
}

const Fields = ({ of }: { of: Statement }) => (
  <Facts facts={of.fields.map(({ name, value }) => [plain(name), statedAs(name, value)])} />
);

export function Read({ data, file }: { data: WholeSession; file: Upload }) {
  const { reading } = file;
  if (reading === undefined) return null;
  if (reading === null) return <p class="hint">Nobody looked at this picture.</p>;
  if (!reading.readable)
    return <ul class="verdicts">
      <Verdict isGood={false}>This file could not be decoded</Verdict></ul>;
  const said = (data.statements ?? []).filter((one) => one.uploadId === file.uploadId);
  const zone = said.find((one) => one.source === "zone");
  const licence = said.find((one) => one.source === "licence");
  return (
    <div class="read">
      <p class="hint">{reading.width} × {reading.height} pixels; a score below 50 is bad.</p>
      <Quality reading={reading} />
      <Zone reading={reading} statement={zone} />
      {zone && <Fields of={zone} />}
      {licence && <><h3>Bar code</h3><Fields of={licence} /></>}
      {file.shows === "document" && !reading.zone && !licence &&
        <p class="hint">No zone and no bar code was found in it.</p>}
    </div>
  );
}
