import type { App } from "../app.ts";
import { selectSample } from "../db/dialect/view.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import { randomText } from "../lib/id.ts";
import type { RecordModel } from "../records/record.ts";
import type { Collection } from "./collection.ts";
import { isCausedByInput, rawErrorText } from "./raw-error.ts";
import { problemsText } from "./raw-messages.ts";
import { newCollection } from "./scaffold.ts";
import { inferViewFields } from "./view-fields.ts";
import { singleStatement } from "./view-query.ts";
import { viewSource } from "./view-source.ts";

export interface DryRun {
  readonly fields: readonly Field[];
  readonly sample: readonly RecordModel[];
}

/**
 * Tries a view's query: what fields it would have, and its first rows (PocketBase: DryRunView).
 *
 * @throws Error with the reason when it cannot be a view
 */
export async function dryRunView(app: App, query: string, sampleSize: number): Promise<DryRun> {
  const statement = singleStatement(query);
  const view = newCollection("view", `temp_view_${randomText(5)}`);
  view.fields = await inferViewFields(app, statement);
  await checkFields(app, view);
  const source = await viewSource(app.db, statement);
  const rows = await readSample(app, selectSample(source, view.name, sampleSize));
  const sample = rows.map((row) => toRecord(app, view, row));
  checkIds(sample.map(({ id }) => id));
  return { fields: view.fields, sample };
}

async function checkFields(app: App, view: Collection): Promise<void> {
  const findCollection = (idOrName: string) => app.collections.find(idOrName);
  for (const [position, field] of view.fields.entries()) {
    const problems = await fieldType(field).validateSettings(field, {
      app,
      collection: view,
      original: undefined,
      findCollection,
    });
    if (Object.keys(problems).length > 0) {
      throw new Error(`invalid field "${field.name}" (${position}): ${problemsText(problems)}`);
    }
  }
}

async function readSample(
  app: App,
  statement: ReturnType<typeof selectSample>,
): Promise<Record<string, unknown>[]> {
  try {
    return await app.db.all(statement, { scan: true });
  } catch (error) {
    if (!isCausedByInput(error)) throw error;
    const reason = `${rawErrorText(error)}; failed query: ${statement.sql}`;
    throw new Error(`failed to retrieve query records: ${reason}`, { cause: error });
  }
}

/** Values that no field computes are read as they are: a date that is set automatically too. */
function toRecord(app: App, view: Collection, row: Readonly<Record<string, unknown>>): RecordModel {
  const record = app.newRecord(view);
  for (const field of view.fields) {
    const value = row[field.name];
    const raw = value instanceof Uint8Array ? Buffer.from(value).toString() : value;
    record.setRaw(field.name, fieldType(field).prepare(field, raw));
  }
  return record;
}

/** Finds what a few rows can show; it is a hint for the author, not a guarantee. */
function checkIds(ids: readonly string[]): void {
  if (ids.includes("")) throw new Error("the query could return records with empty or invalid ids");
  if (new Set(ids).size < ids.length) {
    throw new Error("the query could return records with non-unique ids");
  }
}
