import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Statement } from "../../src/db/database.ts";
import { type DatabaseFile, type DatabaseOptions, openDatabase } from "../../src/db/open.ts";

/** A statement from its text and values. */
export function sql(text: string, ...parameters: readonly unknown[]): Statement {
  return { sql: text, parameters };
}

/** The path of a database in a folder of its own, removed after the test. */
export function temporaryPath(name = "data.db"): string {
  const folder = mkdtempSync(join(tmpdir(), "generatio-db-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** An open database, closed after the test. */
export async function open(
  options: Partial<DatabaseOptions> = {},
  path = temporaryPath(),
): Promise<DatabaseFile> {
  const db = await openDatabase(path, { durability: "full", role: "data", ...options });
  onTestFinished(() => db.close());
  return db;
}

/** An open database with an empty table `notes(id, title UNIQUE, count)`. */
export async function openNotes(options: Partial<DatabaseOptions> = {}): Promise<DatabaseFile> {
  const db = await open(options);
  await db.run(
    sql("CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL, title TEXT UNIQUE, count NUMERIC)"),
  );
  return db;
}

export function insertNote(id: string, title = id): Statement {
  return sql("INSERT INTO notes (id, title, count) VALUES (?, ?, 0)", id, title);
}

/** Ids of all notes in order. */
export async function noteIds(db: Pick<DatabaseFile, "values">): Promise<unknown[]> {
  return (await db.values(sql("SELECT id FROM notes ORDER BY id"))).flat();
}
