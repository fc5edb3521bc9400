// Who is signed in, for every screen to ask: what a role may is decided by the server; here it only
// says which buttons to show.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Me, Role } from "./wire";

const ranks: Record<Role, number> = { read_only: 0, reviewer: 1, owner: 2 };
export const mayAs = (role: Role, least: Role): boolean => ranks[role] >= ranks[least];

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("a screen was shown to nobody");
  return me;
}

export function useMay(least: Role): boolean {
  return mayAs(useMe().staff.role, least);
}
