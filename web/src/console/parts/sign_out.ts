// Signing out, from wherever there is a button for it.
import { Problem, session } from "../client";
import { useAction } from "./loading";

// The cookie is out of a script's reach: only the server ends it. One is out when the server said
// so, or that one was out already.
export function useSignOut(onLeave: () => void) {
  const action = useAction();
  const signOut = () => void action.run(async () => {
    try {
      await session.signOut();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
    onLeave();
  });
  return { signOut, problem: action.problem, isBusy: action.isBusy };
}
