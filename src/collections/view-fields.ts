import type { App } from "../app.ts";
import type { Field } from "../fields/field.ts";
import { createField } from "../fields/index.ts";
import { randomText } from "../lib/id.ts";
import type { Collection } from "./collection.ts";
import { addField } from "./field-list.ts";
import { isCausedByInput } from "./raw-error.ts";
import { RECORD_ID_PATTERN } from "./system-fields.ts";
import { type Identifier, parseViewQuery } from "./view-query.ts";
import { queryColumns } from "./view-source.ts";

/** A field of a view and where its values come from. */
export interface ViewField {
  readonly field: Field;
  /** The collection whose column it is; absent for anything computed. */
  readonly collection?: Collection;
  /** The field of that collection. */
  readonly original?: Field;
}

/**
 * The fields of a view, guessed from its query (PocketBase: CreateViewFields): a column of a collection
 * becomes a copy of its field, a collection's id a relation, counts and casts what they say, anything else
 * JSON.
 *
 * @throws Error when the query does not work, selects `*`, or has no `id`
 */
export async function inferViewFields(app: App, query: string): Promise<Field[]> {
  const fields = await readFields(app, query);
  if (!fields.some(({ name }) => name === "id")) {
    throw new Error(
      "missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if you don't have one)",
    );
  }
  return fields;
}

/** The same without complaints: what the query gives, or none when it does not work. */
export async function viewFieldsIfAny(app: App, query: string): Promise<Field[]> {
  try {
    return await readFields(app, query);
  } catch (error) {
    if (!isCausedByInput(error)) throw error;
    return [];
  }
}

/** What is known about a view query's columns, by name, without running it. */
export function describeViewFields(app: App, query: string): Map<string, ViewField> {
  const { columns, tables } = parseViewQuery(query);
  const collections = new Map<string, Collection>();
  for (const { original, alias } of tables) {
    const collection = app.collections.all().find(({ name }) => name === original);
    if (collection) collections.set(alias, collection);
  }
  const result = new Map<string, ViewField>();
  for (const column of columns) {
    if (column.alias === "*") throw new Error(WILDCARD);
    result.set(column.alias, describe(column, collections, tables[0]?.alias));
  }
  return result;
}

async function readFields(app: App, query: string): Promise<Field[]> {
  const known = describeViewFields(app, query);
  const fields: Field[] = [];
  for (const { name } of await queryColumns(app.db, query)) {
    addField(fields, known.get(name)?.field ?? defaultField(name));
  }
  return fields;
}

const WILDCARD =
  "wildcard columns (*) are not supported - manually type the collection field names you want the view query to have";

function describe(
  { original, alias: name }: Identifier,
  collections: ReadonlyMap<string, Collection>,
  mainTable: string | undefined,
): ViewField {
  if (name === "id") return { field: defaultField(name) };
  const computed = computedType(original.toLowerCase());
  if (computed) return { field: createField({ ...computed, name }) };
  const path = original.split(".");
  const collection = collections.get((path.length === 2 ? path[0] : mainTable) ?? "");
  if (!collection) return { field: defaultField(name) };
  const column = (path.length === 2 ? path[1]! : path[0]!).toLowerCase();
  const source = collection.fields.find((field) => field.name.toLowerCase() === column);
  if (!source) return { field: defaultField(name), collection };
  if (column === "id") {
    const relation = { type: "relation", name, maxSelect: 1, collectionId: collection.id };
    return { field: createField(relation), collection };
  }
  // The same field may be selected several times, so the copy cannot keep the id.
  const field = createField({ ...structuredClone(source), id: `_clone_${randomText(4)}`, name });
  return { field, collection, original: source };
}

const CAST = /^cast\s*\(.*\s+as\s+(\w+)\s*\)$/s;

const CAST_TYPES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  real: { type: "number" },
  decimal: { type: "number" },
  numeric: { type: "number" },
  int: { type: "number", onlyInt: true },
  integer: { type: "number", onlyInt: true },
  text: { type: "text" },
  boolean: { type: "bool" },
  bool: { type: "bool" },
};

/** The field of an expression whose type can be seen. */
function computedType(expression: string): Readonly<Record<string, unknown>> | undefined {
  if (expression.startsWith("count(")) return { type: "number", onlyInt: true };
  if (expression.startsWith("total(")) return { type: "number" };
  return CAST_TYPES[CAST.exec(expression)?.[1] ?? ""];
}

function defaultField(name: string): Field {
  if (name !== "id") return createField({ type: "json", name, maxSize: 1 });
  return createField({
    type: "text",
    name,
    system: true,
    required: true,
    primaryKey: true,
    pattern: RECORD_ID_PATTERN,
  });
}
