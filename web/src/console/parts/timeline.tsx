// What happened to one thing, oldest first.
import type { ComponentChildren } from "preact";
import type { Tone } from "../names";
import { When } from "./facts";

export interface Happening {
  at: string | null;
  what: ComponentChildren;
  tone: Tone;
  more?: ComponentChildren;
}

export const Timeline = (props: { happenings: readonly Happening[] }) => (
  <ol class="timeline">
    {props.happenings.map((happening, index) => (
      <li key={index} class={happening.tone}>
        <p><strong>{happening.what}</strong></p>
        <p class="hint">{happening.at ? <When at={happening.at} /> : "Time not kept"}</p>
        {happening.more && <div>{happening.more}</div>}
      </li>
    ))}
  </ol>
);
