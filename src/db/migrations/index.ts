import type { Database } from "../database.ts";
import { selectTable } from "../dialect/schema.ts";
import { selectColumns } from "../dialect/view.ts";
import { query } from "../kysely.ts";
import { alertTemplates } from "./1763020353-alert-templates.ts";
import { normalizeIndexes } from "./1778828400-normalize-indexes.ts";
import { auxiliaryTables } from "./1640988000-auxiliary.ts";
import { initialTables } from "./1640988000-initial.ts";
import { collectionsUpgrade, otpRecipients, systemIds, systemRules } from "./1717233556-upgrade.ts";
import { applyUp, type Migration } from "./runner.ts";

/** What a system migration works with: both files, inside one transaction each. */
export interface SystemContext {
  readonly db: Database;
  readonly auxDb: Database;
}

/** PocketBase's system migrations under PocketBase's names, so that either program accepts the other's folder. */
const SYSTEM_MIGRATIONS: readonly Migration<SystemContext>[] = [
  { file: "1640988000_aux_init.go", ...auxiliaryTables },
  { file: "1640988000_init.go", ...initialTables },
  { file: "1717233556_v0.23_migrate.go", ...collectionsUpgrade },
  { file: "1717233557_v0.23_migrate2.go", ...systemRules },
  { file: "1717233558_v0.23_migrate3.go", ...systemIds },
  { file: "1717233559_v0.23_migrate4.go", ...otpRecipients },
  { file: "1763020353_update_default_auth_alert_templates.go", ...alertTemplates },
  { file: "1778828400_normalize_indexes.go", ...normalizeIndexes },
];

/**
 * Makes the tables of a new folder, and brings one that an older PocketBase (0.23 or later) wrote to the
 * present form. Runs again harmlessly; all or nothing.
 *
 * @throws Error with a sentence when the folder is older than that
 */
export async function runSystemMigrations(db: Database, auxDb: Database): Promise<void> {
  await refuseOldFolder(db);
  await auxDb.write(
    (auxTx) =>
      db.write(
        async (tx) => void (await applyUp(tx, { db: tx, auxDb: auxTx }, SYSTEM_MIGRATIONS)),
        {
          exclusive: true,
        },
      ),
    { exclusive: true },
  );
}

/** Removes from the record what is neither in the list of the app's migrations nor the system's own. */
export async function syncMigrationHistory(
  db: Database,
  list: readonly { readonly file: string }[],
): Promise<void> {
  const known = [...SYSTEM_MIGRATIONS, ...list].map(({ file }) => file);
  await db.run(query.deleteFrom("_migrations").where("file", "not in", known).compile());
}

async function refuseOldFolder(db: Database): Promise<void> {
  const columns = await db.all<{ name: string }>(selectColumns("_collections"));
  const isOld =
    (await db.get(selectTable("_admins"))) || columns.some(({ name }) => name === "schema");
  if (isOld) {
    throw new Error(
      "This data folder was written by PocketBase 0.22 or older: start it once with PocketBase 0.23 or later, which upgrades it, and then here.",
    );
  }
}
