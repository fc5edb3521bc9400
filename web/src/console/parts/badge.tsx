// A state in a word, with a mark in its tone. The word is always there: colour only helps.
import { toneOf, wordOf } from "../names";

export const Badge = (props: { state: string }) => (
  <span class={`badge ${toneOf(props.state)}`}>{wordOf(props.state)}</span>
);
