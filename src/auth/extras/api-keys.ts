import { createHash, randomBytes } from "node:crypto";
import type { App } from "../../app.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import { currentDate, dateTime, formatDate } from "../../lib/date.ts";
import { newRecordId } from "../../lib/id.ts";
import { findRecord } from "../../records/find.ts";
import type { RecordModel } from "../../records/record.ts";
import { inBackground } from "../after-commit.ts";
import type { KeyScope } from "./api-key-scope.ts";

/** No JWT begins like this, so that a key is never read as one. */
const PREFIX = "gak_";

const TABLE = "_xApiKeys";
const DAY_MS = 24 * 3_600_000;
/** How exactly it is known when a key was used last. */
const USE_PRECISION_MS = 60_000;
/** Characters of a key that stay readable, to tell one from another. */
const HINT_LENGTH = PREFIX.length + 4;

/** A key that was found to be good. */
export interface ApiKey {
  readonly id: string;
  readonly scope: KeyScope;
  /** Unix milliseconds of the last use that was written down. */
  lastUsed: number;
}

/** A key as its table holds it: of the secret only a hash. */
export interface ApiKeyRow {
  readonly id: string;
  readonly collection: string;
  readonly record: string;
  readonly name: string;
  readonly hash: string;
  readonly hint: string;
  /** JSON of a `KeyScope`. */
  readonly scope: string;
  /** Hash of the token key that the record had: what ends its tokens ends its keys, whoever does it. */
  readonly bond: string;
  readonly created: string;
  readonly expires: string;
  /** `""` when it never was. */
  readonly lastUsed: string;
}

/** What an `Authorization` header brings that is an API key; with or without `Bearer`. */
export function keyIn(header: string): string | undefined {
  const text = /^bearer ./i.test(header) ? header.slice("bearer ".length) : header;
  return text.startsWith(PREFIX) ? text : undefined;
}

/**
 * Makes a key of a record.
 *
 * @returns its row, and the key itself, which nobody can see again
 */
export async function createKey(
  app: App,
  owner: RecordModel,
  { name, scope, days }: { readonly name: string; readonly scope: KeyScope; readonly days: number },
): Promise<{ readonly row: ApiKeyRow; readonly key: string }> {
  await app.auth.extras.create(app, TABLE);
  const key = PREFIX + randomBytes(32).toString("base64url");
  const row: ApiKeyRow = {
    id: newRecordId(),
    collection: owner.collection.id,
    record: owner.id,
    name,
    hash: sha256(key),
    hint: key.slice(0, HINT_LENGTH),
    scope: JSON.stringify(scope),
    bond: bondOf(owner),
    created: currentDate(),
    expires: formatDate(Date.now() + days * DAY_MS),
    lastUsed: "",
  };
  await app.db.run(
    dynamicQuery
      .insertInto(TABLE)
      .values({ ...row })
      .compile(),
  );
  return { row, key };
}

/** The good keys of a record, newest first. */
export async function listKeys(app: App, owner: RecordModel): Promise<ApiKeyRow[]> {
  if (!(await app.auth.extras.has(app, TABLE))) return [];
  const rows = await app.db.all<ApiKeyRow>(
    dynamicQuery
      .selectFrom(TABLE)
      .selectAll()
      .where("collection", "=", owner.collection.id)
      .where("record", "=", owner.id)
      .where("bond", "=", bondOf(owner))
      .where("expires", ">", currentDate())
      .orderBy("created", "desc")
      .compile(),
  );
  return rows;
}

/** @returns false when the record has no such key */
export async function revokeKey(app: App, owner: RecordModel, id: string): Promise<boolean> {
  if (!(await app.auth.extras.has(app, TABLE))) return false;
  const { changes } = await app.db.run(
    dynamicQuery
      .deleteFrom(TABLE)
      .where("id", "=", id)
      .where("collection", "=", owner.collection.id)
      .where("record", "=", owner.id)
      .compile(),
  );
  app.auth.tokens.forget(owner);
  return changes > 0;
}

/**
 * Looks a key up.
 *
 * @returns undefined when it is unknown, expired or revoked, when its collection has keys off, or when the record
 * is gone or had its tokens ended since
 */
export async function findByKey(
  app: App,
  text: string,
): Promise<
  { readonly record: RecordModel; readonly key: ApiKey; readonly expires: number } | undefined
> {
  if (!(await app.auth.extras.has(app, TABLE))) return undefined;
  const row = await app.db.get<ApiKeyRow>(
    dynamicQuery.selectFrom(TABLE).selectAll().where("hash", "=", sha256(text)).compile(),
  );
  if (!row) return undefined;
  const collection = app.collections.find(row.collection);
  if (!collection?.isAuth || !(await app.auth.extras.options(app, collection)).apiKeys.enabled)
    return undefined;
  const expires = dateTime(row.expires);
  const record = await findRecord(app, collection, row.record);
  if (!record || row.bond !== bondOf(record) || !(Date.now() < expires)) return undefined;
  const scope = JSON.parse(row.scope) as KeyScope;
  const lastUsed = row.lastUsed === "" ? 0 : dateTime(row.lastUsed);
  return { record, key: { id: row.id, scope, lastUsed }, expires: expires / 1000 };
}

/** Writes down that a key was used, to the minute and without anybody waiting for it. */
export function noteUse(app: App, key: ApiKey): void {
  const now = Date.now();
  if (now - key.lastUsed < USE_PRECISION_MS) return;
  key.lastUsed = now;
  inBackground(app, "the use of an API key was not written down", async () => {
    await app.db.run(
      dynamicQuery
        .updateTable(TABLE)
        .set({ lastUsed: formatDate(now) })
        .where("id", "=", key.id)
        .compile(),
    );
  });
}

/** Deletes keys whose time is over. */
export async function deleteExpiredKeys(app: App): Promise<void> {
  if (!(await app.auth.extras.has(app, TABLE))) return;
  await app.db.run(dynamicQuery.deleteFrom(TABLE).where("expires", "<=", currentDate()).compile());
}

function bondOf(record: RecordModel): string {
  return sha256(`api key of ${record.getString("tokenKey")}`);
}

/** Good enough for what is random: there is nothing to guess. */
function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
