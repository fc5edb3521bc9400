// Texts of the pages in an organisation's own words, a language at a time. What is left empty keeps
// our words.
import { useState } from "preact/hooks";
import { useLoad } from "../parts/loading";
import { ourWords } from "../words";
import { languages, withText } from "../theme";
import type { Wording } from "../wire";

interface WordingProps {
  wording: Wording;
  language: string;
  onLanguage: (language: string) => void;
  onChange: (wording: Wording) => void;
}

export function WordingFields(props: WordingProps) {
  const { wording, language, onChange } = props;
  const words = useLoad(ourWords, []);
  const ours = words.data ?? {};
  const own = wording[language] ?? {};
  const [added, setAdded] = useState<string[]>([]);
  const keys = [...new Set([...Object.keys(own), ...added])].sort();
  return (
    <fieldset class="wording">
      <legend>Wording</legend>
      <div class="field">
        <label for="wording-language">Language</label>
        <select id="wording-language" value={language}
          onChange={(event) => props.onLanguage(event.currentTarget.value)}>
          {languages.map(([code, name]) => (
            <option key={code} value={code}>
              {name}{wording[code] ? ` (${Object.keys(wording[code]).length} own)` : ""}
            </option>
          ))}
        </select>
      </div>
      {keys.map((key) => (
        <Text key={`${language} ${key}`} name={key} ours={ours[key] ?? ""} own={own[key] ?? ""}
          language={language}
          onChange={(text) => onChange(withText(wording, language, key, text))} />
      ))}
      <Add known={Object.keys(ours).filter((key) => !keys.includes(key))} ours={ours}
        onAdd={(key) => setAdded((now) => [...now, key])} />
    </fieldset>
  );
}

function Text(props: {
  name: string; ours: string; own: string; language: string; onChange: (text: string) => void;
}) {
  const id = `wording-${props.name}`;
  return (
    <div class="field">
      <label for={id}><code>{props.name}</code></label>
      {props.ours && <p class="hint" id={`${id}-hint`}>Ours, in English: {props.ours}</p>}
      <textarea id={id} rows={2} value={props.own} dir={props.language === "ar-SA" ? "rtl" : "ltr"}
        lang={props.language === "jp-JP" ? "ja" : props.language}
        aria-describedby={props.ours ? `${id}-hint` : undefined}
        onInput={(event) => props.onChange(event.currentTarget.value)} />
    </div>
  );
}

function Add(props: {
  known: readonly string[]; ours: Record<string, string>; onAdd: (key: string) => void;
}) {
  const [key, setKey] = useState("");
  const add = () => {
    const wanted = key.trim();
    if (!wanted) return;
    props.onAdd(wanted);
    setKey("");
  };
  return (
    <div class="field add">
      <label for="wording-key">Another text</label>
      <p class="hint" id="wording-key-hint">Its key, for example arrive.title. Type to search.</p>
      <div class="together">
        <input id="wording-key" type="text" list="wording-keys" value={key} autocomplete="off"
          aria-describedby="wording-key-hint" spellcheck={false}
          onInput={(event) => setKey(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }} />
        <button type="button" class="second" onClick={add}>Add</button>
      </div>
      <datalist id="wording-keys">
        {props.known.map((name) => <option key={name} value={name}>{props.ours[name]}</option>)}
      </datalist>
    </div>
  );
}
