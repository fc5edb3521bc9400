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
  // Somebody else may have switched others since the list on the screen came.
  const fresh = async () => (await skills.list({ limit: "100" })).items;
  const turn = (row: SkillRow) => action.run(async () => {
    const registered = (await fresh())
      .filter((other) => (other.skill === row.skill ? !row.registered : other.registered))
      .map((other) => other.skill);
    await organisations.change(organisation.handle, { skills: registered });
    say(row.registered ? `${row.title} is no longer offered` : `${row.title} is offered`);
    loaded.reload();
  });
  const lead = (row: SkillRow) => action.run(async () => {
    const chosen = (await fresh()).find((other) => other.afterInvitation)?.skill;
    if (!row.afterInvitation || chosen === row.skill)
      await organisations.change(organisation.handle,
        { invitedSkill: row.afterInvitation ? "" : row.skill });
    say(row.afterInvitation ? "An invitation does not lead to it any more"
      : `Who agrees to an invitation goes on with ${row.title}`);
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
            { name: "After invitations", cell: (row) => (row.afterInvitation
              ? <span class="badge good">Yes</span> : <span class="badge quiet">No</span>) },
            ...(isOwner ? [{ name: "Change", cell: (row: SkillRow) => (
              <span class="actions">
                <button type="button" class="second small" aria-busy={action.isBusy}
                  onClick={() => void turn(row)}>
                  {row.registered ? "Stop using" : "Use"}
                  <span class="unseen"> {row.title}</span></button>
                {row.registered && (
                  <button type="button" class="second small" aria-busy={action.isBusy}
                    onClick={() => void lead(row)}>
                    {row.afterInvitation ? "Not after invitations" : "After invitations"}
                    <span class="unseen"> {row.title}</span></button>
                )}
              </span>
            ) }] : []),
          ]} />
      )}
    </Screen>
  );
}
