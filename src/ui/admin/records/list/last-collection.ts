/** PocketBase's UI reads the same entry of the browser's storage. */
const KEY = "pbLastActiveCollection";

/** The id of the collection that was open last; empty for none. */
export function lastCollection(): string {
  return localStorage.getItem(KEY) ?? "";
}

export function rememberCollection(id: string): void {
  localStorage.setItem(KEY, id);
}
