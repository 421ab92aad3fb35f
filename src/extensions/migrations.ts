import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "../app.ts";
import { type Migration as MigrationStep, runMigrations } from "../db/migrations/runner.ts";
import { mapEngineImports } from "./engine-imports.ts";

/** What a migration file exports as `up` and `down`; `app` is the app of the run's transaction. */
export type Migration = (app: App) => Promise<void>;

const MIGRATION_FILE = /^\d+_\w+\.(ts|mts|js|mjs)$/;

/**
 * Applies every migration of a folder that is not on record yet, in the order of their names, all in one
 * transaction.
 *
 * @returns the files that were applied
 * @throws Error naming the file that cannot be loaded or fails; nothing is applied then
 */
export async function runAppMigrations(app: App, folder: string): Promise<string[]> {
  mapEngineImports();
  const list = await loadMigrations(resolve(folder));
  return list.length > 0 ? runMigrations(app, list) : [];
}

async function loadMigrations(folder: string): Promise<MigrationStep<App>[]> {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => MIGRATION_FILE.test(name));
  return Promise.all(files.toSorted().map((file) => loadMigration(folder, file)));
}

async function loadMigration(folder: string, file: string): Promise<MigrationStep<App>> {
  const path = join(folder, file);
  const module = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new Error(`The migration ${path} could not be loaded: ${String(error)}`, {
      cause: error,
    });
  })) as { up?: Migration; down?: Migration };
  if (typeof module.up !== "function")
    throw new Error(`The migration ${path} exports no function "up".`);
  return {
    file,
    up: module.up,
    ...(typeof module.down === "function" ? { down: module.down } : {}),
  };
}
