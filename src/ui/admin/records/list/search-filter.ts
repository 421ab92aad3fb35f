import type { CollectionModel } from "pocketbase";
import { quoted } from "../quoted.ts";

/**
 * The filter that a typed search means: what has a comparison in it is a filter already, other words are looked
 * for in every field that can be read as text.
 *
 * @param names the fields that are searched
 */
export function searchFilter(text: string, names: readonly string[]): string {
  const words = text.trim();
  if (words === "" || /[=~<>]/.test(words)) return words;
  return names.map((name) => `${name}~${quoted(words)}`).join("||");
}

/** The relations that are fetched along with the rows of a table. */
export function relationNames(collection: CollectionModel): string[] {
  return collection.fields
    .filter((field) => !field.hidden && typeof field["collectionId"] === "string")
    .map(({ name }) => name);
}
