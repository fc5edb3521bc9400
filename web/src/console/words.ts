// The pages' own English texts, for who writes others: fetched when the appearance is edited. The
// console's own texts are not among them, and a letter's are not an organisation's to change.

const files = import.meta.glob<Record<string, string>>("../../locales/en-US.json",
  { import: "default" });

export async function ourWords(): Promise<Record<string, string>> {
  const load = Object.values(files)[0];
  const all = load ? await load() : {};
  return Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith("letter.")));
}
