import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { App } from "../../src/app.ts";
import { saveCollection } from "../../src/collections/save.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import type { Database } from "../../src/db/database.ts";
import { type PocketBaseServer, prepareFolder, startPocketBase } from "./pocketbase.ts";

type Json = Readonly<Record<string, unknown>>;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "generatio-peer-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens the folder with our engine, and closes it again. */
async function withApp<T>(folder: string, work: (app: App) => Promise<T>): Promise<T> {
  const app = new App({ dataDir: folder });
  await app.bootstrap();
  try {
    return await work(app);
  } finally {
    await app.terminate();
  }
}

async function withPocketBase<T>(
  folder: string,
  work: (server: PocketBaseServer) => Promise<T>,
): Promise<T> {
  const server = await startPocketBase(folder);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

async function read(db: Database, sql: string): Promise<string> {
  const rows = await db.all({ sql, parameters: [] });
  return rows
    .map((row) => JSON.stringify(row))
    .join("\n")
    .replace(/("sql":".*?)\s*\)"/g, '$1)"')
    .replace(/(?:\\n|\\t| )+/g, " ")
    .replaceAll("( ", "(")
    .replace(/\\"secret\\":\\"[A-Za-z0-9]{50}\\"/g, "SECRET")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z/g, "DATE")
    .replace(/_clone_\w{4}/g, "_clone_");
}

/** What is in a folder, without secrets, dates, made-up ids and white space of statements. */
function content(folder: string): Promise<string[]> {
  const schema =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY rowid";
  return withApp(folder, async (app) => [
    await read(app.db, schema),
    await read(app.auxDb, schema),
    await read(app.db, "SELECT * FROM _collections ORDER BY rowid"),
    await read(
      app.db,
      "SELECT file, typeof(applied), length(applied) FROM _migrations ORDER BY rowid",
    ),
  ]);
}

/** Collections as our API would list them. */
function ourList(folder: string): Promise<unknown> {
  return withApp(folder, async (app) =>
    JSON.parse(JSON.stringify(app.collections.all().map((collection) => collection.toJSON()))),
  );
}

async function theirList(server: PocketBaseServer): Promise<unknown[]> {
  const { status, body } = await server.send("GET", "/api/collections?perPage=1000&sort=@rowid");
  expect(status).toBe(200);
  return (body as { items: unknown[] }).items;
}

const ID = {
  type: "text",
  name: "id",
  id: "text3208210256",
  primaryKey: true,
  pattern: "^[a-z0-9]+$",
};
const text = (name: string, id = name): Json => ({ type: "text", name, id });
const select = (maxSelect: number): Json => ({
  type: "select",
  name: "s",
  id: "s",
  values: ["x", "y"],
  maxSelect,
});

/** A history of changes: creates by their JSON, updates by name. */
const CHANGES: readonly (readonly [name: string | undefined, json: Json])[] = [
  [
    undefined,
    {
      name: "posts",
      fields: [
        text("a"),
        text("b"),
        select(1),
        { type: "json", name: "j" },
        { type: "geoPoint", name: "g" },
      ],
      indexes: [
        "create unique index by_a on anything (a collate nocase)",
        "create index by_s on posts (s, b)",
      ],
      listRule: "",
    },
  ],
  [
    undefined,
    {
      name: "seen",
      type: "view",
      viewQuery: "select id, a, s, count(b) as n from posts group by id",
    },
  ],
  [undefined, { name: "people", type: "auth", otp: { enabled: true }, mfa: { enabled: true } }],
  [
    undefined,
    {
      name: "numbers",
      type: "view",
      viewQuery: "select (ROW_NUMBER() OVER()) as id, email from people",
    },
  ],
  [
    "people",
    {
      oauth2: { enabled: true, providers: [{ name: "google", clientId: "a", clientSecret: "b" }] },
      authRule: null,
    },
  ],
  [
    undefined,
    { name: "likes", fields: [{ type: "relation", name: "p", collectionId: "pbc_1125843985" }] },
  ],
  ["posts", { fields: [ID, text("b", "a"), text("a", "b"), select(2), text("c")] }],
  [
    "posts",
    { name: "articles", indexes: ["create index by_c on articles (lower(c)) where c != ''"] },
  ],
  ["seen", { viewQuery: "select id, a, s, count(b) as n from articles group by id" }],
];

describe("a new folder", () => {
  test("is the same as PocketBase's", async () => {
    const [ours, theirs] = [newFolder(), newFolder()];
    prepareFolder(theirs);
    expect(await content(ours)).toEqual(await content(theirs));
  });

  test("is opened by PocketBase, which lists the same and changes nothing", async () => {
    const folder = newFolder();
    const [before, list] = [await content(folder), await ourList(folder)];
    await withPocketBase(folder, async (server) => {
      expect(await theirList(server)).toEqual(list);
    });
    expect(await content(folder)).toEqual(before);
  });
});

describe("a folder with a history", () => {
  test("is the same whoever made it", async () => {
    const [ours, theirs] = [newFolder(), newFolder()];
    await withApp(ours, async (app) => {
      vi.spyOn(app.logger, "warn").mockReturnValue();
      for (const [name, json] of CHANGES) {
        const collection = decodeCollection(
          json,
          name === undefined ? undefined : app.findCollection(name),
        );
        await saveCollection(app, collection, { validate: true });
      }
    });
    await withPocketBase(theirs, async (server) => {
      for (const [name, json] of CHANGES) {
        const [method, path] = name === undefined ? ["POST", ""] : ["PATCH", `/${name}`];
        expect(await server.send(method!, `/api/collections${path}`, json)).toMatchObject({
          status: 200,
        });
      }
    });
    const [mine, other] = [await content(ours), await content(theirs)];
    expect(mine).toEqual(other);
  });

  test("made by us is listed and saved again by PocketBase", async () => {
    const folder = newFolder();
    await withApp(folder, async (app) => {
      vi.spyOn(app.logger, "warn").mockReturnValue();
      for (const [name, json] of CHANGES) {
        const collection = decodeCollection(
          json,
          name === undefined ? undefined : app.findCollection(name),
        );
        await saveCollection(app, collection, { validate: true });
      }
      await app.save(
        app.newRecord("articles", { id: "aaaaaaaaaaaaaa1", a: "A", b: "B", s: ["x", "y"] }),
      );
    });
    const list = await ourList(folder);
    await withPocketBase(folder, async (server) => {
      expect(await theirList(server)).toEqual(list);
      for (const { name } of list as { name: string }[]) {
        expect(await server.send("PATCH", `/api/collections/${name}`, {})).toMatchObject({
          status: 200,
        });
      }
      const { body } = await server.send("GET", "/api/collections/seen/records");
      expect(body).toMatchObject({ items: [{ a: "A", n: 1, s: ["x", "y"] }] });
    });
  });

  test("made by PocketBase is listed by us as PocketBase lists it", async () => {
    const folder = newFolder();
    const list = await withPocketBase(folder, async (server) => {
      for (const [name, json] of CHANGES) {
        const [method, path] = name === undefined ? ["POST", ""] : ["PATCH", `/${name}`];
        await server.send(method!, `/api/collections${path}`, json);
      }
      return theirList(server);
    });
    expect(await ourList(folder)).toEqual(list);
  });
});
