// A part of the console that is fetched when it is first shown, and its place until then.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Note, Waiting } from "./said";

export function later<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  return function Later(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(null);
    const [isMissing, setMissing] = useState(false);
    useEffect(() => {
      load().then((module) => setPart(() => module.default), () => setMissing(true));
    }, []);
    if (isMissing)
      return <Note tone="warn">
        <p>This part could not be fetched. Reload the page: the server may be a newer one.</p>
      </Note>;
    return Part ? <Part {...props} /> : <Waiting />;
  };
}
