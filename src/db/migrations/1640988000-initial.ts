import type { Collection } from "../../collections/collection.ts";
import { addField } from "../../collections/field-list.ts";
import { collectionToRow } from "../../collections/row.ts";
import { newCollection } from "../../collections/scaffold.ts";
import { createRecordTable } from "../../collections/sync-table.ts";
import { createField } from "../../fields/index.ts";
import { currentDate } from "../../lib/date.ts";
import type { Database } from "../database.ts";
import { CREATE_COLLECTIONS_INDEX, CREATE_SYSTEM_TABLES } from "../dialect/schema.ts";
import { insertRow } from "../dynamic.ts";
import type { SystemContext } from "./index.ts";

/** The tables of a new folder and the collections that every app has. */
export const initialTables = {
  async up({ db }: SystemContext): Promise<void> {
    for (const statement of CREATE_SYSTEM_TABLES) await db.run(statement);
    await db.run(CREATE_COLLECTIONS_INDEX);
    for (const make of [mfas, otps, externalAuths, authOrigins, superusers, users])
      await store(db, make());
  },
};

async function store(db: Database, collection: Collection): Promise<void> {
  collection.created = collection.updated = currentDate();
  await db.run(insertRow(collection.tableName, { ...collectionToRow(collection) }));
  await createRecordTable(db, collection);
}

const OWNER =
  "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId";
const SELF = "id = @request.auth.id";

function mfas(): Collection {
  const collection = ownedBySession("_mfas", [{ type: "text", name: "method", required: true }]);
  collection.addIndex("idx_mfas_collectionRef_recordRef", false, "collectionRef,recordRef");
  return collection;
}

function otps(): Collection {
  const collection = ownedBySession("_otps", [
    // A one-time password lives for minutes and its attempts are counted: a cheap hash is enough.
    { type: "password", name: "password", hidden: true, required: true, cost: 8 },
    { type: "text", name: "sentTo", hidden: true },
  ]);
  collection.addIndex("idx_otps_collectionRef_recordRef", false, "collectionRef, recordRef");
  return collection;
}

function externalAuths(): Collection {
  const collection = ownedBySession("_externalAuths", [
    { type: "text", name: "provider", required: true },
    { type: "text", name: "providerId", required: true },
  ]);
  collection.deleteRule = OWNER;
  collection.addIndex(
    "idx_externalAuths_record_provider",
    true,
    "collectionRef, recordRef, provider",
  );
  collection.addIndex(
    "idx_externalAuths_collection_provider",
    true,
    "collectionRef, provider, providerId",
  );
  return collection;
}

function authOrigins(): Collection {
  const collection = ownedBySession("_authOrigins", [
    { type: "text", name: "fingerprint", required: true },
  ]);
  collection.deleteRule = OWNER;
  collection.addIndex(
    "idx_authOrigins_unique_pairs",
    true,
    "collectionRef, recordRef, fingerprint",
  );
  return collection;
}

/** A system collection whose records belong to an auth record of any collection. */
function ownedBySession(name: string, fields: readonly Record<string, unknown>[]): Collection {
  const collection = newCollection("base", name);
  collection.system = true;
  collection.listRule = collection.viewRule = OWNER;
  const references = ["collectionRef", "recordRef"].map((ref) => ({
    type: "text",
    name: ref,
    required: true,
  }));
  for (const field of [...references, ...fields, ...DATES]) {
    addField(collection.fields, createField({ ...field, system: true }));
  }
  return collection;
}

function superusers(): Collection {
  const collection = newCollection("auth", "_superusers");
  collection.system = true;
  for (const field of DATES) addField(collection.fields, createField({ ...field, system: true }));
  collection.auth!.authToken.duration = 86_400;
  return collection;
}

function users(): Collection {
  const collection = newCollection("auth", "users", "_pb_users_auth_");
  collection.listRule = collection.viewRule = collection.updateRule = collection.deleteRule = SELF;
  collection.createRule = "";
  for (const field of [NAME, AVATAR, ...DATES])
    addField(collection.fields, createField({ ...field }));
  Object.assign(collection.auth!.oauth2.mappedFields, { name: "name", avatarURL: "avatar" });
  return collection;
}

const DATES = [
  { type: "autodate", name: "created", onCreate: true },
  { type: "autodate", name: "updated", onCreate: true, onUpdate: true },
];
const NAME = { type: "text", name: "name", max: 255 };
const AVATAR = {
  type: "file",
  name: "avatar",
  maxSelect: 1,
  mimeTypes: ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp"],
};
