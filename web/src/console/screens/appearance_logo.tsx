// The logo of a saved theme. The server stores it re-encoded, at once: it is no part of the form.
import { themes } from "../client";
import { Field, Form } from "../parts/field";
import { useAction } from "../parts/loading";
import { ProblemBox, say } from "../parts/said";
import { Card } from "../parts/screen";
import type { Theme } from "../wire";

export function LogoCard(props: { theme: Theme; onDone: () => void }) {
  const { name, logo, colours } = props.theme;
  const action = useAction();
  const removal = useAction();
  const put = async (_: unknown, form: FormData) => {
    await themes.logo(name, form.get("file") as File);
    say("The logo is saved");
    props.onDone();
  };
  const remove = () => void removal.run(async () => {
    await themes.removeLogo(name);
    say("The logo is removed");
    props.onDone();
  });
  return (
    <Card title="Logo">
      {logo && (
        <p class="logo" style={{ backgroundColor: colours.paper }}>
          <img src={logo} alt={`Logo of the theme ${name}`} />
        </p>
      )}
      <ProblemBox problem={removal.problem} />
      <Form action={action} submit={logo ? "Replace" : "Upload"} fields={["file"]} onSubmit={put}
        beside={logo && <button type="button" class="second" aria-busy={removal.isBusy}
          onClick={remove}>Remove the logo</button>}>
        <Field name="file" label="Picture" problem={action.problem}
          hint="PNG, JPEG or WebP, at most 256 kB. It stands on the page's colour.">
          <input type="file" accept="image/png,image/jpeg,image/webp" required />
        </Field>
      </Form>
    </Card>
  );
}
