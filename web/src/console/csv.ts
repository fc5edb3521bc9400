// Writing CSV (RFC 4180) in the browser: the refused rows of an import as a file to mend, and the
// parts of a long export put together. It reads none: the server does.

export function csvCell(text: string): string {
  // A spreadsheet would run what looks like a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvOf = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map(csvCell).join(",") + "\r\n").join("");

// Each part of an export begins with the same header row, of which one is enough.
export function joinParts(parts: readonly string[]): string {
  return parts
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf("\n") + 1)))
    .join("");
}
