// The people of the console: who they are, what they may, and where they are signed in.
import { staff } from "../client";
import { moment } from "../format";
import { useMe } from "../me";
import { roleOf, roles } from "../names";
import { Badge } from "../parts/badge";
import { Question, useDialog } from "../parts/dialog";
import { Choices, Field, type Answers } from "../parts/field";
import { Browser, When } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Listing } from "../parts/listing";
import { useAction, useList, useLoad } from "../parts/loading";
import { ProblemBox, say, Waiting } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { SecretDialog } from "../parts/secret";
import { Table, type Column } from "../parts/table";
import type { Role, Staff, StaffLink } from "../wire";

type Open = { what: "add" } | { what: "change" | "link"; row: Staff };

export function StaffScreen() {
  const list = useList(staff.list, []);
  const [open, ask, close] = useDialog<Open>();
  const [link, show, forget] = useDialog<StaffLink>();
  const columns: Column<Staff>[] = [
    { name: "Name", isHead: true, cell: (row) => <>{row.name}<small>{row.email}</small></> },
    { name: "Role", cell: (row) => roleOf(row.role) },
    { name: "State", cell: (row) => <Badge state={row.state} /> },
    { name: "Last sign-in", cell: (row) => <When at={row.lastSignInAt} /> },
    { name: "Change", cell: (row) => (
      <span class="actions">
        <button type="button" class="second small" onClick={() => ask({ what: "change", row })}>
          Change<span class="unseen"> {row.name}</span></button>
        <button type="button" class="second small" onClick={() => ask({ what: "link", row })}>
          New link<span class="unseen"> for {row.name}</span></button>
      </span>
    ) },
  ];
  const made = (answer: StaffLink) => {
    list.reload();
    show(answer);
  };
  return (
    <Screen title="Staff" actions={
      <button type="button" onClick={() => ask({ what: "add" })}>
        <Icon name="plus" />Invite</button>}>
      <Listing caption="Members of staff" list={list} columns={columns} keyOf={(row) => row.id}
        none={{ title: "Nobody yet" }} />
      <SignedIn />
      {open?.what === "add" && <Add onClose={close} onMade={made} />}
      {open?.what === "change" && <Change row={open.row} onClose={close} onDone={list.reload} />}
      {open?.what === "link" && <NewLink row={open.row} onClose={close} onMade={made} />}
      {link && (
        <SecretDialog title={`Link for ${link.staff.name}`} onClose={forget}
          secrets={[["Link", link.link]]}>
          <p>Give this link to {link.staff.name} by a way only they can read. It is shown this once,
            works once, and until {moment(link.expiresAt)}.</p>
        </SecretDialog>
      )}
    </Screen>
  );
}

const roleChoices = (chosen: Role) => Object.entries(roles).map(([value, role]) => (
  { value, text: role.name, hint: role.may, isOn: value === chosen }));

function Add(props: { onClose: () => void; onMade: (link: StaffLink) => void }) {
  return (
    <Question title="Invite a member of staff" submit="Make a link"
      fields={["email", "name", "role"]} onClose={props.onClose}
      onSubmit={async (answers) => props.onMade(await staff.add({
        email: (answers["email"] ?? "").trim(), name: (answers["name"] ?? "").trim(),
        role: answers["role"] as Role }))}>
      {(problem) => (
        <>
          <Field name="name" label="Name" problem={problem}>
            <input type="text" required maxLength={64} autocomplete="off" autofocus />
          </Field>
          <Field name="email" label="E-mail" problem={problem}>
            <input type="email" required autocomplete="off" />
          </Field>
          <Choices name="role" label="Role" type="radio" choices={roleChoices("reviewer")}
            problem={problem} />
        </>
      )}
    </Question>
  );
}

function Change(props: { row: Staff; onClose: () => void; onDone: () => void }) {
  const { row } = props;
  const submit = async (answers: Answers) => {
    const body: Parameters<typeof staff.change>[1] = {};
    const name = (answers["name"] ?? "").trim();
    if (name !== row.name) body.name = name;
    if (answers["role"] !== row.role) body.role = answers["role"] as Role;
    if (answers["state"] && answers["state"] !== row.state)
      body.state = answers["state"] as "active" | "disabled";
    if (Object.keys(body).length > 0) await staff.change(row.id, body);
    say(`${name || row.email} is saved`);
    props.onDone();
  };
  return (
    <Question title={`Change ${row.name}`} submit="Save" fields={["name", "role", "state"]}
      onClose={props.onClose} onSubmit={submit}>
      {(problem) => (
        <>
          <Field name="name" label="Name" problem={problem}>
            <input type="text" required maxLength={64} defaultValue={row.name} autocomplete="off" />
          </Field>
          <Choices name="role" label="Role" type="radio" choices={roleChoices(row.role)}
            problem={problem} />
          {row.state !== "invited" && (
            <Choices name="state" label="State" type="radio" problem={problem} choices={[
              { value: "active", text: "Active", isOn: row.state === "active" },
              { value: "disabled", text: "Disabled", isOn: row.state === "disabled",
                hint: "cannot sign in, and is signed out everywhere" }]} />
          )}
          <p class="hint">A new role or state ends the sessions {row.name} has in the console.</p>
        </>
      )}
    </Question>
  );
}

interface LinkProps { row: Staff; onClose: () => void; onMade: (link: StaffLink) => void }

const NewLink = ({ row, onClose, onMade }: LinkProps) => (
  <Question title={`A new link for ${row.name}?`} submit="Make a link"
    isDanger={row.state === "active"} onClose={onClose}
    onSubmit={async () => onMade(await staff.link(row.id))}>
    {() => <p>{row.state === "invited"
      ? "The link made before stops working."
      : "For somebody who lost the password or the device. The old password stops working at once, "
        + "and so does every session in the console."}</p>}
  </Question>
);

function SignedIn() {
  const loaded = useLoad((signal) => staff.signedIn({ limit: "100" }, signal), []);
  const action = useAction();
  const { organisation } = useMe();
  const rows = loaded.data?.items ?? [];
  const end = (id: string) => action.run(async () => {
    await staff.end(id);
    say("That session is ended");
    loaded.reload();
  });
  return (
    <Card title="Signed in now" lead={`Sessions in the console of ${organisation.name}.`}>
      <ProblemBox problem={action.problem ?? loaded.problem} />
      {!loaded.data && !loaded.problem && <Waiting />}
      {rows.length > 0 && (
        <Table caption="Signed in now" rows={rows} keyOf={(row) => row.id} columns={[
          { name: "Who", isHead: true, cell: (row) =>
            <>{row.staff.name}{row.isThis && <small>this session</small>}</> },
          { name: "With", cell: (row) => <Browser agent={row.userAgent} /> },
          { name: "Since", cell: (row) => <When at={row.createdAt} /> },
          { name: "Last seen", cell: (row) => <When at={row.lastSeenAt} /> },
          { name: "End", cell: (row) => !row.isThis && (
            <button type="button" class="danger second small" aria-busy={action.isBusy}
              onClick={() => void end(row.id)}>
              End<span class="unseen"> the session of {row.staff.name}</span></button>
          ) },
        ]} />
      )}
    </Card>
  );
}
