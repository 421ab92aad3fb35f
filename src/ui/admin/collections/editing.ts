import { signal } from "@preact/signals";
import type { CollectionModel } from "pocketbase";
import { client } from "../api/client.ts";
import { collections, findCollection } from "../data/collections.ts";
import { mayLeave } from "../shell/unsaved.ts";
import { duplicateCollection, randomLetters } from "./draft.ts";

/** What the editor is open with. */
export interface Editing {
  /** As it is stored; undefined for a new one. */
  readonly original: CollectionModel | undefined;
  /** What it begins with. */
  readonly start: CollectionModel;
  /** Tells one opening from the next. */
  readonly id: number;
}

export type CollectionType = CollectionModel["type"];

/** The collection that is edited, when one is. */
export const editing = signal<Editing | undefined>(undefined);

let openings = 0;

/** Opens the editor of a collection, by id or name. */
export async function editCollection(key: string): Promise<void> {
  const original = findCollection(key);
  if (original && (await mayLeave())) open(original, original);
}

/** Opens the editor with a new collection. */
export async function addCollection(type: CollectionType = "base"): Promise<void> {
  if (!(await mayLeave())) return;
  open(undefined, await scaffoldOf(type));
}

/** Opens the editor with a new collection that is like another one. */
export async function copyCollection(original: CollectionModel): Promise<void> {
  if (!(await mayLeave())) return;
  const names = collections.peek().map(({ name }) => name);
  open(undefined, duplicateCollection(original, names));
}

export function closeEditor(): void {
  editing.value = undefined;
}

/** Goes on with what is stored now. */
export function keepEditing(saved: CollectionModel): void {
  if (editing.value) editing.value = { ...editing.value, original: saved };
}

/** What a new collection of a type begins with: the server's scaffold, and the dates that nearly all want. */
export async function scaffoldOf(type: CollectionType): Promise<CollectionModel> {
  const scaffolds = await client.collections.getScaffolds();
  const scaffold = structuredClone(scaffolds[type]);
  if (!scaffold) throw new Error(`The server has no scaffold of ${type}.`);
  const { fields } = scaffold;
  // Index names are unique in the whole database.
  const indexes = scaffold.indexes.map((text) =>
    text.replaceAll(
      /`idx_(\w+?)_\w+`/g,
      (_, name: string) => `\`idx_${name}_${randomLetters(10)}\``,
    ),
  );
  const dates = fields.length === 0 ? [] : [dateField("created"), dateField("updated")];
  return { ...scaffold, indexes, fields: [...fields, ...dates] };
}

function dateField(name: "created" | "updated") {
  return {
    id: "",
    name,
    type: "autodate",
    system: false,
    hidden: false,
    presentable: false,
    onCreate: true,
    onUpdate: name === "updated",
  };
}

function open(original: CollectionModel | undefined, start: CollectionModel): void {
  editing.value = { original, start, id: ++openings };
}
