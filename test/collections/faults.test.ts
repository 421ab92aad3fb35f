import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { App } from "../../src/app.ts";
import { CollectionCache } from "../../src/collections/cache.ts";
import { collectionToRow } from "../../src/collections/row.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { importCollections } from "../../src/collections/import.ts";
import { truncateCollection } from "../../src/collections/truncate.ts";
import type { Database } from "../../src/db/database.ts";
import { DatabaseError } from "../../src/db/errors.ts";
import { cached, dump, type Fixture, startApp } from "./fixture.ts";

/** Counts the statements of a database and lets the chosen one fail, once. */
class FaultyDisk {
  #count = 0;
  #failAt = 0;

  get count(): number {
    return this.#count;
  }

  arm(statement: number): void {
    this.#count = 0;
    this.#failAt = statement;
  }

  disarm(): void {
    this.#failAt = 0;
  }

  /** Puts itself between the app and its file. */
  mount(app: App): void {
    const file = app.databaseFiles.data;
    const { all, get, values, run, write } = this.#faulty(file);
    Object.assign(file, { all, get, values, run, write });
  }

  #faulty(db: Database): Database {
    const guard = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      const bound = call.bind(db);
      return async (...args: A): Promise<R> => {
        this.#step();
        return bound(...args);
      };
    };
    const write = db.write.bind(db);
    const faulty: Database = {
      all: guard(db.all) as Database["all"],
      get: guard(db.get) as Database["get"],
      values: guard(db.values),
      run: guard(db.run),
      write: async (job, options) => {
        if (db.inTransaction) return job(faulty);
        return write(async (tx) => {
          const result = await job(this.#faulty(tx));
          // The commit may fail too.
          this.#step();
          return result;
        }, options);
      },
      inTransaction: db.inTransaction,
    };
    return faulty;
  }

  #step(): void {
    if (++this.#count === this.#failAt) {
      throw new DatabaseError("io", "the disk failed", { code: "SQLITE_IOERR" });
    }
  }
}

let fixture: Fixture | undefined;
let disk: FaultyDisk;

type Json = Readonly<Record<string, unknown>>;

const ID = { type: "text", name: "id", id: "text3208210256" };
const text = (name: string, id = name): Json => ({ type: "text", name, id });
const select = (maxSelect: number, name = "s"): Json => ({
  type: "select",
  name,
  id: "s",
  values: ["x", "y"],
  maxSelect,
});

async function prepare({ app, create }: Fixture): Promise<void> {
  await create({
    name: "posts",
    id: "posts_id",
    fields: [text("a"), text("b"), select(1)],
    indexes: ["create unique index by_a on posts (a)", "create index by_s on posts (s)"],
  });
  await create({
    name: "seen",
    id: "seen_id",
    type: "view",
    viewQuery: "select id, a, s from posts",
  });
  await create({ name: "people", type: "auth" });
  await create({ name: "self", id: "self_id" });
  for (const row of [
    { a: "1", b: "2", s: "x" },
    { a: "3", b: "4" },
  ])
    await app.save(app.newRecord("posts", row));
  const person = app.newRecord("people", { email: "a@b.co", password: "12345678" });
  await app.save(person);
  const reference = { collectionRef: person.collection.id, recordRef: person.id };
  await app.save(app.newRecord("_authOrigins", { ...reference, fingerprint: "f" }));
}

const update = (name: string, json: Json) => (app: App) =>
  app.save(decodeCollection(json, app.findCollection(name)));

const OPERATIONS: Readonly<Record<string, (app: App) => Promise<void>>> = {
  "a create": (app) =>
    app.save(
      decodeCollection({
        name: "fresh",
        fields: [text("a")],
        indexes: ["create index fresh_a on fresh (a)"],
      }),
    ),
  "a create for sign-in": (app) => app.save(decodeCollection({ name: "fresh", type: "auth" })),
  "a rename": update("posts", { name: "articles" }),
  "a change of fields": update("posts", {
    fields: [ID, text("b", "a"), text("a", "b"), select(1), text("new")],
  }),
  "a conversion": update("posts", {
    name: "articles",
    fields: [ID, text("a"), text("b"), select(2, "s")],
  }),
  "a change of rules": update("people", { authRule: "verified = true", listRule: "" }),
  "a new view": (app) =>
    app.save(
      decodeCollection({ name: "more", type: "view", viewQuery: "select a as id from seen" }),
    ),
  "a change of a view": update("seen", {
    name: "seen2",
    viewQuery: "select id, b as a from posts",
  }),
  "a delete": (app) => app.delete(app.findCollection("people")),
  "a delete of a view": (app) => app.delete(app.findCollection("seen")),
  "an import": (app) =>
    importCollections(
      app,
      [
        { id: "posts_id", name: "articles", fields: [text("a"), select(2)], indexes: [] },
        { name: "fresh", fields: [text("x")] },
        { id: "seen_id", name: "seen", viewQuery: "select id, s from articles" },
      ],
      true,
    ),
  "an import that a view depends on": (app) =>
    importCollections(app, [{ id: "posts_id", fields: [ID, text("a"), select(2)] }], false),
  "a truncation": (app) => truncateCollection(app, app.findCollection("posts")),
};

async function state(app: App): Promise<unknown> {
  return [await dump(app), cached(app)];
}

/** What the collections would be if they were read now. */
async function reread(app: App): Promise<string[]> {
  const cache = new CollectionCache();
  await cache.load(app.db);
  return cache.all().map((collection) => JSON.stringify(collectionToRow(collection)));
}

/** Collections whose table or view is not there. */
async function withoutTable(app: App): Promise<string[]> {
  const rows = await app.db.all<{ name: string }>({
    sql: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')",
    parameters: [],
  });
  const known = new Set(rows.map(({ name }) => name));
  return app.collections
    .all()
    .map(({ name }) => name)
    .filter((name) => !known.has(name));
}

let original: Fixture;

beforeAll(async () => {
  original = await startApp();
  await prepare(original);
  await original.app.terminate();
});
afterAll(() => rmSync(original.folder, { recursive: true }));
afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

/** Opens a copy of the prepared folder whose statements can be made to fail. */
async function open(): Promise<unknown> {
  await fixture?.close();
  fixture = await startApp(original.folder);
  vi.spyOn(fixture.app.logger, "warn").mockReturnValue();
  disk = new FaultyDisk();
  disk.mount(fixture.app);
  return state(fixture.app);
}

/** What is wrong after an operation one of whose statements failed: it must be done as a whole or not at all. */
async function findDamage(app: App, error: unknown, before: unknown): Promise<string[]> {
  const damage: string[] = [];
  if (!isDeepStrictEqual(cached(app), await reread(app)))
    damage.push("the cache is not what is stored");
  const missing = await withoutTable(app);
  if (missing.length > 0) damage.push(`no table of ${missing.join()}`);
  const isSame = isDeepStrictEqual(await state(app), before);
  if (error === undefined && isSame) damage.push("nothing was done");
  if (error !== undefined && !isSame) damage.push("something was done");
  if (error !== undefined && !String(error).includes("the disk failed")) damage.push(String(error));
  return damage;
}

describe("whichever statement fails,", () => {
  test.for(Object.entries(OPERATIONS))(
    "%s is done as a whole or not at all",
    { timeout: 60_000 },
    async ([, operate]) => {
      const damage: string[] = [];
      let before = await open();
      let failures = 0;
      for (let statement = 1; ; statement++) {
        const { app } = fixture!;
        disk.arm(statement);
        const error = await operate(app).catch((reason: unknown) => reason ?? "nothing");
        disk.disarm();
        const found = await findDamage(app, error, before);
        damage.push(...found.map((what) => `after statement ${statement} ${what}`));
        if (error === undefined && disk.count < statement) break;
        if (error === undefined || found.length > 0) {
          // It failed after the commit, where it costs a warning only: the operation itself is done.
          before = await open();
        } else failures++;
      }
      expect(damage).toEqual([]);
      expect(failures).toBeGreaterThan(3);
    },
  );
});
