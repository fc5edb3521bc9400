// Who is signed in decides what is shown: the sign-in, a sign-up by link, or the console. When a
// session ends under somebody's hands the sign-in lies over the screen, which stays as it was.
import { useEffect, useState } from "preact/hooks";
import { guardedBy, Problem, session } from "./client";
import { signedInAgain } from "./parts/loading";
import { Announcer, ProblemBox, Waiting } from "./parts/said";
import { usePlace } from "./router";
import { Confirm, type Asked } from "./screens/confirm";
import { SignIn, SignInAgain } from "./screens/sign_in";
import { SignUp } from "./screens/sign_up";
import { Shell } from "./shell";
import type { Me } from "./wire";

type State =
  | { at: "asking" }
  | { at: "failed"; problem: Problem }
  | { at: "out" }
  | { at: "in"; me: Me; isOver: boolean };

export function App() {
  const [state, setState] = useState<State>({ at: "asking" });
  const [asked, setAsked] = useState<Asked | null>(null);
  const { path } = usePlace();
  const enter = (me: Me) => {
    setState({ at: "in", me, isOver: false });
    signedInAgain();
  };
  useEffect(() => {
    guardedBy({
      signedOut: () =>
        setState((now) => (now.at === "in" ? { ...now, isOver: true } : { at: "out" })),
      confirm: () => new Promise((resolve) => setAsked({ resolve })),
    });
    session.me().then(enter, (error: unknown) => {
      const isOut = error instanceof Problem && error.status === 401;
      setState(isOut ? { at: "out" } : { at: "failed", problem: error as Problem });
    });
  }, []);
  return (
    <>
      {path === "/sign-up"
        ? <SignUp onEnter={enter} />
        : <Inside state={state} onEnter={enter} onLeave={() => setState({ at: "out" })} />}
      {asked && <Confirm asked={asked} onDone={() => setAsked(null)} />}
      <Announcer />
    </>
  );
}

function Inside(props: { state: State; onEnter: (me: Me) => void; onLeave: () => void }) {
  const { state } = props;
  if (state.at === "asking") return <main class="alone"><Waiting /></main>;
  if (state.at === "failed")
    return (
      <main class="alone">
        <div class="card">
          <h1>Limen console</h1>
          <ProblemBox problem={state.problem} />
          <button type="button" onClick={() => location.reload()}>Try again</button>
        </div>
      </main>
    );
  if (state.at === "out") return <SignIn onEnter={props.onEnter} />;
  return (
    <>
      <Shell me={state.me} onLeave={props.onLeave} key={state.me.staff.id} />
      {state.isOver && <SignInAgain me={state.me} onEnter={props.onEnter} />}
    </>
  );
}
