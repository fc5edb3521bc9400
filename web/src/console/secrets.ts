// What a new client or key answers, as pairs to show once, and whether a credential still works.
// Pure.
import type { Client, Made } from "./wire";

const called: readonly [string, string][] = [
  ["client_id", "Client id"], ["client_app_key", "App key"], ["client_secret", "Client secret"],
  ["username", "User name"], ["token", "Key"], ["password", "Password for Basic"],
];

export function secretsOf(made: Made): [string, string][] {
  return called.flatMap(([member, name]): [string, string][] => {
    const text = made[member];
    return typeof text === "string" ? [[name, text]] : [];
  });
}

export function stateOf(row: Client, now: number): "live" | "over" | "revoked" {
  if (row.revokedAt) return "revoked";
  return row.expiresAt && Date.parse(row.expiresAt) <= now ? "over" : "live";
}
