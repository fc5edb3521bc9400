// The seven colours of a theme, each by the browser's picker or as #rrggbb.
import { useId } from "preact/hooks";
import { isColour } from "../contrast";
import type { Problem } from "../client";
import { sentence } from "../names";
import { colourNames } from "../theme";
import type { Colours } from "../wire";

interface ColoursProps {
  colours: Colours;
  problem: Problem | null;
  onChange: (colours: Colours) => void;
}

export function ColourFields({ colours, problem, onChange }: ColoursProps) {
  const names = Object.keys(colourNames) as (keyof Colours)[];
  return (
    <fieldset class="colours">
      <legend>Colours</legend>
      {names.map((name) => (
        <ColourField key={name} name={name} value={colours[name]}
          errors={problem?.errors[`colours.${name}`] ?? []}
          onChange={(colour) => onChange({ ...colours, [name]: colour })} />
      ))}
    </fieldset>
  );
}

function ColourField(props: {
  name: keyof Colours; value: string; errors: readonly string[]; onChange: (text: string) => void;
}) {
  const id = useId();
  const isWrong = props.errors.length > 0 || !isColour(props.value);
  const change = (event: Event) =>
    props.onChange((event.currentTarget as HTMLInputElement).value.trim().toLowerCase());
  return (
    <div class="colour">
      <label for={id}>{colourNames[props.name]}</label>
      <input type="color" aria-label={`${colourNames[props.name]}, picker`}
        value={isColour(props.value) ? props.value : "#000000"} onInput={change} />
      <input type="text" id={id} name={`colours.${props.name}`} value={props.value} maxLength={7}
        pattern="#[0-9a-fA-F]{6}" required spellcheck={false} autocomplete="off" onInput={change}
        aria-invalid={isWrong} aria-describedby={isWrong ? `${id}-wrong` : undefined} />
      {isWrong && (
        <p class="wrong" id={`${id}-wrong`}>{props.errors.length > 0
          ? props.errors.map(sentence).join(" ") : "Six hexadecimal digits after #."}</p>
      )}
    </div>
  );
}
