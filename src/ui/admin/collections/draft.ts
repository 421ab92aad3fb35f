import type { CollectionField, CollectionModel } from "pocketbase";
import { finalIdentifier, freeIdentifier } from "./identifiers.ts";
import { indexHasColumn, parseIndex, renameIndexColumn } from "./index-text.ts";

/** A field while it is edited. */
export interface FieldDraft {
  /** Stays the same through renames and moves. */
  readonly key: string;
  /** Will be gone after the save, until then it can come back. */
  readonly isRemoved: boolean;
  readonly field: CollectionField;
}

/** A collection while it is edited. Nothing in it is changed in place. */
export interface CollectionDraft {
  readonly collection: CollectionModel;
  readonly fields: readonly FieldDraft[];
}

export type RuleName =
  | "listRule"
  | "viewRule"
  | "createRule"
  | "updateRule"
  | "deleteRule"
  | "authRule"
  | "manageRule";

let lastKey = 0;

/** Begins to edit a stored or a new collection. */
export function startDraft(collection: CollectionModel): CollectionDraft {
  const copy = structuredClone(collection);
  return { collection: copy, fields: copy.fields.map((field) => toDraft(field)) };
}

function toDraft(field: CollectionField): FieldDraft {
  return { key: `field${++lastKey}`, isRemoved: false, field };
}

/**
 * The same with names as they can be: what is typed last is put right only once its field is left.
 *
 * @param original whose names stay as they are, however they are spelt
 */
export function withFinalNames(
  draft: CollectionDraft,
  original: CollectionModel | undefined,
): CollectionDraft {
  const { name } = draft.collection;
  const stored = new Map(original?.fields.map((field) => [field.id, field.name]));
  let result =
    name === original?.name ? draft : patchCollection(draft, { name: finalIdentifier(name) });
  for (const { key, field } of draft.fields) {
    if (stored.get(field.id) !== field.name)
      result = patchField(result, key, { name: finalIdentifier(field.name) });
  }
  return result;
}

/** What is sent to the server: removed fields are gone, and the indexes over them. */
export function draftToBody({ collection, fields }: CollectionDraft): CollectionModel {
  const removed = fields.filter(({ isRemoved }) => isRemoved).map(({ field }) => field.name);
  return {
    ...collection,
    fields: keptFields(fields).map(({ field }) => field),
    indexes: collection.indexes.filter(
      (text) => !removed.some((name) => indexHasColumn(text, name)),
    ),
  };
}

/** The fields that are sent, in their order: errors of the server count in it. */
export function keptFields(fields: readonly FieldDraft[]): readonly FieldDraft[] {
  return fields.filter(({ isRemoved }) => !isRemoved);
}

/** Places of fields whose name an earlier one has: the server would take both for the same. */
export function repeatedNames({ fields }: CollectionDraft): number[] {
  const names = keptFields(fields).map(({ field }) => field.name.toLowerCase());
  return names.flatMap((name, at) => (names.indexOf(name) < at ? [at] : []));
}

/**
 * What is edited on once a save is done: what is stored now, or, when something was changed since the draft was sent,
 * the draft with the ids that its fields have got.
 *
 * @param sent the draft when it was sent
 */
export function draftAfterSave(
  now: CollectionDraft,
  sent: CollectionDraft,
  saved: CollectionModel,
): CollectionDraft {
  if (now === sent) return startDraft(saved);
  const ids = new Map(saved.fields.map(({ name, id }) => [name.toLowerCase(), id]));
  const names = new Map(
    sent.fields.map(({ key, isRemoved, field }) => [key, isRemoved ? undefined : field.name]),
  );
  const fields = now.fields.flatMap((each): FieldDraft[] => {
    if (!names.has(each.key)) return [each];
    const name = names.get(each.key);
    // It is gone; when it was brought back meanwhile, it is a new one.
    if (name === undefined && each.isRemoved) return [];
    const id = name === undefined ? "" : (ids.get(finalIdentifier(name).toLowerCase()) ?? "");
    return [{ ...each, field: { ...each.field, id } }];
  });
  const { id, created, updated } = saved;
  return { ...patchCollection(now, { id, created, updated }), fields };
}

export function isDraftChanged(draft: CollectionDraft, original: CollectionModel): boolean {
  return JSON.stringify(draftToBody(draft)) !== JSON.stringify(original);
}

export function patchCollection(
  draft: CollectionDraft,
  patch: Partial<CollectionModel>,
): CollectionDraft {
  return { ...draft, collection: { ...draft.collection, ...patch } as CollectionModel };
}

/** Changes options of a field; a new name follows into the indexes. */
export function patchField(
  draft: CollectionDraft,
  key: string,
  patch: Partial<CollectionField>,
): CollectionDraft {
  const before = draft.fields.find((each) => each.key === key)?.field;
  if (!before) return draft;
  const fields = draft.fields.map((each) =>
    each.key === key ? { ...each, field: { ...each.field, ...patch } } : each,
  );
  const { name } = patch;
  if (name === undefined || name === before.name) return { ...draft, fields };
  const indexes = draft.collection.indexes.map((text) =>
    renameIndexColumn(text, before.name, name),
  );
  return { ...patchCollection(draft, { indexes }), fields };
}

/**
 * Adds a field before the dates at the end that the server fills.
 *
 * @param field its name is made a free one
 */
export function addField(
  draft: CollectionDraft,
  field: CollectionField,
): { readonly draft: CollectionDraft; readonly key: string } {
  const names = draft.fields.map((each) => each.field.name);
  const added = toDraft({ ...field, id: "", name: freeIdentifier(field.name, names) });
  const end = draft.fields.findLastIndex((each) => !isServerDate(each.field)) + 1;
  return {
    draft: { ...draft, fields: draft.fields.toSpliced(end, 0, added) },
    key: added.key,
  };
}

/** Right behind the field that it is a copy of. */
export function duplicateField(draft: CollectionDraft, key: string): CollectionDraft {
  const at = draft.fields.findIndex((each) => each.key === key);
  const original = draft.fields[at]?.field;
  if (!original) return draft;
  const names = draft.fields.map((each) => each.field.name);
  const name = freeIdentifier(`${original.name}_copy`, names);
  const copy = toDraft({ ...structuredClone(original), id: "", name, system: false });
  return { ...draft, fields: draft.fields.toSpliced(at + 1, 0, copy) };
}

/** A field that was never saved goes at once, a stored one is marked. */
export function removeField(draft: CollectionDraft, key: string): CollectionDraft {
  const fields = draft.fields.flatMap((each) => {
    if (each.key !== key) return [each];
    return each.field.id === "" ? [] : [{ ...each, isRemoved: true }];
  });
  return { ...draft, fields };
}

export function restoreField(draft: CollectionDraft, key: string): CollectionDraft {
  const fields = draft.fields.map((each) =>
    each.key === key ? { ...each, isRemoved: false } : each,
  );
  return { ...draft, fields };
}

/** A new collection like this one: without ids, so that everything in it is new. */
export function duplicateCollection(
  collection: CollectionModel,
  takenNames: readonly string[],
): CollectionModel {
  const copy = structuredClone(collection);
  const name = freeIdentifier(`${collection.name}_duplicate`, takenNames);
  return {
    ...copy,
    id: "",
    name,
    system: false,
    fields: copy.fields.map((field) => ({ ...field, id: field.system ? field.id : "" })),
    indexes: copy.indexes.map((text) => renameIndex(text)),
  };
}

/** Index names are unique in the whole database. */
function renameIndex(text: string): string {
  const name = parseIndex(text)?.name;
  if (!name) return text;
  return text.replace(name, `idx_${randomLetters(10)}`);
}

/** For names that nobody reads. */
export function randomLetters(length: number): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
}

/** Dates that the server sets stay at the end, where one looks for them. */
function isServerDate({ onCreate, onUpdate }: CollectionField): boolean {
  return onCreate !== undefined || onUpdate !== undefined;
}
