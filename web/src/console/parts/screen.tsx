// The frame of a screen: its heading, which gets the focus when one comes here from another screen,
// so that a keyboard or a screen reader begins where the new content does; and the page's title.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon";

let isFirst = true;

export function useHeading(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = `${title} · Limen`;
  }, [title]);
  return heading;
}

interface ScreenProps {
  title: string;
  lead?: ComponentChildren;
  // The list this is one of.
  from?: { to: string; name: string };
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Screen(props: ScreenProps) {
  const heading = useHeading(props.title);
  return (
    <>
      {props.from && (
        <p class="crumb"><a href={props.from.to}><Icon name="back" />{props.from.name}</a></p>
      )}
      <header class="heading">
        <div>
          <h1 tabIndex={-1} ref={heading}>{props.title}</h1>
          {props.lead && <p class="lead">{props.lead}</p>}
        </div>
        {props.actions && <div class="actions">{props.actions}</div>}
      </header>
      {props.children}
    </>
  );
}

export const Card = (props: {
  title: string; lead?: ComponentChildren; class?: string; actions?: ComponentChildren;
  children: ComponentChildren;
}) => (
  <section class={`card ${props.class ?? ""}`}>
    <header>
      <h2>{props.title}</h2>
      {props.actions}
    </header>
    {props.lead && <p class="hint">{props.lead}</p>}
    {props.children}
  </section>
);

// What takes the place of something that had the focus, such as a form that was sent.
export function Instead(props: { children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return <div ref={box} tabIndex={-1}>{props.children}</div>;
}
