// A skill as a person will meet it: each of its screens, with the fields and pictures it asks for.
// It is a preview: nothing can be typed and nothing is sent.
import { skills } from "../client";
import { plain } from "../format";
import { Facts } from "../parts/facts";
import { useLoad } from "../parts/loading";
import { Pending } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { address } from "../place";
import type { ScreenProps } from "../shell";
import type { SkillField, SkillStep } from "../wire";

export function SkillDetail({ found }: ScreenProps) {
  const name = found["name"] ?? "";
  const loaded = useLoad((signal) => skills.one(name, signal), [name]);
  const from = { to: address("/skills"), name: "Skills" };
  const { data } = loaded;
  if (!data)
    return (
      <Screen title="Skill" from={from}>
        <Pending of={loaded} />
      </Screen>
    );
  const factors = data.required_factors;
  return (
    <Screen title={data.title || data.skill} from={from} lead={<code>{data.skill}</code>}>
      <Card title="Rules">
        <Facts facts={[
          ["Used here", data.registered ? "Yes" : "No"], ["Steps", data.steps.length],
          ["Needed for an automatic approval", factors.length > 0 ? factors.join(", ") : "–"]]} />
      </Card>
      <h2>Screens</h2>
      <ol class="phones">
        {data.steps.map((step, index) =>
          <li key={step.name}><Phone step={step} at={index + 1} of={data.steps.length} /></li>)}
      </ol>
    </Screen>
  );
}

function Phone(props: { step: SkillStep; at: number; of: number }) {
  const { step, at, of } = props;
  return (
    <section class="phone" aria-label={`Step ${at}: ${plain(step.name)}`}>
      <p class="hint">Step {at} of {of}</p>
      <div class="bar" aria-hidden="true">
        <span style={{ width: `${(100 * (at - 1)) / of}%` }} />
      </div>
      <h3>{step.title || plain(step.name)}</h3>
      {step.fields.map((field) => <Asked key={field.name} field={field} />)}
      {step.uploads.map((upload) => (
        <div class="asked" key={upload.type}>
          <p class="name">{plain(upload.type)}{!upload.required && <small> optional</small>}</p>
          <p class="shot">Picture</p>
        </div>
      ))}
      <p class="go" aria-hidden="true">Continue</p>
    </section>
  );
}

function Asked({ field }: { field: SkillField }) {
  const choices = field.one_of ?? [];
  return (
    <div class="asked">
      <p class="name">{field.label || plain(field.name)}
        {!field.required && <small> optional</small>}</p>
      <p class={`blank ${field.type}`}>
        {choices.length > 0 ? choices.map(plain).join(" · ") : plain(field.type)}</p>
    </div>
  );
}
