import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import { currentDate, formatDate } from "../../lib/date.ts";
import { deleteRecord } from "../../records/delete.ts";
import { findRecord } from "../../records/find.ts";
import { RecordModel } from "../../records/record.ts";
import { randomPassword } from "../passwords.ts";
import { findReferencing } from "../references.ts";

const TABLE = "_xAnonymous";
const DAY_MS = 24 * 3_600_000;

/**
 * Makes an account without address and without a password that anybody knows, through the hooks of a create.
 *
 * @throws ValidationError when the collection requires something of its records
 */
export async function createAnonymous(app: App, collection: Collection): Promise<RecordModel> {
  await app.auth.extras.create(app, TABLE);
  const record = new RecordModel(collection);
  record.setRaw("password", await randomPassword(collection));
  await app.runInTransaction(async (tx) => {
    await tx.save(record);
    const row = { collection: collection.id, record: record.id, seen: currentDate() };
    await tx.db.run(dynamicQuery.insertInto(TABLE).values(row).compile());
  });
  return record;
}

/** The account is somebody's from now on. @returns false when it was before */
export async function endAnonymity(app: App, record: RecordModel): Promise<boolean> {
  return (await app.auth.extras.deleteOwned(app, record, [TABLE])) > 0;
}

/** Puts the end of an anonymous account off: it was used. */
export async function noteSeen(app: App, { id, collection }: RecordModel): Promise<void> {
  if (!(await app.auth.extras.has(app, TABLE))) return;
  await app.db.run(
    dynamicQuery
      .updateTable(TABLE)
      .set({ seen: currentDate() })
      .where("collection", "=", collection.id)
      .where("record", "=", id)
      .compile(),
  );
}

/** Deletes accounts that nobody came back to, through the hooks of a delete; those that became somebody's stay. */
export async function deleteAbandoned(app: App): Promise<void> {
  if (!(await app.auth.extras.has(app, TABLE))) return;
  for (const collection of app.collections.all()) {
    if (!collection.isAuth) continue;
    const { days } = (await app.auth.extras.options(app, collection)).anonymous;
    const rows = await app.db.all<{ record: string }>(
      dynamicQuery
        .selectFrom(TABLE)
        .select("record")
        .where("collection", "=", collection.id)
        .where("seen", "<", formatDate(Date.now() - days * DAY_MS))
        .compile(),
    );
    for (const { record: id } of rows) {
      try {
        // One by one and read anew: its owner may come back at this very moment.
        await app.runInTransaction((tx) => settle(tx, collection, id));
      } catch (error) {
        app.logger.warn("an abandoned anonymous account was not deleted", { id, error });
      }
    }
  }
}

async function settle(tx: App, collection: Collection, id: string): Promise<void> {
  const record = await findRecord(tx, collection, id);
  if (!record) return;
  if (await hasWayIn(tx, record)) await endAnonymity(tx, record);
  else await deleteRecord(tx, record);
}

/** Its owner can come back to it: by its address, through a provider, or with a passkey. */
async function hasWayIn(app: App, record: RecordModel): Promise<boolean> {
  if (record.getString("email") !== "") return true;
  if ((await findReferencing(app, "_externalAuths", record)).length > 0) return true;
  if (!(await app.auth.extras.has(app, "_xPasskeys"))) return false;
  const passkey = await app.db.get(
    dynamicQuery
      .selectFrom("_xPasskeys")
      .select("id")
      .where("collection", "=", record.collection.id)
      .where("record", "=", record.id)
      .limit(1)
      .compile(),
  );
  return passkey !== undefined;
}
