// A page as a person would see it in a theme that is not saved yet. It stands in a shadow tree with
// the pages' own style sheet, so that it is what it shows and touches nothing around it. Nothing in
// it does anything.
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import pages from "../../page/style.css?inline";
import { isDark } from "../contrast";
import type { ThemeInput } from "../wire";
import { ourWords } from "../words";
import { useLoad } from "./loading";

// The sheet speaks to a document; here the host is the root and a box is the body.
const scoped = pages
  .replace(/:root\b/g, ":host")
  .replace(/(^|[},\s])body(?=[\s{,])/g, "$1.body")
  .replace(/min-height:\s*100d?vh;?/g, "")
  + ":host{display:block;border-radius:.5rem;overflow:hidden}"
  + ".body{font-size:.9375rem}.body>*{max-width:none;margin:0;padding-inline:1.25rem}"
  + ".body>.page{border-radius:0;border-inline:0;box-shadow:none;padding-block:1.25rem}";

type Say = (key: string, parts?: Record<string, string>) => string;

// An organisation's own words, else ours in English: the others are in the server alone.
const sayer = (own: Record<string, string>, ours: Record<string, string>): Say =>
  (key, parts = {}) =>
    (own[key] || ours[key] || "").replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? "");

function Sample(props: { logo: string | null; language: string; say: Say }) {
  const { logo, language, say } = props;
  const country = say("field.country");
  return (
    <div class="body" dir={language === "ar-SA" ? "rtl" : "ltr"}>
      <div class="top">
        {logo
          ? <img class="logo" src={logo} alt="" />
          : <span class="brand">Your organisation</span>}
      </div>
      <div class="page">
        <div class="progress">
          <p>{say("step.of", { number: "2", total: "4" })}</p><progress value={1} max={4} />
        </div>
        <h1>{say("step.document")}</h1>
        <label>{say("field.document_number")}</label>
        <input type="text" value="X1234567" readOnly tabIndex={-1} />
        <label>{country}</label>
        <input type="text" value="" readOnly tabIndex={-1} aria-invalid="true" />
        <p class="wrong">{say("form.fill_in", { label: country })}</p>
        <button type="button" tabIndex={-1}>{say("form.continue")}</button>
        <button type="button" class="second" tabIndex={-1}>{say("sent.back")}</button>
      </div>
      <div class="bottom"><a>{say("form.close_page")}</a></div>
    </div>
  );
}

const none: Record<string, string> = {};

interface PreviewProps { theme: ThemeInput; logo: string | null; language: string }

export default function Preview(props: PreviewProps) {
  const host = useRef<HTMLDivElement>(null);
  const ours = useLoad(ourWords, []).data ?? none;
  useEffect(() => {
    const box = host.current;
    if (!box) return;
    const tree = box.shadowRoot ?? box.attachShadow({ mode: "open" });
    if (tree.adoptedStyleSheets.length === 0) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(scoped.replace(/(^|[},\s])main(?=[\s{,])/g, "$1.page"));
      tree.adoptedStyleSheets = [sheet];
    }
    for (const [name, colour] of Object.entries(props.theme.colours))
      box.style.setProperty(`--${name.replace("_", "-")}`, colour);
    // As doors/pages/look.cpp: nothing is mixed of an organisation's colours.
    for (const [name, of] of [["tint", "card"], ["quiet", "ink"]])
      box.style.setProperty(`--${name}`, `var(--${of})`);
    box.style.setProperty("color-scheme", isDark(props.theme.colours) ? "dark" : "light");
    box.style.setProperty("--radius", `${props.theme.radius}px`);
    const say = sayer(props.theme.wording[props.language] ?? {}, ours);
    render(<Sample logo={props.logo} language={props.language} say={say} />, tree);
  }, [props.theme, props.logo, props.language, ours]);
  return (
    <div class="preview" aria-hidden="true" inert ref={host} />
  );
}
