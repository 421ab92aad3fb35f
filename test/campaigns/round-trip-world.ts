/** What must be in a folder that two servers write in turn: a model that knows neither of them. */
import { isDeepStrictEqual } from "node:util";
import { type FieldKind, FIELD_KINDS } from "./round-trip-fields.ts";
import type { Random } from "./random.ts";

export interface ModelField {
  readonly id: string;
  name: string;
  readonly kind: FieldKind;
  maxSelect: number;
}

export interface ModelRecord {
  readonly id: string;
  /** By field name. */
  readonly values: Record<string, unknown>;
  created: string;
  /** Empty while only the server knows when it was. */
  updated: string;
}

export interface ModelCollection {
  readonly id: string;
  name: string;
  readonly fields: ModelField[];
  readonly records: Map<string, ModelRecord>;
  indexes: string[];
  rules: Record<string, string | null>;
  /** Its view, which lists id and title. */
  view: string | undefined;
}

export interface ModelUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  name: string;
  /** Given when they were made, by whichever server made them. */
  readonly token: string;
}

/** A change of the schema or the settings, to be done again somewhere else. */
export interface SchemaRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export class World {
  readonly random: Random;
  readonly collections: ModelCollection[] = [];
  readonly users: ModelUser[] = [];
  readonly schema: SchemaRequest[] = [];
  /** Content by `collection id/record id/file name`. */
  readonly files = new Map<string, string>();
  readonly settings: Record<string, unknown> = {};
  #made = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** Ids and names that nothing else has. */
  next(): number {
    return ++this.#made;
  }

  newField(): ModelField {
    const kind = this.random.pick(FIELD_KINDS);
    const number = this.next();
    const maxSelect = kind.isSelectable && this.random.chance(0.5) ? 3 : 1;
    return { id: `field${number}`, name: `${kind.name}${number}`, kind, maxSelect };
  }

  userIds(): string[] {
    return this.users.map(({ id }) => id);
  }
}

/** As the API takes it. */
export function fieldJson({ id, name, kind, maxSelect }: ModelField): Record<string, unknown> {
  return { ...kind.options, id, name, ...(kind.isSelectable && { maxSelect }) };
}

/** What a selectable field holds, as a list. */
export function asList(value: unknown): string[] {
  if (Array.isArray(value)) return value as string[];
  return value === "" || value === undefined ? [] : [String(value)];
}

/** A list as a field of this size holds it: of several, one keeps the last. */
export function inShape({ maxSelect }: ModelField, list: readonly string[]): unknown {
  return maxSelect > 1 ? list.slice(0, maxSelect) : (list.at(-1) ?? "");
}

/** What is wrong with a record that was read. */
export function recordProblems(
  collection: ModelCollection,
  expected: ModelRecord,
  found: Readonly<Record<string, unknown>> | undefined,
): string[] {
  const where = `${collection.name}/${expected.id}`;
  if (!found) return [`${where} is not there`];
  if (expected.updated === "") expected.updated = String(found["updated"]);
  const { id, values, created, updated } = expected;
  const all: Record<string, unknown> = { ...values, id, created, updated };
  all["collectionId"] = collection.id;
  all["collectionName"] = collection.name;
  return [...new Set([...Object.keys(all), ...Object.keys(found)])]
    .filter((key) => !isDeepStrictEqual(all[key], found[key]))
    .map(
      (key) => `${where}: ${key} is ${JSON.stringify(found[key])}, not ${JSON.stringify(all[key])}`,
    );
}

/** A server, with a superuser's token. */
export interface Side {
  readonly url: string;
  readonly token: string;
}

export function fileFields({ fields }: ModelCollection): ModelField[] {
  return fields.filter(({ kind }) => kind.holdsFiles);
}

/** What no record names any more is not served. */
export function forgetUnnamedFiles(world: World, collection: ModelCollection): void {
  const named = new Set(
    [...collection.records.values()].flatMap(({ id, values }) =>
      fileFields(collection).flatMap(({ name }) =>
        asList(values[name]).map((file) => `${collection.id}/${id}/${file}`),
      ),
    ),
  );
  for (const path of world.files.keys()) {
    if (path.startsWith(`${collection.id}/`) && !named.has(path)) world.files.delete(path);
  }
}
