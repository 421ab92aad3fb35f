/** Everything that a folder says of itself: through a server, and in its tables. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import Sqlite from "better-sqlite3";

import { recordProblems, type Side, type World } from "./round-trip-world.ts";
import { send } from "./server-process.ts";

type Json = Record<string, unknown>;

/** What a superuser can read, by what it is. */
export type Snapshot = ReadonlyMap<string, unknown>;

export async function readAll({ url, token }: Side): Promise<Snapshot> {
  const all = new Map<string, unknown>();
  const list = await send<{ items: Json[] }>(`${url}/api/collections?perPage=500`, { token });
  for (const collection of list.items) {
    const name = String(collection["name"]);
    all.set(`collection ${name}`, collection);
    const path = `/api/collections/${name}/records?perPage=500&skipTotal=1&sort=id`;
    const page = await send<{ items: Json[] }>(url + path, { token });
    for (const record of page.items) all.set(`record ${name}/${String(record["id"])}`, record);
  }
  all.set("settings", await send(`${url}/api/settings`, { token }));
  return all;
}

export function differences(sentence: string, before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map((key) => {
      const [was, is] = [before.get(key), after.get(key)].map((value) => JSON.stringify(value));
      return `${sentence}: ${key}\n    ${was}\n    ${is}`;
    });
}

/** Where a snapshot is not what the model says. */
export function modelProblems(world: World, snapshot: Snapshot): string[] {
  const problems: string[] = [];
  const read = (key: string) => snapshot.get(key) as Json | undefined;
  for (const collection of world.collections) {
    const { name, records, indexes, rules } = collection;
    const json = read(`collection ${name}`);
    const found = ((json?.["indexes"] ?? []) as string[]).map(inOneLine);
    if (!isDeepStrictEqual(found, indexes)) {
      problems.push(`${name}: indexes ${found.join("; ")}, not ${indexes.join("; ")}`);
    }
    for (const [rule, value] of Object.entries(rules)) {
      if (json?.[rule] !== value) problems.push(`${name}: ${rule} is ${String(json?.[rule])}`);
    }
    const names = ((json?.["fields"] ?? []) as Json[]).map((field) => field["name"]).slice(5);
    const expected = collection.fields.map((field) => field.name);
    if (!isDeepStrictEqual(names, expected)) problems.push(`${name}: fields ${names.join()}`);
    const prefix = `record ${name}/`;
    const keys = [...snapshot.keys()].filter((key) => key.startsWith(prefix));
    if (keys.length !== records.size) problems.push(`${name}: ${keys.length} records`);
    for (const record of records.values()) {
      problems.push(...recordProblems(collection, record, read(prefix + record.id)));
    }
    const seen = [...snapshot.keys()].filter((key) =>
      key.startsWith(`record ${viewName(collection)}/`),
    );
    if (collection.view !== undefined && seen.length !== records.size) {
      problems.push(`${viewName(collection)}: ${seen.length} rows`);
    }
  }
  for (const { id, email, name } of world.users) {
    const user = read(`record users/${id}`);
    if (user?.["email"] !== email || user["name"] !== name) problems.push(`user ${email}`);
  }
  for (const [group, values] of Object.entries(world.settings)) {
    const stored = read("settings")?.[group] as Json;
    for (const [key, value] of Object.entries(values as Json)) {
      if (stored[key] !== value)
        problems.push(`settings ${group}.${key} is ${String(stored[key])}`);
    }
  }
  return problems;
}

/** A rename writes indexes of several columns in several lines. */
function inOneLine(index: string): string {
  return index.replace(/\s+/g, " ").replaceAll("( ", "(").replaceAll(" )", ")");
}

function viewName({ view }: { readonly view: string | undefined }): string {
  return view?.replace("pbc_", "") ?? "";
}

/** Tokens that either server gave are good, and files have what was uploaded, with their side-cars. */
export async function accessProblems(world: World, side: Side, dir: string): Promise<string[]> {
  const problems: string[] = [];
  for (const { token, email } of world.users.slice(-2)) {
    const url = `${side.url}/api/collections/users/auth-refresh`;
    const answer = await fetch(url, { method: "POST", headers: { authorization: token } });
    if (!answer.ok) problems.push(`the token of ${email}: ${answer.status}`);
    await answer.text();
  }
  for (const path of world.files.keys()) {
    const stored = join(dir, "storage", path);
    if (!existsSync(stored)) problems.push(`no file ${path}`);
    else if (!existsSync(`${stored}.attrs`)) problems.push(`no side-car of ${path}`);
    else if (!readFileSync(`${stored}.attrs`, "utf8").includes('"user.content_type":"text/plain')) {
      problems.push(`another side-car of ${path}`);
    }
  }
  for (const [path, content] of [...world.files].slice(-3)) {
    const answer = await fetch(`${side.url}/api/files/${path}`);
    const type = answer.headers.get("content-type");
    if ((await answer.text()) !== content || !type?.startsWith("text/plain")) {
      problems.push(`file ${path}: ${answer.status} ${type}`);
    }
  }
  return problems;
}

/**
 * Folders of deleted records that still hold files: both delete them after the answer. What fields left that
 * are gone with it stays here in collections that have no more file fields.
 */
export function filesLeft({ collections }: World, dir: string): string[] {
  return collections.flatMap(({ id, records, fields }) => {
    if (!fields.some(({ kind }) => kind.holdsFiles)) return [];
    const folder = join(dir, "storage", id);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
      .filter((name) => !records.has(name) && readdirSync(join(folder, name)).length > 0)
      .map((name) => `files of ${id}/${name} remain`);
  });
}

/** Every index of a collection is in the database, and no others. */
export function indexProblems({ collections }: World, dir: string): string[] {
  const expected = collections.flatMap(({ indexes }) =>
    indexes.map((index) => /INDEX `(\w+)`/.exec(index)?.[1] ?? ""),
  );
  const db = new Sqlite(join(dir, "data.db"), { readonly: true });
  const named = "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'by_pbc_%'";
  const found = db.prepare(named).pluck().all() as string[];
  db.close();
  return isDeepStrictEqual(found.toSorted(), expected.toSorted())
    ? []
    : [`indexes ${found.join()} instead of ${expected.join()}`];
}

/** Tables, indexes, views and collections, without times, secrets, made-up ids and white space. */
export function dumpSchema(dir: string): string[] {
  const db = new Sqlite(join(dir, "data.db"), { readonly: true });
  try {
    const schema =
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'";
    const rows = [
      ...db.prepare(schema).all(),
      ...db.prepare("SELECT * FROM _collections").all(),
      ...db.prepare("SELECT id, value FROM _params").all(),
    ];
    return [...rows.map((row) => normalized(JSON.stringify(row))), ...integrity(db)].toSorted();
  } finally {
    db.close();
  }
}

function integrity(db: Sqlite.Database): string[] {
  const answer = String(db.pragma("integrity_check", { simple: true }));
  return answer === "ok" ? [] : [`integrity_check: ${answer}`];
}

function normalized(row: string): string {
  return row
    .replace(/("sql":".*?)\s*\)"/g, '$1)"')
    .replace(/(?:\\n|\\t| )+/g, " ")
    .replaceAll("( ", "(")
    .replace(/\\"secret\\":\\"[A-Za-z0-9]{50}\\"/g, "SECRET")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z/g, "DATE")
    .replace(/_clone_\w{4}/g, "_clone_");
}
