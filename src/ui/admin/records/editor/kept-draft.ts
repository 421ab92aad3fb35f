import { type RecordDraft, withoutFiles } from "./draft-changes.ts";

/** PocketBase's UI keeps its drafts in the same place. */
function keyOf(collectionId: string, recordId: string): string {
  return `draft_${collectionId}_${recordId}`;
}

/** Keeps what is not saved yet, without files and passwords, for when the browser is closed. */
export function keepDraft(collectionId: string, recordId: string, draft: RecordDraft): void {
  try {
    localStorage.setItem(keyOf(collectionId, recordId), JSON.stringify(withoutFiles(draft)));
  } catch {
    // A full storage must not hinder the editing itself.
  }
}

/** What was kept; undefined when there is nothing. */
export function keptDraft(collectionId: string, recordId: string): RecordDraft | undefined {
  try {
    const stored: unknown = JSON.parse(
      localStorage.getItem(keyOf(collectionId, recordId)) ?? "null",
    );
    return typeof stored === "object" && stored !== null ? { ...stored } : undefined;
  } catch {
    return undefined;
  }
}

export function forgetDraft(collectionId: string, recordId: string): void {
  localStorage.removeItem(keyOf(collectionId, recordId));
}
