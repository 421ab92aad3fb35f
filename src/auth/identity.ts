import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { rowByIdentity } from "../db/dialect/references.ts";
import { isEmail } from "../lib/email.ts";
import { findSingleColumnUniqueIndex } from "../lib/index-expression.ts";
import { RecordModel } from "../records/record.ts";

/**
 * The record that an identity names: looked up in the given field or in the collection's identity fields,
 * e-mail first. Only fields with a unique index of their own count; case is ignored when that index ignores it.
 */
export async function findByIdentity(
  app: App,
  collection: Collection,
  identity: string,
  field = "",
): Promise<RecordModel | undefined> {
  const names = field === "" ? identityFields(collection) : [field];
  for (const name of names) {
    if (field === "" && name === "email" && !isEmail(identity)) continue;
    const found = await findByUniqueField(app, collection, name, identity);
    if (found) return found;
  }
  return undefined;
}

/** The auth record with this e-mail. */
export function findByEmail(
  app: App,
  collection: Collection,
  email: string,
): Promise<RecordModel | undefined> {
  return findByUniqueField(app, collection, "email", email);
}

/** The record with a value in a field that has a unique index of its own; none without such an index. */
export async function findByUniqueField(
  app: App,
  collection: Collection,
  field: string,
  value: string,
): Promise<RecordModel | undefined> {
  const index = findSingleColumnUniqueIndex(collection.indexes, field);
  if (!index) return undefined;
  const ignoresCase = index.columns[0]!.collate.toLowerCase() === "nocase";
  const row = await app.db.get(
    rowByIdentity({ table: collection.name, column: field, ignoresCase }, value),
  );
  return row && RecordModel.fromRow(collection, row);
}

function identityFields(collection: Collection): string[] {
  const fields = collection.auth?.passwordAuth.identityFields ?? [];
  return fields.toSorted((a, b) => Number(b === "email") - Number(a === "email"));
}
