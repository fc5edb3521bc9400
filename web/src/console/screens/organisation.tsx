// The organisation itself, and where people may be sent when they are done.
import { organisations } from "../client";
import { useMay, useMe } from "../me";
import { Facts, When } from "../parts/facts";
import { Field, Form } from "../parts/field";
import { useAction, useLoad } from "../parts/loading";
import { Pending, say, Stale } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { address } from "../place";
import type { Organisation } from "../wire";

export function OrganisationScreen() {
  const { organisation } = useMe();
  const loaded = useLoad(async (signal) => {
    const { items } = await organisations.list({ limit: "100" }, signal);
    return items.find((row) => row.id === organisation.id) ?? null;
  }, []);
  const { data } = loaded;
  return (
    <Screen title="Organisation">
      <Stale of={loaded} />
      {!data && <Pending of={loaded} />}
      {data && (
        <div class="columns">
          <Card title={data.name}>
            <Facts facts={[
              ["Handle", <code>{data.handle}</code>],
              ["Prefix of codes", <code>{data.prefix}</code>],
              ["Skills in use", <a href={address("/skills")}>{data.skills.length}</a>],
              ["Since", <When at={data.createdAt} />], ["Id", <code>{data.id}</code>]]} />
          </Card>
          <ReturnHosts data={data} />
        </div>
      )}
    </Screen>
  );
}

const lead = "After an enrolment people are sent to the returnUrl of the session. It may lead "
  + "only to these hosts; with none named, to any.";

function ReturnHosts({ data }: { data: Organisation }) {
  const isOwner = useMay("owner");
  const action = useAction();
  if (!isOwner)
    return (
      <Card title="Return hosts" lead={lead}>
        <ul>{data.returnHosts.map((host) => <li key={host}><code>{host}</code></li>)}</ul>
        {data.returnHosts.length === 0 && <p>Any host.</p>}
      </Card>
    );
  return (
    <Card title="Return hosts" lead={lead}>
      <Form action={action} submit="Save" fields={["returnHosts"]} onSubmit={async (answers) => {
        const returnHosts = (answers["returnHosts"] ?? "").split(/\s+/).filter(Boolean);
        await organisations.change(data.handle, { returnHosts });
        say("The return hosts are saved");
      }}>
        <Field name="returnHosts" label="Hosts" problem={action.problem}
          hint="One a line, for example www.example.org">
          <textarea rows={4} spellcheck={false} defaultValue={data.returnHosts.join("\n")} />
        </Field>
      </Form>
    </Card>
  );
}
