import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../src/app.ts";
import type { Collection } from "../../src/collections/collection.ts";
import { collectionToRow } from "../../src/collections/row.ts";
import { saveCollection } from "../../src/collections/save.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { type ErrorTree, isLeaf, ValidationError } from "../../src/lib/errors.ts";

export interface Fixture {
  readonly app: App;
  readonly folder: string;
  /** Makes and saves a collection from API JSON. */
  create(json: Readonly<Record<string, unknown>>): Promise<Collection>;
  /** Reads API JSON onto a stored collection and saves it. */
  update(idOrName: string, json: Readonly<Record<string, unknown>>): Promise<Collection>;
  /** All rows of a table in order of their ids. */
  rows(table: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** An open app on a new data folder, or on a copy of one. */
export async function startApp(original?: string): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-collections-"));
  if (original !== undefined) cpSync(original, folder, { recursive: true });
  const app = new App({ dataDir: folder, durability: "normal" });
  await app.bootstrap();
  const save = async (collection: Collection) => {
    await saveCollection(app, collection, { validate: true });
    return collection;
  };
  return {
    app,
    folder,
    create: (json) => save(decodeCollection(json)),
    update: (idOrName, json) => save(decodeCollection(json, app.findCollection(idOrName))),
    rows: (table) => app.db.all({ sql: `SELECT * FROM \`${table}\` ORDER BY 1`, parameters: [] }),
    async close() {
      await app.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The codes of the problems that an operation is refused with, by path: `fields.1.name: validation_required`. */
export async function problemsOf(operation: Promise<unknown>): Promise<string[]> {
  try {
    await operation;
  } catch (error) {
    if (error instanceof ValidationError) return codes(error.errors, "").toSorted();
    throw error;
  }
  return [];
}

/** The reason that an operation fails with. */
export async function failureOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

/** Everything in data.db: the schema, and every row of every table. */
export async function dump(app: App): Promise<string[]> {
  const schema = await app.db.all<{ type: string; name: string; sql: string | null }>({
    sql: "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name",
    parameters: [],
  });
  const lines = schema.map((row) => JSON.stringify(row));
  for (const { name } of schema.filter(({ type }) => type === "table")) {
    const rows = await app.db.all({ sql: `SELECT * FROM \`${name}\` ORDER BY 1`, parameters: [] });
    for (const row of rows) lines.push(`${name} ${JSON.stringify(row)}`);
  }
  return lines;
}

/** What the app believes the collections to be. */
export function cached(app: App): string[] {
  return app.collections.all().map((collection) => JSON.stringify(collectionToRow(collection)));
}

function codes(tree: ErrorTree, path: string): string[] {
  return Object.entries(tree).flatMap(([key, node]) =>
    isLeaf(node) ? [`${path}${key}: ${node.code}`] : codes(node, `${path}${key}.`),
  );
}
