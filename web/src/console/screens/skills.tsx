// The skills of this installation, and which of them this organisation uses.
import { organisations, skills } from "../client";
import { useMay, useMe } from "../me";
import { useAction, useLoad } from "../parts/loading";
import { Empty, Pending, ProblemBox, say, Stale } from "../parts/said";
import { Screen } from "../parts/screen";
import { Table } from "../parts/table";
import { address, idPath } from "../place";
import type { SkillRow } from "../wire";

export function Skills() {
  const loaded = useLoad((signal) => skills.list({ limit: "100" }, signal), []);
  const { organisation } = useMe();
  const isOwner = useMay("owner");
  const action = useAction();
  const rows = loaded.data?.items ?? [];
  const turn = (row: SkillRow) => action.run(async () => {
    // Somebody else may have switched others since this list came.
    const { items } = await skills.list({ limit: "100" });
    const registered = items
      .filter((other) => (other.skill === row.skill ? !row.registered : other.registered))
      .map((other) => other.skill);
    await organisations.change(organisation.handle, { skills: registered });
    say(row.registered ? `${row.title} is no longer offered` : `${row.title} is offered`);
    loaded.reload();
  });
  return (
    <Screen title="Skills"
      lead="What people are asked, step by step. Each can be looked at before it is used.">
      <Stale of={loaded} />
      <ProblemBox problem={action.problem} />
      {!loaded.data && <Pending of={loaded} />}
      {loaded.data && rows.length === 0 && (
        <Empty title="No skill is installed">Skill files stand in the server's folder.</Empty>
      )}
      {rows.length > 0 && (
        <Table caption="Skills" rows={rows} keyOf={(row) => row.skill} isBusy={loaded.isBusy}
          columns={[
            { name: "Skill", isHead: true, cell: (row) =>
              <a href={address(idPath("skills", row.skill))}>{row.title || row.skill}</a> },
            { name: "Name", cell: (row) => <code>{row.skill}</code> },
            { name: "Used here", cell: (row) =>
              <span class={`badge ${row.registered ? "good" : "quiet"}`}>
                {row.registered ? "Yes" : "No"}</span> },
            ...(isOwner ? [{ name: "Change", cell: (row: SkillRow) =>
              <button type="button" class="second small" aria-busy={action.isBusy}
                onClick={() => void turn(row)}>
                {row.registered ? "Stop using" : "Use"}
                <span class="unseen"> {row.title}</span></button> }] : []),
          ]} />
      )}
    </Screen>
  );
}
