/** Edited values by the names of their fields. */
export type RecordDraft = Readonly<Record<string, unknown>>;

/** The names of the fields whose values differ. */
export function changedNames(before: RecordDraft, after: RecordDraft): string[] {
  return Object.keys(after).filter((name) => !isSame(before[name], after[name]));
}

/**
 * What is edited on once a save is done: what is stored now, and what was typed since the values were sent.
 *
 * @param sent the values when they were sent
 * @param stored those that the server has stored
 */
export function draftAfterSave(
  now: RecordDraft,
  sent: RecordDraft,
  stored: RecordDraft,
): RecordDraft {
  const typed = changedNames(sent, now).map((name) => [
    name,
    withStoredFiles(now[name], sent[name], stored[name]),
  ]);
  return { ...stored, ...Object.fromEntries(typed) };
}

/** Files stay out of what the browser keeps. */
export function withoutFiles(draft: RecordDraft): RecordDraft {
  const entries = Object.entries(draft).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.filter((each) => !isFile(each)) : value,
  ]);
  return Object.fromEntries(entries);
}

export function isFile(value: unknown): value is File {
  return value instanceof File;
}

/** New files that have been stored go by the names they got: they are not sent again. */
function withStoredFiles(now: unknown, sent: unknown, stored: unknown): unknown {
  if (!Array.isArray(now) || !Array.isArray(sent) || !Array.isArray(stored)) return now;
  const files = sent.filter(isFile);
  const names = stored.filter((name) => !sent.includes(name));
  return now.map((each) => (files.includes(each) ? (names[files.indexOf(each)] ?? each) : each));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, at) => isSame(each, b[at]));
  }
  // New files are the same only when they are the same object.
  if (typeof a !== "object" || typeof b !== "object" || isFile(a) || isFile(b)) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
