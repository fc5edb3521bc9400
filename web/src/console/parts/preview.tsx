// A page as a person would see it in a theme that is not saved yet. It stands in a shadow tree with
// the pages' own style sheet, so that it is what it shows and touches nothing around it. Nothing in
// it does anything.
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import pages from "../../page/style.css?inline";
import type { ThemeInput, Wording } from "../wire";

// The sheet speaks to a document; here the host is the root and a box is the body.
const scoped = pages
  .replace(/:root\b/g, ":host")
  .replace(/(^|[},\s])body(?=[\s{,])/g, "$1.body")
  .replace(/min-height:\s*100d?vh;?/g, "")
  + ":host{display:block;border-radius:.5rem;overflow:hidden}"
  + ".body{font-size:.9375rem}.body>*{max-width:none;margin:0;padding-inline:1.25rem}"
  + ".body>.page{border-radius:0;border-inline:0;box-shadow:none;padding-block:1.25rem}";

const words = (wording: Wording, language: string) => (key: string, ours: string) =>
  wording[language]?.[key] || ours;

function Sample(props: PreviewProps) {
  const say = words(props.theme.wording, props.language);
  return (
    <div class="body" dir={props.language === "ar-SA" ? "rtl" : "ltr"}>
      <div class="top">
        {props.logo
          ? <img class="logo" src={props.logo} alt="" />
          : <span class="brand">Your organisation</span>}
      </div>
      <div class="page">
        <p class="progress">Step 2 of 4<progress value={1} max={4} /></p>
        <h1>{say("step.title", "Your document")}</h1>
        <p>{say("step.lead", "We need a few details. You can stop and go on later.")}</p>
        <label>{say("field.first_name", "First name")}</label>
        <input type="text" value="Ada" readOnly tabIndex={-1} />
        <label>{say("field.country", "Country")}</label>
        <input type="text" value="" readOnly tabIndex={-1} aria-invalid="true" />
        <p class="wrong">{say("problem.missing", "Choose the country of the document.")}</p>
        <button type="button" tabIndex={-1}>{say("step.continue", "Continue")}</button>
        <button type="button" class="second" tabIndex={-1}>{say("step.back", "Back")}</button>
      </div>
      <div class="bottom"><p>What you share goes to your organisation alone.</p></div>
    </div>
  );
}

interface PreviewProps { theme: ThemeInput; logo: string | null; language: string }

export default function Preview(props: PreviewProps) {
  const host = useRef<HTMLDivElement>(null);
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
    box.style.setProperty("--radius", `${props.theme.radius}px`);
    render(<Sample {...props} />, tree);
  }, [props.theme, props.logo, props.language]);
  return (
    <div class="preview" aria-hidden="true" inert ref={host} />
  );
}
