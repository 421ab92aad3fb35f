import { computed, signal } from "@preact/signals";
import type { CollectionModel } from "pocketbase";
import { client } from "../api/client.ts";

const loaded = signal<readonly CollectionModel[]>([]);

/** All collections by name. */
export const collections = computed(() => loaded.value);

export async function loadCollections(): Promise<void> {
  const list = await client.collections.getFullList({ batch: 1000, sort: "name" });
  loaded.value = list.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** When they were changed here last; the storage tells the other tabs of the browser. */
export const CHANGED_KEY = "generatioCollectionsChanged";

/** After a change: fetches them anew, here and in the other tabs. */
export async function reloadCollections(): Promise<void> {
  await loadCollections();
  localStorage.setItem(CHANGED_KEY, new Date().toISOString());
}

/** By id or name. */
export function findCollection(key: string): CollectionModel | undefined {
  return loaded.value.find(({ id, name }) => id === key || name === key);
}
