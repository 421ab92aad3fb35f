import type { App } from "../app.ts";
import { createField } from "../fields/index.ts";
import { currentDate } from "../lib/date.ts";
import { buildIndex, parseIndex } from "../lib/index-expression.ts";
import type { Collection } from "./collection.ts";
import { fieldList } from "./field-list.ts";
import { checksumId } from "./scaffold.ts";
import { ensureSystemFields } from "./system-fields.ts";

/**
 * Brings a collection that is about to be saved into the form that is stored: dates, field ids, system
 * fields and indexes, its own id, table names in indexes (PocketBase: onCollectionSave).
 */
export function normalizeCollection(app: App, collection: Collection): void {
  if (!collection.type) collection.type = "base";
  const time = currentDate();
  if (collection.isNew) {
    if (collection.id === "") collection.id = collection.generatedId = checksumId(collection);
    collection.created = time;
  }
  collection.updated = time;
  collection.fields = fieldList(collection.fields.map((field) => createField(field)));
  ensureSystemFields(collection);
  clearMissingMappedFields(collection);
  refreshGeneratedId(app, collection);
  tableNamesInIndexes(collection);
}

/** Makes a generated id anew from kind and name, with a number behind it when it is taken, also in index names. */
export function refreshGeneratedId(app: App, collection: Collection): void {
  if (!collection.isNew || collection.id === "" || collection.id !== collection.generatedId) return;
  const base = checksumId(collection);
  let id = base;
  for (let count = 2; count < 1000 && hasId(app, id); count++) id = base + count;
  if (id === collection.id) return;
  collection.indexes = collection.indexes.map((text) => {
    const index = parseIndex(text);
    const name = index.name.replaceAll(collection.id, id);
    return name === index.name ? text : buildIndex({ ...index, name });
  });
  collection.id = id;
}

/** Puts the collection's name into its indexes; a text that is no index is left to the validation. */
export function tableNamesInIndexes(collection: Collection): void {
  collection.indexes = collection.indexes.map((text) => {
    const index = parseIndex(text);
    if (index.table === collection.name && !GLUED_EXPRESSION.test(text)) return text;
    return buildIndex({ ...index, table: collection.name }) || text;
  });
}

/** PocketBase reads `on t(lower(x))` wrongly without the blank; what it may have to read is written with one. */
const GLUED_EXPRESSION = /\son\s+[^\s(]+\([^)]*\(/i;

function hasId(app: App, id: string): boolean {
  return app.collections.all().some((collection) => collection.id === id);
}

function clearMissingMappedFields(collection: Collection): void {
  const mapped = collection.auth?.oauth2.mappedFields;
  if (!mapped) return;
  for (const key of ["id", "name", "username", "avatarURL"] as const) {
    if (!collection.findField(mapped[key])) mapped[key] = "";
  }
}
