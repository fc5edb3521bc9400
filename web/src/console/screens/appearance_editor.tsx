// A theme: colours, corners, logo and wording, with a page of it beside and the contrast of each
// pair shown while one chooses. Whether it may be saved is the server's to say.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem, themes } from "../client";
import { contrasts } from "../contrast";
import { useMay } from "../me";
import { Question, useDialog } from "../parts/dialog";
import { Field, Form, type Answers } from "../parts/field";
import { later } from "../parts/later";
import { useAction, useLoad, type Action, type Loaded } from "../parts/loading";
import { Note, Pending, say, Stale } from "../parts/said";
import { Card, Screen } from "../parts/screen";
import { Table } from "../parts/table";
import { address, idPath } from "../place";
import { go, useUnsaved } from "../router";
import type { ScreenProps } from "../shell";
import { begin, defaultMeans, defaultTheme, inputOf, pairName } from "../theme";
import type { Theme, ThemeInput } from "../wire";
import { ColourFields } from "./appearance_colours";
import { newTheme } from "./appearance_list";
import { LogoCard } from "./appearance_logo";
import { WordingFields } from "./appearance_wording";

const Preview = later(() => import("../parts/preview"));
const from = { to: address("/appearance"), name: "Appearance" };

export function AppearanceEditor({ found: at }: ScreenProps) {
  const name = at["name"] ?? "";
  const isNew = name === newTheme;
  const loaded = useLoad(async (signal) =>
    ({ name, theme: isNew ? null : await kept(name, signal) }), [name]);
  const isOwner = useMay("owner");
  const found = loaded.data?.name === name ? loaded.data : null;
  if (found && (found.theme || isOwner))
    return <Editor key={name} name={isNew ? "" : name} theme={found.theme} of={loaded} />;
  return (
    <Screen title={isNew ? "Theme" : name} from={from}>
      {found
        ? <p>There is none yet, and only an owner makes themes.</p>
        : <Pending of={loaded} />}
    </Screen>
  );
}

// The default has its address before there is one: null.
async function kept(name: string, signal: AbortSignal): Promise<Theme | null> {
  try {
    return await themes.one(name, signal);
  } catch (error) {
    if (name === defaultTheme && isAbsent(error)) return null;
    throw error;
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Problem && error.status === 404;

// Saving would take the place of a theme of that name without a word, so the server is asked first.
async function mustBeFree(name: string): Promise<void> {
  try {
    await themes.one(name);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  throw new Problem(409, "conflict", "The name is taken", "",
    { name: ["There is a theme of this name. Choose another, or change that one."] });
}

const fieldsOf = (draft: ThemeInput): string[] =>
  ["radius", ...Object.keys(draft.colours).map((colour) => `colours.${colour}`)];

interface EditorProps {
  name: string;  // empty: to be given
  theme: Theme | null;  // null: not made yet
  of: Loaded<unknown>;
}

function Editor({ name: fixed, theme, of }: EditorProps) {
  const [draft, setDraft] = useState<ThemeInput>(theme ? inputOf(theme) : begin);
  const [kept, setKept] = useState(draft);
  const saved = useUnsaved(JSON.stringify(draft) !== JSON.stringify(kept));
  const [language, setLanguage] = useState("en-US");
  const isOwner = useMay("owner");
  const action = useAction();
  const change = (part: Partial<ThemeInput>) => setDraft((now) => ({ ...now, ...part }));
  const save = async (answers: Answers) => {
    const name = fixed || (answers["name"] ?? "").trim();
    if (!theme) await mustBeFree(name);
    await themes.save(name, draft);
    say(`The theme ${name} is saved`);
    saved();
    setKept(draft);
    if (fixed) of.reload();
    else go(address(idPath("appearance", name)), "replace");
  };
  return (
    <Screen title={fixed || "New theme"} from={from}
      lead={fixed === defaultTheme &&
        `${defaultMeans}${theme ? "" : " There is none yet: those look like ours."}`}
      actions={theme && isOwner && <Remove name={theme.name} onGone={saved} />}>
      <Stale of={of} />
      <div class="columns editor">
        <fieldset disabled={!isOwner} class="bare">
          <legend class="unseen">Theme</legend>
          {!isOwner && <Note><p>Your role may look at a theme, not change it.</p></Note>}
          <EditorForm draft={draft} isNamed={fixed !== ""} action={action} isOwner={isOwner}
            onSubmit={save}>
            <ColourFields colours={draft.colours} problem={action.problem}
              onChange={(colours) => change({ colours })} />
            <Corners radius={draft.radius} onChange={(radius) => change({ radius })}
              action={action} />
            <WordingFields wording={draft.wording} language={language} onLanguage={setLanguage}
              onChange={(wording) => change({ wording })} />
          </EditorForm>
          {theme && isOwner && <LogoCard theme={theme} onDone={of.reload} />}
        </fieldset>
        <div class="beside">
          <Card title="A page with it">
            <Preview theme={draft} logo={theme?.logo ?? null} language={language} />
          </Card>
          <Card title="Contrast"><ContrastTable draft={draft} /></Card>
        </div>
      </div>
    </Screen>
  );
}

function EditorForm(props: {
  draft: ThemeInput; isNamed: boolean; isOwner: boolean; action: Action;
  onSubmit: (answers: Answers) => Promise<void>; children: ComponentChildren;
}) {
  const { action } = props;
  const low = contrasts(props.draft.colours).filter((row) => !row.ok).length;
  return (
    <section class="card">
      <Form action={action} submit="Save the theme"
        fields={[...(props.isNamed ? [] : ["name"]), ...fieldsOf(props.draft)]}
        onSubmit={props.onSubmit} isDisabled={!props.isOwner}
        beside={low > 0 && <p class="wrong">
          {low === 1 ? "One pair has" : `${low} pairs have`} too little contrast to be saved.</p>}>
        {!props.isNamed && (
          <Field name="name" label="Name" problem={action.problem}
            hint="Small letters, digits, - and _; links choose the theme by it.">
            <input type="text" required maxLength={32} pattern="[a-z0-9_\-]{1,32}"
              autocomplete="off" autocapitalize="off" spellcheck={false} />
          </Field>
        )}
        {props.children}
      </Form>
    </section>
  );
}

const Corners = (props: { radius: number; onChange: (px: number) => void; action: Action }) => (
  <Field name="radius" label={`Corners: ${props.radius} px`} problem={props.action.problem}>
    <input type="range" min={0} max={32} value={props.radius}
      onInput={(event) => props.onChange(Number(event.currentTarget.value))} />
  </Field>
);

function ContrastTable({ draft }: { draft: ThemeInput }) {
  return (
    <Table caption="Contrast of each pair of colours" isPlain rows={contrasts(draft.colours)}
      keyOf={(row) => row.pair} columns={[
        { name: "Pair", isHead: true, cell: (row) => pairName(row.pair) },
        { name: "Ratio", isNumber: true, cell: (row) => `${row.ratio.toFixed(1)}:1` },
        { name: "At least", isNumber: true, cell: (row) => `${row.least.toFixed(1)}:1` },
        { name: "Result", cell: (row) =>
          <span class={`badge ${row.ok ? "good" : "bad"}`}>{row.ok ? "Enough" : "Too low"}</span> },
      ]} />
  );
}

function Remove({ name, onGone }: { name: string; onGone: () => void }) {
  const [isAsking, open, close] = useDialog<true>();
  return (
    <>
      <button type="button" class="danger second" onClick={() => open(true)}>Remove</button>
      {isAsking && (
        <Question title={`Remove ${name}?`} submit="Remove" isDanger onClose={close}
          onSubmit={async () => {
            await themes.remove(name);
            onGone();
            say(`The theme ${name} is removed`);
            go(address("/appearance"));
          }}>
          {() => <p>{name === defaultTheme
            ? "Pages for which no theme is named will look like ours."
            : "Pages that ask for it will look like the default."}</p>}
        </Question>
      )}
    </>
  );
}
