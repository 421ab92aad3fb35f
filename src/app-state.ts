import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { App } from "./app.ts";
import { Changes } from "./changes/service.ts";
import type { CollectionCache } from "./collections/cache.ts";
import type { AppConfig } from "./config.ts";
import { CommandTable } from "./command-table.ts";
import { CronTable } from "./crons/cron-table.ts";
import type { Database } from "./db/database.ts";
import { type DatabaseFile, openDatabase } from "./db/open.ts";
import type { Stamps } from "./db/stamps.ts";
import type { EventHooks } from "./events/events.ts";
import { FileStorage } from "./files/file-storage.ts";
import type { Router } from "./http/router.ts";
import { Logger } from "./logs/logger.ts";
import { PrivateTables } from "./private-tables/service.ts";
import { RealtimeService } from "./realtime/service.ts";
import { defaultSettings, type SettingsData } from "./settings/settings.ts";

/** Runs when a transaction has ended; `error` is undefined after a commit. */
export type AfterTransaction = (outer: App, error: unknown) => Promise<void>;

/** The two files of a data folder. */
export interface DatabaseFiles {
  readonly data: DatabaseFile;
  readonly auxiliary: DatabaseFile;
}

/** State that an app shares with the apps of its transactions. */
export interface Shared {
  readonly config: AppConfig;
  readonly logger: Logger;
  readonly store: Map<string, unknown>;
  readonly crons: CronTable;
  readonly commands: CommandTable;
  readonly files: FileStorage;
  readonly changes: Changes;
  readonly realtime: RealtimeService;
  readonly privateTables: PrivateTables;
  settings: SettingsData;
  router: Router | undefined;
  /** Starts the app anew, when somebody runs it. */
  restarter: (() => Promise<void>) | undefined;
  /** What collections and settings looked like when another process was last seen to write. */
  stamps: Stamps;
  databases: DatabaseFiles | undefined;
}

export interface Transaction {
  readonly db: Database;
  readonly outer: App;
  readonly collections: CollectionCache;
  readonly before: (() => Promise<void>)[];
  readonly after: AfterTransaction[];
}

/** An app that is another one seen differently: inside a transaction, or without its hooks. */
export interface View {
  readonly of: App;
  readonly transaction: Transaction | undefined;
  readonly events: EventHooks;
}

export function newShared(config: AppConfig): Shared {
  const logger = new Logger();
  return {
    config,
    logger,
    store: new Map(),
    crons: new CronTable(logger),
    commands: new CommandTable(),
    files: new FileStorage(config.dataDir),
    changes: new Changes(),
    realtime: new RealtimeService(),
    privateTables: new PrivateTables(),
    settings: defaultSettings(),
    router: undefined,
    restarter: undefined,
    stamps: { collections: "", settings: "" },
    databases: undefined,
  };
}

/**
 * Opens both files, making the folder when it is missing.
 *
 * @param onForeignChange called when another process has written to data.db
 */
export async function openDatabases(
  config: AppConfig,
  onForeignChange: () => Promise<void>,
): Promise<DatabaseFiles> {
  const { dataDir, durability, queryTimeoutMs } = config;
  mkdirSync(dataDir, { recursive: true });
  const data = await openDatabase(join(dataDir, "data.db"), {
    durability,
    queryTimeoutMs,
    onForeignChange,
    role: "data",
  });
  try {
    const auxiliary = await openDatabase(join(dataDir, "auxiliary.db"), {
      durability,
      role: "auxiliary",
    });
    return { data, auxiliary };
  } catch (error) {
    await data.close();
    throw error;
  }
}
