import type { Collection } from "../../collections/collection.ts";
import { collectionFromRow, type CollectionRow } from "../../collections/row.ts";
import { checksumId } from "../../collections/scaffold.ts";
import { checksum } from "../../lib/id.ts";
import { CREATE_COLLECTIONS_INDEX, selectTable } from "../dialect/schema.ts";
import { query } from "../kysely.ts";
import type { SystemContext } from "./index.ts";

/*
 * The steps that led to the collections of PocketBase 0.23. Folders of that release have them behind them;
 * what only a release candidate or an older version left behind is for PocketBase itself to upgrade.
 */

const REFUSAL =
  "the data folder was written by an older PocketBase or a release candidate of 0.23: start it once with PocketBase 0.23 or later, which upgrades it, and then here";

export const collectionsUpgrade = {
  async up({ db }: SystemContext): Promise<void> {
    const isUpgraded =
      (await db.get(selectTable("_mfas"))) && (await db.get(selectTable("_authOrigins")));
    if (!isUpgraded) throw new Error(REFUSAL);
  },
};

/** Nobody may delete what limits attempts to sign in. */
export const systemRules = {
  async up({ db }: SystemContext): Promise<void> {
    await db.run(CREATE_COLLECTIONS_INDEX);
    await db.run(
      query
        .updateTable("_collections")
        .set({ deleteRule: null })
        .where("name", "in", ["_mfas", "_otps"])
        .where("deleteRule", "is not", null)
        .compile(),
    );
  },
};

export const systemIds = {
  async up(context: SystemContext): Promise<void> {
    const collections = await systemCollections(context);
    if (!collections.every(hasChecksumIds)) throw new Error(REFUSAL);
  },
};

export const otpRecipients = {
  async up(context: SystemContext): Promise<void> {
    const otps = (await systemCollections(context)).find(({ name }) => name === "_otps");
    if (!otps?.findField("sentTo")) throw new Error(REFUSAL);
  },
};

const SYSTEM_NAMES = ["_mfas", "_otps", "_externalAuths", "_authOrigins", "_superusers"];

async function systemCollections({ db }: SystemContext): Promise<Collection[]> {
  const rows = await db.all<CollectionRow>(
    query.selectFrom("_collections").selectAll().where("name", "in", SYSTEM_NAMES).compile(),
  );
  return rows.map(collectionFromRow);
}

function hasChecksumIds(collection: Collection): boolean {
  return (
    collection.id === checksumId(collection) &&
    collection.fields.every(
      (field) => !field.system || field.id === field.type + checksum(field.name),
    )
  );
}
