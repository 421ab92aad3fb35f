/*
 * Dates of the API are texts in UTC, `2026-11-21 10:30:00.000Z`; the browser's input shows local time,
 * `2026-11-21T11:30:00.000`.
 */

/** What the browser's input shows for a stored date; empty for none. */
export function toLocalInput(stored: string): string {
  const date = parseStored(stored);
  if (!date) return "";
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local
    .toISOString()
    .replace("Z", "")
    .replace(/(?::00)?\.000$/, "");
}

/** The stored date for what the browser's input holds; empty for none. */
export function fromLocalInput(input: string): string {
  const date = new Date(input);
  return input === "" || Number.isNaN(date.getTime()) ? "" : toStored(date);
}

export function toStored(date: Date): string {
  return date.toISOString().replace("T", " ");
}

/** Undefined for what is no date. */
export function parseStored(stored: string): Date | undefined {
  const date = new Date(stored.replace(" ", "T"));
  return stored === "" || Number.isNaN(date.getTime()) ? undefined : date;
}
