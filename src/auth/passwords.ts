import type { Collection } from "../collections/collection.ts";
import { fieldType } from "../fields/index.ts";
import { PasswordValue } from "../fields/password.ts";
import { randomText } from "../lib/id.ts";
import { DEFAULT_COST, hashPassword, verifyPassword } from "../lib/password.ts";
import type { RecordModel } from "../records/record.ts";

/** The stored hash of a record's password, empty when there is none. */
export function passwordHash(record: RecordModel): string {
  return passwordValue(record)?.hash ?? "";
}

/** @returns false for a wrong password and for a record without one */
export async function checkPassword(record: RecordModel, plain: string): Promise<boolean> {
  return (await passwordValue(record)?.matches(plain)) ?? false;
}

/** Hashes nobody knows the password of, by cost; as good as any stored one to compare with. */
const decoys = new Map<number, Promise<string>>();

/** Spends the time of a comparison, so that an unknown identity takes as long as a wrong password. */
export async function pretendToCheck(collection: Collection, plain: string): Promise<void> {
  const cost = passwordCost(collection);
  let decoy = decoys.get(cost);
  if (!decoy) decoys.set(cost, (decoy = hashPassword(randomText(30), cost)));
  await verifyPassword(plain, await decoy);
}

/** bcrypt's cost for new passwords of a collection. */
export function passwordCost(collection: Collection): number {
  const cost = collection.findField("password")?.["cost"];
  return typeof cost === "number" && cost > 0 ? cost : DEFAULT_COST;
}

/**
 * A password that nobody knows, already hashed: the rules for typed ones do not apply to it, and making it
 * does not happen while the writer is held.
 */
export async function randomPassword(collection: Collection): Promise<PasswordValue> {
  return PasswordValue.fromHash(await hashPassword(randomText(30), passwordCost(collection)));
}

/** Hashes the typed password of a record now instead of while it is saved. */
export async function settlePassword(record: RecordModel): Promise<void> {
  const field = record.collection.findField("password");
  const value = passwordValue(record);
  if (field && value) await fieldType(field).settle?.(field, value);
}

/** Hashes a password made by code, so that the rules for typed ones do not apply to it. */
export async function sealPassword(record: RecordModel): Promise<void> {
  await settlePassword(record);
  const value = passwordValue(record);
  if (value) record.setRaw("password", value.withoutPlain());
}

/** True when code, not the sender, set the password: another plain one, or only a hash on a new record. */
export function hasPasswordFromCode(record: RecordModel, typed: string): boolean {
  const value = passwordValue(record);
  if (!value) return false;
  return (
    (value.plain !== "" && value.plain !== typed) ||
    (value.plain === "" && value.hash !== "" && record.isNew)
  );
}

function passwordValue(record: RecordModel): PasswordValue | undefined {
  const value = record.get("password");
  return value instanceof PasswordValue ? value : undefined;
}
