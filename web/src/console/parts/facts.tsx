// What is known of one thing, as pairs of a name and a value.
import type { ComponentChildren } from "preact";
import { browserOf, recent, second, type When as At } from "../format";

export type Fact = [string, ComponentChildren];

export const Facts = (props: { facts: readonly Fact[] }) => (
  <dl class="facts">
    {props.facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
  </dl>
);

export const When = (props: { at: At }) => (
  props.at
    ? <time dateTime={props.at} title={second(props.at)}>{recent(props.at)}</time>
    : <span>–</span>
);

// With what somebody was here; the whole string is in the tooltip.
export const Browser = ({ agent }: { agent: string | null }) => (
  <span title={agent ?? ""}>{browserOf(agent)}</span>
);
