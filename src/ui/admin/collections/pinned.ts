import { signal } from "@preact/signals";

/** PocketBase's UI reads the same entry of the browser's storage. */
const KEY = "pbPinnedCollections";

/** Ids of the collections that stand first. */
export const pinned = signal<readonly string[]>(readPinned());

export function togglePinned(id: string): void {
  const isPinned = pinned.peek().includes(id);
  pinned.value = isPinned ? pinned.peek().filter((each) => each !== id) : [...pinned.peek(), id];
  localStorage.setItem(KEY, JSON.stringify(pinned.value));
}

function readPinned(): string[] {
  try {
    let stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    // PocketBase's UI writes it as JSON within JSON.
    if (typeof stored === "string") stored = JSON.parse(stored);
    return Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
