import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CollectionCache } from "../../src/collections/cache.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { insertRow } from "../../src/db/dynamic.ts";
import { type DatabaseFile, openDatabase } from "../../src/db/open.ts";
import { fieldType } from "../../src/fields/index.ts";
import type { Random } from "./random.ts";

export type FieldKind =
  | "text"
  | "email"
  | "number"
  | "bool"
  | "date"
  | "select"
  | "selects"
  | "json"
  | "relation"
  | "relations";

export interface WorldField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly hidden: boolean;
  /** Name of the collection that a relation points to. */
  readonly target: string;
  /** A single relation of which each value occurs once. */
  readonly unique: boolean;
}

/** Holds several values: its column is a JSON array. */
export const isList = ({ kind }: WorldField) => kind === "selects" || kind === "relations";

/** Stored values by column: texts, numbers, booleans as 1 and 0, JSON as text. */
export type WorldRow = Readonly<Record<string, string | number | null>>;

export interface WorldCollection {
  readonly name: string;
  readonly isAuth: boolean;
  readonly fields: readonly WorldField[];
  readonly rows: readonly WorldRow[];
  /** `null`, empty, or a text together with its tree. */
  listRule: string | null;
}

/** A random schema with random rows, as plain data. */
export type World = ReadonlyMap<string, WorldCollection>;

const NAMES = ["alpha", "beta", "gamma", "users"];

export function randomWorld(random: Random): World {
  const world = new Map<string, WorldCollection>();
  for (const name of NAMES) {
    const isAuth = name === "users";
    const fields = randomFields(random, isAuth);
    world.set(name, { name, isAuth, fields, rows: randomRows(random, name, fields), listRule: "" });
  }
  return world;
}

export const idOf = (collection: string, n: number) => `${collection[0]}${n}`;

function randomFields(random: Random, isAuth: boolean): WorldField[] {
  const plain = (name: string, kind: FieldKind, hidden = false): WorldField => ({
    name,
    kind,
    hidden,
    target: "",
    unique: false,
  });
  const fields = [
    plain("title", "text"),
    plain("other", "text"),
    plain("secret", "text", true),
    plain("num", "number"),
    plain("flag", "bool"),
    plain("at", "date"),
    plain("kind", "select"),
    plain("kinds", "selects"),
    plain("data", "json"),
  ];
  if (isAuth) fields.push(plain("email", "email"), plain("emailVisibility", "bool"));
  for (const name of ["one", "sole"]) {
    fields.push({
      name,
      kind: "relation",
      hidden: false,
      target: random.pick(NAMES),
      unique: name === "sole",
    });
  }
  fields.push({
    name: "many",
    kind: "relations",
    hidden: false,
    target: random.pick(NAMES),
    unique: false,
  });
  fields.push({
    name: "veiled",
    kind: "relation",
    hidden: true,
    target: random.pick(NAMES),
    unique: false,
  });
  return fields;
}

const TEXTS = ["", "a", "b", "A", "ab", "a_b", "a%b", "a\\b", "1", "2.5", "10", "a1", "true", "ä"];
const NUMBERS = [0, 0, 1, 2, 2.5, 10, -1];
const DATES = [
  "",
  "2023-01-05 10:00:00.000Z",
  "2024-02-29 23:59:59.999Z",
  "2024-12-31 00:00:00.000Z",
];
export const OPTIONS = ["x", "y", "z"];
const ROWS = 6;

function randomRows(random: Random, collection: string, fields: readonly WorldField[]): WorldRow[] {
  return Array.from({ length: random.integer(3, ROWS) }, (_, n) => {
    const row: Record<string, string | number | null> = { id: idOf(collection, n) };
    for (const field of fields) row[field.name] = randomValue(random, field, n);
    return row;
  });
}

function randomValue(random: Random, field: WorldField, n: number): string | number | null {
  switch (field.kind) {
    case "text":
      return random.pick(TEXTS);
    case "email":
      return `${random.pick(["a", "b"])}@x.io`;
    case "number":
      return random.pick(NUMBERS);
    case "bool":
      return random.integer(0, 1);
    case "date":
      return random.pick(DATES);
    case "select":
      return random.pick(["", ...OPTIONS]);
    case "selects":
      return JSON.stringify(OPTIONS.filter(() => random.chance(0.4)));
    case "json":
      return randomJson(random);
    case "relation":
      // The n-th row has the n-th id or none: no value occurs twice.
      if (field.unique) return random.chance(0.3) ? "" : idOf(field.target, n);
      return random.pick(["", "gone", ...idsOf(field.target)]);
    case "relations":
      return JSON.stringify(["gone", ...idsOf(field.target)].filter(() => random.chance(0.3)));
  }
}

const idsOf = (collection: string) => Array.from({ length: ROWS }, (_, n) => idOf(collection, n));

function randomJson(random: Random): string | null {
  const leaf = () => random.pick<unknown>(["", "a", "ab", 1, 2.5, true, false, null, "1"]);
  const shapes: readonly (() => string | null)[] = [
    () => null,
    () => JSON.stringify({ k: leaf(), list: [leaf(), leaf()] }),
    () => JSON.stringify({ k: { deep: leaf() } }),
    () => JSON.stringify({ list: [] }),
  ];
  return random.pick(shapes)();
}

/** The same world as tables and collections. */
export interface Tables {
  readonly db: DatabaseFile;
  collections: CollectionCache;
  /** Takes over the list rules as they are now. */
  refresh(): void;
  close(): Promise<void>;
}

export async function createTables(world: World): Promise<Tables> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-property-"));
  const db = await openDatabase(join(folder, "data.db"), { role: "data", durability: "normal" });
  const collections = () =>
    new CollectionCache([...world.values()].map((each) => decodeCollection(jsonOf(each))));
  const tables: Tables = {
    db,
    collections: collections(),
    refresh: () => void (tables.collections = collections()),
    async close() {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await db.write(async (tx) => {
    for (const { name, fields, rows } of world.values()) {
      const known = tables.collections
        .find(name)!
        .fields.filter((field) => fields.some((each) => each.name === field.name));
      const columns = known.map((field) => `\`${field.name}\` ${fieldType(field).column(field)}`);
      const definition = `\`id\` TEXT PRIMARY KEY NOT NULL, ${columns.join(", ")}`;
      await tx.run({ sql: `CREATE TABLE \`${name}\` (${definition})`, parameters: [] });
      for (const row of rows) await tx.run(insertRow(name, row));
    }
  });
  return tables;
}

const TYPES: Readonly<Record<FieldKind, string>> = {
  text: "text",
  email: "email",
  number: "number",
  bool: "bool",
  date: "date",
  select: "select",
  selects: "select",
  json: "json",
  relation: "relation",
  relations: "relation",
};

/** The id of a collection is its name with an underscore, so that neither is taken for the other. */
export const collectionId = (name: string) => `_${name}`;

function jsonOf({ name, isAuth, fields, listRule }: WorldCollection): Record<string, unknown> {
  const options = (field: WorldField) => ({
    ...(field.target && { collectionId: collectionId(field.target) }),
    ...(TYPES[field.kind] === "select" && { values: OPTIONS }),
    ...(isList(field) && { maxSelect: 9 }),
    ...(/^(select|relation)$/.test(field.kind) && { maxSelect: 1 }),
  });
  return {
    id: collectionId(name),
    name,
    type: isAuth ? "auth" : "base",
    listRule,
    fields: [
      { name: "id", type: "text" },
      ...fields.map((field) => ({
        name: field.name,
        type: TYPES[field.kind],
        hidden: field.hidden,
        ...options(field),
      })),
    ],
    indexes: fields
      .filter((field) => field.unique)
      .map(
        (field) =>
          `CREATE UNIQUE INDEX \`u_${name}_${field.name}\` ON \`${name}\` (\`${field.name}\`) WHERE \`${field.name}\` != ''`,
      ),
  };
}
