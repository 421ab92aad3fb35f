import { selectIndexOwner } from "../db/dialect/schema.ts";
import { problem } from "../lib/errors.ts";
import {
  buildIndex,
  findSingleColumnUniqueIndex,
  type IndexExpression,
  isValidIndex,
  parseIndex,
} from "../lib/index-expression.ts";
import type { Collection } from "./collection.ts";
import type { Problem, ValidationContext } from "./rule-checks.ts";

/** The checks of the list of indexes; the first problem ends it. */
export async function checkIndexes(context: ValidationContext): Promise<Problem> {
  const { collection } = context;
  if (collection.isView && collection.indexes.length > 0) {
    return problem("validation_indexes_not_supported", "View collections don't support indexes.");
  }
  return (
    (await checkEach(context)) ?? findLostUniqueIndex(context) ?? findMissingAuthIndex(collection)
  );
}

async function checkEach(context: ValidationContext): Promise<Problem> {
  const names = new Set<string>();
  const definitions = new Set<string>();
  for (const [position, text] of context.collection.indexes.entries()) {
    // The table is always set to the collection's, so it need not be there.
    const index = { ...parseIndex(text), table: "validator" };
    const definition = buildIndex({ ...index, schema: "validator", name: "validator" });
    const found = await checkOne(context, index, { names, definitions, definition });
    if (found) return { [position]: found };
    names.add(index.name.toLowerCase());
    definitions.add(definition);
  }
  return undefined;
}

async function checkOne(
  { app, collection, original }: ValidationContext,
  index: IndexExpression,
  known: { names: Set<string>; definitions: Set<string>; definition: string },
): Promise<Problem> {
  if (!isValidIndex(index)) {
    return problem("validation_invalid_index_expression", "Invalid CREATE INDEX expression.");
  }
  if (known.names.has(index.name.toLowerCase())) {
    return problem("validation_duplicated_index_name", "The index name already exists.");
  }
  const tables = [original?.name ?? "", collection.name];
  const owner = await app.db.get<{ table: string }>(selectIndexOwner(index.name, tables));
  if (owner) {
    return problem(
      "validation_existing_index_name",
      `The index name is already used in ${owner.table} collection.`,
      { usedTableName: owner.table },
    );
  }
  return known.definitions.has(known.definition)
    ? problem("validation_duplicated_index_definition", "The index definition already exists.")
    : undefined;
}

/** Unique indexes over system fields stay; name, collation, order and condition may change. */
function findLostUniqueIndex({ collection, original }: ValidationContext): Problem {
  const kept = new Set(collection.indexes.map((text) => essence(parseIndex(text))));
  for (const index of original?.indexes.map(parseIndex) ?? []) {
    const field = index.unique && systemFieldOf(original!, index);
    if (!field || kept.has(essence(index))) continue;
    return problem(
      "validation_invalid_unique_system_field_index",
      `Unique index definition on system fields (${field.name}) is invalid or missing.`,
      { fieldName: field.name },
    );
  }
  return undefined;
}

function systemFieldOf(collection: Collection, index: IndexExpression) {
  for (const { name } of index.columns) {
    const field = collection.fields.find(
      (candidate) => candidate.system && candidate.name.toLowerCase() === name.toLowerCase(),
    );
    if (field) return field;
  }
  return undefined;
}

function essence(index: IndexExpression): string {
  const columns = index.columns.map((column) => ({ ...column, collate: "", sort: "" }));
  return buildIndex({ ...index, columns, schema: "", name: "any", table: "any", where: "" });
}

function findMissingAuthIndex(collection: Collection): Problem {
  if (!collection.isAuth) return undefined;
  const missing = ["tokenKey", "email"].find(
    (name) => !findSingleColumnUniqueIndex(collection.indexes, name),
  );
  return missing === undefined
    ? undefined
    : problem(
        "validation_missing_required_unique_index",
        `Missing required unique index for field "${missing}".`,
        { fieldName: missing },
      );
}
