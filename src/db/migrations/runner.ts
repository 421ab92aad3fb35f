import type { App } from "../../app.ts";
import type { Database } from "../database.ts";
import { CREATE_MIGRATIONS, selectLastMigrations } from "../dialect/schema.ts";
import { query } from "../kysely.ts";

/** One step of a schema's history. `C` is what its functions work with. */
export interface Migration<C> {
  /** Its name in the record of migrations, with extension; steps run in order of their names. */
  readonly file: string;
  up?(context: C): Promise<void>;
  down?(context: C): Promise<void>;
  /** Asked when the step is on record already: true runs it again. */
  mustReapply?(context: C): Promise<boolean>;
}

/** What to do: apply everything that is not on record, or take back the last steps. */
export type MigrationRun =
  | { readonly direction: "up" }
  | { readonly direction: "down"; readonly count: number };

/**
 * Applies or takes back an app's migrations, all of a run in one transaction (PocketBase:
 * core/migrations_runner.go). Steps on record that are not in the list are left alone.
 *
 * @returns the files of what was done, in order
 */
export async function runMigrations(
  app: App,
  list: readonly Migration<App>[],
  run: MigrationRun = { direction: "up" },
): Promise<string[]> {
  return app.runInTransaction((tx) =>
    run.direction === "up"
      ? applyUp(tx.db, tx, list)
      : applyDown({ db: tx.db, context: tx, list, count: run.count }),
  );
}

/** The files of the list that were applied last, newest first: what a run downwards would take back. */
export async function lastApplied(
  db: Database,
  list: readonly { readonly file: string }[],
  count: number,
): Promise<string[]> {
  await db.run(CREATE_MIGRATIONS);
  const known = list.map(({ file }) => file);
  const rows = await db.all<{ file: string }>(selectLastMigrations(known, count));
  return rows.map(({ file }) => file);
}

/** Runs inside the caller's transaction, which `db` must belong to. */
export async function applyUp<C>(
  db: Database,
  context: C,
  list: readonly Migration<C>[],
): Promise<string[]> {
  await db.run(CREATE_MIGRATIONS);
  const recorded = await db.all<{ file: string }>(
    query.selectFrom("_migrations").select("file").compile(),
  );
  const done = new Set(recorded.map(({ file }) => file));
  const applied: string[] = [];
  for (const migration of inOrder(list)) {
    if (done.has(migration.file) && !(await migration.mustReapply?.(context))) continue;
    await step("apply", migration.file, async () => migration.up?.(context));
    await forget(db, migration.file);
    const row = { file: migration.file, applied: microseconds() };
    await db.run(query.insertInto("_migrations").values(row).compile());
    applied.push(migration.file);
  }
  return applied;
}

async function applyDown<C>(run: {
  db: Database;
  context: C;
  list: readonly Migration<C>[];
  count: number;
}): Promise<string[]> {
  const files = await lastApplied(run.db, run.list, run.count);
  for (const file of files) {
    const migration = run.list.find((candidate) => candidate.file === file);
    await step("revert", file, async () => migration?.down?.(run.context));
    await forget(run.db, file);
  }
  return files;
}

async function step(
  verb: "apply" | "revert",
  file: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`failed to ${verb} migration ${file}: ${reason}`, { cause });
  }
}

async function forget(db: Database, file: string): Promise<void> {
  await db.run(query.deleteFrom("_migrations").where("file", "=", file).compile());
}

function inOrder<C>(list: readonly Migration<C>[]): Migration<C>[] {
  return list.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

let lastStamp = 0;

/** Unix time in microseconds, never the same twice: the order of steps must be readable from the record. */
function microseconds(): number {
  lastStamp = Math.max(
    lastStamp + 1,
    Math.trunc((performance.timeOrigin + performance.now()) * 1000),
  );
  return lastStamp;
}
