import type { App } from "../app.ts";
import { dynamicQuery } from "../db/kysely.ts";
import { required, firstProblem } from "../lib/checks.ts";
import { type ErrorLeaf, type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import { deleteRecord } from "../records/delete.ts";
import type { RecordEvent } from "../records/events.ts";
import { findRecord } from "../records/find.ts";
import { RecordModel } from "../records/record.ts";

/** System collections whose records belong to one auth record each, by collection and record id. */
export const AUTH_REFERENCES = ["_mfas", "_otps", "_externalAuths", "_authOrigins"] as const;

export type AuthReferenceCollection = (typeof AUTH_REFERENCES)[number];

/** The records of a system collection that belong to an auth record, newest first. */
export async function findReferencing(
  app: App,
  name: AuthReferenceCollection,
  owner: RecordModel,
): Promise<RecordModel[]> {
  const collection = app.findCollection(name);
  const rows = await app.db.all(
    dynamicQuery
      .selectFrom(name)
      .selectAll()
      .where("collectionRef", "=", owner.collection.id)
      .where("recordRef", "=", owner.id)
      .orderBy("created", "desc")
      .compile(),
  );
  return rows.map((row) => RecordModel.fromRow(collection, row));
}

export async function deleteReferencing(
  app: App,
  name: AuthReferenceCollection,
  owner: RecordModel,
): Promise<void> {
  for (const record of await findReferencing(app, name, owner)) await deleteRecord(app, record);
}

/** Binds what keeps the references whole (PocketBase: recordRefHooks in core/auth_origin_model.go). */
export function bindAuthReferences(app: App): void {
  for (const name of AUTH_REFERENCES) {
    app
      .onRecordValidate(name)
      .bind({ id: `__pbAuthReference_${name}__`, priority: 99, func: checkReference });
    app.onRecordDeleteExecute().bind({
      id: `__pbAuthReference_${name}__`,
      priority: 99,
      func: (event) => deleteWithOwner(event, name),
    });
  }
}

async function checkReference(event: RecordEvent): Promise<void> {
  const { app, record } = event;
  const collectionId = record.getString("collectionRef");
  const collectionError =
    firstProblem(collectionId, [required]) ?? checkCollection(app, collectionId);
  if (collectionError) throw new ValidationError({ collectionRef: collectionError });
  const recordId = record.getString("recordRef");
  const recordError =
    firstProblem(recordId, [required]) ?? (await checkRecord(app, collectionId, recordId));
  if (recordError) throw new ValidationError({ recordRef: recordError });
  await event.next();
}

function checkCollection(app: App, id: string): ErrorLeaf | ErrorTree | undefined {
  const collection = app.collections.find(id);
  if (collection?.id !== id)
    return problem("validation_invalid_collection_id", "Missing or invalid collection.");
  if (!collection.isAuth)
    return problem("validation_invalid_collection_type", "Invalid collection type - must be auth.");
  return undefined;
}

async function checkRecord(
  app: App,
  collectionId: string,
  id: string,
): Promise<ErrorLeaf | undefined> {
  const found = await findRecord(app, app.findCollection(collectionId), id);
  return found ? undefined : problem("validation_invalid_record", "Missing or invalid record.");
}

async function deleteWithOwner(event: RecordEvent, name: AuthReferenceCollection): Promise<void> {
  if (!event.record.collection.isAuth) return event.next();
  const outer = event.app;
  try {
    await outer.runInTransaction(async (tx) => {
      event.app = tx;
      await event.next();
      await deleteReferencing(tx, name, event.record);
    });
  } finally {
    event.app = outer;
  }
}
