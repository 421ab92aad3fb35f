import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { selectBackReferences } from "../db/dialect/record-queries.ts";
import { fieldType } from "../fields/index.ts";
import { findSingleColumnUniqueIndex } from "../lib/index-expression.ts";
import type { RecordModel } from "./record.ts";
import { isMultipleField, MAX_NESTED_RELATIONS } from "./resolver-path.ts";

/** Reads related records by id, with the rights of whoever asks. Records that are not for them are left out. */
export type FetchRelated = (
  collection: Collection,
  ids: readonly string[],
) => Promise<RecordModel[]>;

/**
 * Loads related records into `expand`, one query per relation and level (PocketBase: ExpandRecords). All
 * records must be of one collection. Levels below the sixth are left out.
 *
 * @returns what could not be expanded, by path; the other paths are done
 */
export async function expandRecords(
  app: App,
  records: readonly RecordModel[],
  paths: readonly string[],
  fetch: FetchRelated,
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  for (const path of normalizeExpands(paths)) {
    try {
      await expandPath(app, records, path.split("."), { fetch, level: 1 });
    } catch (error) {
      failed.set(path, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return failed;
}

/** Drops blanks, repeated paths and those that a longer one contains. */
export function normalizeExpands(paths: readonly string[]): string[] {
  const clean = paths
    .map((path) => path.replaceAll(" ", "").replace(/^\.+|\.+$/g, ""))
    .filter((path) => path !== "");
  return [...new Set(clean.filter((path) => !clean.some((other) => other.startsWith(`${path}.`))))];
}

/** Related ids kept for one record through a back relation. */
const MAX_BACK_RELATED = 1000;

interface Relation {
  readonly name: string;
  readonly target: Collection;
  readonly isMultiple: boolean;
  /** Related ids of each record, in order. */
  readonly ids: ReadonlyMap<RecordModel, readonly string[]>;
}

async function expandPath(
  app: App,
  records: readonly RecordModel[],
  path: readonly string[],
  options: { readonly fetch: FetchRelated; readonly level: number },
): Promise<void> {
  const [name = "", ...rest] = path;
  const [first] = records;
  if (!first || path.length === 0 || options.level > MAX_NESTED_RELATIONS) return;
  const relation = await findRelation(app, first.collection, records, name);
  const ids = [...new Set([...relation.ids.values()].flat())];
  const related = await options.fetch(relation.target, ids);
  await expandPath(app, related, rest, { ...options, level: options.level + 1 });
  const byId = new Map(related.map((record) => [record.id, record]));
  for (const record of records) attach(record, relation, byId);
}

async function findRelation(
  app: App,
  collection: Collection,
  records: readonly RecordModel[],
  name: string,
): Promise<Relation> {
  const back = /^(\w+)_via_(\w+)$/.exec(name) ?? /^(\w+)\((\w+)\)$/.exec(name);
  if (back)
    return findBackRelation(app, { collection, records, name, from: back[1]!, by: back[2]! });
  const field = collection.findField(name);
  const targetId = field && fieldType(field).relatedCollectionId?.(field);
  if (!field || targetId === undefined) {
    throw new Error(`couldn't find relation field "${name}" in collection "${collection.name}"`);
  }
  const target = app.collections.find(targetId);
  if (!target) throw new Error(`couldn't find related collection "${targetId}"`);
  const ids = new Map(records.map((record) => [record, record.getStrings(name)]));
  return { name, target, isMultiple: isMultipleField(field), ids };
}

interface BackRelationRequest {
  readonly collection: Collection;
  readonly records: readonly RecordModel[];
  readonly name: string;
  readonly from: string;
  readonly by: string;
}

async function findBackRelation(app: App, request: BackRelationRequest): Promise<Relation> {
  const { collection, records, name, from, by } = request;
  const target = app.collections.find(from);
  if (!target) throw new Error(`couldn't find back-related collection "${from}"`);
  const field = target.findField(by);
  if (!field || fieldType(field).relatedCollectionId?.(field) !== collection.id) {
    throw new Error(`couldn't find back-relation field "${by}" in collection "${target.name}"`);
  }
  const reference = {
    table: target.name,
    column: field.name,
    isMultiple: isMultipleField(field),
    hasRowId: !target.isView,
  };
  const owners = JSON.stringify([...new Set(records.map((record) => record.id))]);
  const rows = await app.db.values(selectBackReferences(reference, owners, MAX_BACK_RELATED));
  const byOwner = Map.groupBy(rows, ([owner]) => String(owner));
  const ids = new Map(
    records.map((record) => [record, (byOwner.get(record.id) ?? []).map(([, id]) => String(id))]),
  );
  const isMultiple = !findSingleColumnUniqueIndex(target.indexes, field.name);
  return { name, target, isMultiple, ids };
}

/** Puts the related records in the order of the stored ids; `expand` is there even when it stays empty. */
function attach(
  record: RecordModel,
  relation: Relation,
  byId: ReadonlyMap<string, RecordModel>,
): void {
  const expand = (record.expand ??= {});
  const related = (relation.ids.get(record) ?? []).flatMap((id) => byId.get(id) ?? []);
  const [first] = related;
  if (!first) return;
  const before = [expand[relation.name] ?? []].flat();
  for (const old of before) {
    for (const fresh of related) if (fresh.id === old.id) mergeExpand(fresh, old);
  }
  expand[relation.name] = relation.isMultiple ? related : first;
}

/** Keeps what another path had expanded on the same related record. */
function mergeExpand(record: RecordModel, other: RecordModel): void {
  if (!other.expand) return;
  if (!record.expand) {
    record.expand = other.expand;
    return;
  }
  for (const [name, value] of Object.entries(other.expand)) {
    const own = record.expand[name];
    if (own === undefined) {
      record.expand[name] = value;
      continue;
    }
    record.expand[name] = mergedRelated(own, value);
  }
}

function mergedRelated(own: RecordModel | RecordModel[], other: RecordModel | RecordModel[]) {
  const merged = [own].flat();
  for (const record of [other].flat()) {
    const same = merged.find((candidate) => candidate.id === record.id);
    if (same) mergeExpand(same, record);
    else merged.push(record);
  }
  return Array.isArray(own) || Array.isArray(other) || merged.length > 1 ? merged : own;
}
