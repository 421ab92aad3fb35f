import type { AuthOptions } from "../collections/collection.ts";
import type { RecordModel } from "../records/record.ts";
import { type Claims, signToken } from "./jwt.ts";

/** The kinds of tokens and where a collection keeps the secret and duration of each (PocketBase: core/record_tokens.go). */
export const TOKEN_OPTIONS = {
  auth: "authToken",
  file: "fileToken",
  verification: "verificationToken",
  passwordReset: "passwordResetToken",
  emailChange: "emailChangeToken",
} as const satisfies Record<string, keyof AuthOptions>;

export type TokenType = keyof typeof TOKEN_OPTIONS;

export function isTokenType(value: unknown): value is TokenType {
  return typeof value === "string" && Object.hasOwn(TOKEN_OPTIONS, value);
}

/** An auth token that may be renewed; with `seconds` one that may not (impersonation, installer). */
export function newAuthToken(record: RecordModel, seconds?: number): string {
  return newToken(record, "auth", { refreshable: seconds === undefined }, seconds);
}

export function newFileToken(record: RecordModel): string {
  return newToken(record, "file");
}

/**
 * Makes a token of a record, valid until its time is over or the record's token key or the collection's
 * secret changes.
 *
 * @throws Error when the record cannot sign in or has no key
 */
export function newToken(
  record: RecordModel,
  type: TokenType,
  claims: Claims = {},
  seconds?: number,
): string {
  const { auth } = record.collection;
  if (!auth) throw new Error("not an auth collection record");
  const key = signingKey(record, type);
  if (key === "") throw new Error("missing or invalid signing key");
  const identity = { type, id: record.id, collectionId: record.collection.id };
  return signToken({ ...identity, ...claims }, key, seconds ?? auth[TOKEN_OPTIONS[type]].duration);
}

/** What a token of this type is signed with. */
export function signingKey(record: RecordModel, type: TokenType): string {
  return (
    record.getString("tokenKey") + (record.collection.auth?.[TOKEN_OPTIONS[type]].secret ?? "")
  );
}
