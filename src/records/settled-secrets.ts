import type { Collection } from "../collections/collection.ts";
import { fieldType } from "../fields/index.ts";
import type { RequestEvent } from "../http/event.ts";
import { RecordModel } from "./record.ts";

/** Finished values of secret fields, by field name. */
export type SettledSecrets = ReadonlyMap<string, unknown>;

/** Where a request keeps those that were finished before it began. */
export const SETTLED_SECRETS = "settledSecrets";

/**
 * Finishes the secrets of a body (hashes its passwords) whose record will be saved inside a transaction, so that
 * the writer does not wait for it.
 */
export async function settleSecrets(
  collection: Collection,
  body: Readonly<Record<string, unknown>>,
): Promise<SettledSecrets> {
  const settled = new Map<string, unknown>();
  const record = new RecordModel(collection);
  for (const field of collection.fields) {
    const type = fieldType(field);
    if (!type.settle || !(field.name in body)) continue;
    record.set(field.name, body[field.name]);
    const value = record.get(field.name);
    await type.settle(field, value);
    settled.set(field.name, value);
  }
  return settled;
}

/** Puts what was finished before in the place of the same values of a record, as they were sent. */
export function useSettledSecrets(event: RequestEvent, record: RecordModel): void {
  const settled = event.get(SETTLED_SECRETS) as SettledSecrets | undefined;
  for (const [name, value] of settled ?? []) {
    const field = record.collection.findField(name);
    const read = field && fieldType(field).toBody;
    if (read && read(field, record.get(name)) === read(field, value)) record.setRaw(name, value);
  }
}
