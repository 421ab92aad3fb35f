const MOST = 15;

/** PocketBase's UI keeps its searches in the same place. */
function keyOf(collectionId: string): string {
  return `pbRecordsSearchHistory_${collectionId}`;
}

/** What was searched for in a collection, the latest first. */
export function searchHistory(collectionId: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(collectionId)) ?? "[]");
    return Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

export function rememberSearch(collectionId: string, text: string): void {
  if (text.trim() === "") return;
  const others = searchHistory(collectionId).filter((each) => each !== text);
  localStorage.setItem(keyOf(collectionId), JSON.stringify([text, ...others].slice(0, MOST)));
}
