// Addresses below /console: taking them apart, matching them, and changing a list's state in the
// query. Pure; the browser's history is in router.ts.

export const root = "/console";

export type Found = Record<string, string>;

// "/invitations/:id" against "/invitations/42": {id: "42"}; null when they differ.
export function match(pattern: string, path: string): Found | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Found = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    if (part.startsWith(":")) {
      const decoded = decodedOrNull(text);
      if (decoded === null) return null;
      found[part.slice(1)] = decoded;
    } else if (part !== text) {
      return null;
    }
  }
  return found;
}

function decodedOrNull(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export const below = (pathname: string): string | null =>
  pathname === root || pathname === `${root}/` ? "/"
    : pathname.startsWith(`${root}/`) ? pathname.slice(root.length)
      : null;

export type Query = Record<string, string>;
type Patch = Record<string, string | null | undefined>;

// Names without a value are left out, so that equal states have equal addresses. A changed filter
// begins at the first page: the cursor belongs to the list as it was.
export function changed(query: Query, patch: Patch): Query {
  const next: Patch = { ...query, cursor: null, ...patch };
  const out: Query = {};
  for (const name of Object.keys(next).sort()) {
    const text = next[name];
    if (text) out[name] = text;
  }
  return out;
}

export function address(path: string, query: Query = {}): string {
  const text = new URLSearchParams(query).toString();
  return root + (path === "/" ? "" : path) + (text ? `?${text}` : "");
}

export const idPath = (room: string, id: string): string => `/${room}/${encodeURIComponent(id)}`;
