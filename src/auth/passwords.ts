import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { dynamicQuery } from "../db/kysely.ts";
import { fieldType } from "../fields/index.ts";
import { PasswordValue } from "../fields/password.ts";
import { RecordModel } from "../records/record.ts";

/** The stored hash of an auth record's password, empty when there is none. */
export function passwordHash(record: RecordModel): string {
  return passwordValue(record)?.hash ?? "";
}

/** @returns false for a wrong password and for a record without one */
export async function checkPassword(record: RecordModel, plain: string): Promise<boolean> {
  return (await passwordValue(record)?.matches(plain)) ?? false;
}

/** Spends the time of a comparison, so that an unknown identity takes as long as a wrong password. */
export async function pretendToCheck(app: App, collection: Collection): Promise<void> {
  const row = await app.db.get(dynamicQuery.selectFrom(collection.name).selectAll().limit(1).compile());
  if (row) await checkPassword(RecordModel.fromRow(collection, row), "");
}

/** Hashes a password made by code, so that the rules for typed ones do not apply to it. */
export async function sealPassword(record: RecordModel): Promise<void> {
  const field = record.collection.findField("password");
  const value = passwordValue(record);
  if (!field || !value) return;
  await fieldType(field).settle?.(field, value);
  record.setRaw("password", value.withoutPlain());
}

/** True when code, not the sender, set the password: another plain one, or only a hash on a new record. */
export function hasPasswordFromCode(record: RecordModel, typed: string): boolean {
  const value = passwordValue(record);
  if (!value) return false;
  return (value.plain !== "" && value.plain !== typed) || (value.plain === "" && value.hash !== "" && record.isNew);
}

function passwordValue(record: RecordModel): PasswordValue | undefined {
  const value = record.get("password");
  return value instanceof PasswordValue ? value : undefined;
}
