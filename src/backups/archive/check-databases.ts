import { existsSync } from "node:fs";
import { join } from "node:path";
import { CHANGES_TABLE, renewLogId } from "../../db/dialect/change-log.ts";
import { selectTable } from "../../db/dialect/schema.ts";
import { checkDatabase, type LooseDatabase } from "../../db/snapshot.ts";
import { DATABASES } from "../../lib/data-folder.ts";
import { InvalidArchiveError } from "./read-archive.ts";

/**
 * Looks through the databases of an unpacked backup. Its change log becomes another one: who has heard of
 * changes after the backup must not take the next ones for those.
 *
 * @throws InvalidArchiveError when one is damaged or none of ours
 */
export function checkDatabases(folder: string, logId: string): void {
  for (const name of DATABASES) {
    const path = join(folder, name);
    // Only logs: a new one is made.
    if (!existsSync(path)) continue;
    try {
      checkDatabase(path, (database) => {
        if (name === "data.db") checkTables(database, logId);
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InvalidArchiveError(`${name} cannot be used: ${reason}`, { cause: error });
    }
  }
}

function checkTables(database: LooseDatabase, logId: string): void {
  if (!database.get(selectTable("_collections"))) throw new Error("it has no collections");
  if (database.get(selectTable(CHANGES_TABLE))) database.run(renewLogId(logId));
}
