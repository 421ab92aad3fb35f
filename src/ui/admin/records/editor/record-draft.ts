import type { CollectionField, CollectionModel, RecordModel } from "pocketbase";
import { fieldTypeOf } from "../field-types/index.ts";
import type { RecordDraft } from "./draft-changes.ts";

/** The fields that somebody edits: not those of the server, and not passwords, which have inputs of their own. */
export function editedFields(collection: CollectionModel): CollectionField[] {
  return collection.fields.filter(
    (field) => fieldTypeOf(field).Input !== undefined && !isTokenKey(collection, field),
  );
}

/** Ends all sessions when it changes; that is an action, not something to type. */
function isTokenKey({ type }: CollectionModel, { name }: CollectionField): boolean {
  return type === "auth" && name === "tokenKey";
}

/** The values of a record as they are edited; those of a new one when there is none. */
export function startDraft(
  collection: CollectionModel,
  record: RecordModel | undefined,
): RecordDraft {
  return Object.fromEntries(
    editedFields(collection).map((field) => [
      field.name,
      fieldTypeOf(field).edit(record?.[field.name], field),
    ]),
  );
}

/** What a copy of a record begins with. */
export function duplicateDraft(collection: CollectionModel, record: RecordModel): RecordDraft {
  return Object.fromEntries(
    editedFields(collection).map((field) => {
      const { edit, duplicate } = fieldTypeOf(field);
      const edited = edit(record[field.name], field);
      return [field.name, duplicate ? duplicate(edited, field) : edited];
    }),
  );
}

/** What is wrong with values before they are sent, by field. */
export function draftProblems(
  collection: CollectionModel,
  draft: RecordDraft,
): Record<string, string> {
  const found = editedFields(collection).map(
    (field) => [field.name, fieldTypeOf(field).check?.(draft[field.name])] as const,
  );
  return Object.fromEntries(
    found.filter((each): each is [string, string] => each[1] !== undefined),
  );
}

/**
 * What is sent to the server for some fields: data, and files for those that have new ones.
 *
 * @param names the fields; others stay as they are
 */
export function draftBody(
  collection: CollectionModel,
  draft: RecordDraft,
  names: readonly string[],
): Record<string, unknown> {
  const fields = editedFields(collection).filter(({ name }) => names.includes(name));
  return Object.fromEntries(
    fields.map((field) => {
      const { send } = fieldTypeOf(field);
      const value = draft[field.name];
      return [field.name, (send ? send(value, field) : value) ?? null];
    }),
  );
}
