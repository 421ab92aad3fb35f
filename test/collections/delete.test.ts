import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { importCollections } from "../../src/collections/import.ts";
import { truncateCollection } from "../../src/collections/truncate.ts";
import { cached, dump, failureOf, type Fixture, startApp } from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startApp();
});
afterEach(() => fixture.close());

const remove = (name: string) => fixture.app.delete(fixture.app.findCollection(name));

async function tables(): Promise<string[]> {
  const rows = await fixture.app.db.all<{ name: string }>({
    sql: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
    parameters: [],
  });
  return rows.map(({ name }) => name);
}

describe("deleting a collection", () => {
  test("drops its table, or its view", async () => {
    await fixture.create({ name: "posts" });
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id from users" });
    await remove("posts");
    await remove("seen");
    expect(await tables()).toEqual(["users"]);
    expect(fixture.app.collections.find("posts")).toBeUndefined();
    expect(fixture.app.collections.find("seen")).toBeUndefined();
  });

  test("takes along what its auth records left in the system collections, and nothing else", async () => {
    const { app } = fixture;
    await fixture.create({ name: "people", type: "auth" });
    for (const name of ["people", "users"]) {
      const record = app.newRecord(name, { email: `a@${name}.co`, password: "12345678" });
      await app.save(record);
      const reference = { collectionRef: record.collection.id, recordRef: record.id };
      await app.save(app.newRecord("_mfas", { ...reference, method: "password" }));
      await app.save(app.newRecord("_otps", { ...reference, password: "12345678" }));
      await app.save(
        app.newRecord("_externalAuths", { ...reference, provider: "google", providerId: name }),
      );
      await app.save(app.newRecord("_authOrigins", { ...reference, fingerprint: "f" }));
    }
    await remove("people");
    for (const table of ["_mfas", "_otps", "_externalAuths", "_authOrigins"]) {
      expect(await fixture.rows(table)).toMatchObject([{ collectionRef: "_pb_users_auth_" }]);
    }
  });

  test("is refused for system collections", async () => {
    expect(await failureOf(remove("_mfas"))).toBe("[_mfas] system collections cannot be deleted");
    expect(await failureOf(remove("_superusers"))).toBe(
      "[_superusers] system collections cannot be deleted",
    );
  });

  test("is refused while other collections refer to it, but not for itself", async () => {
    const posts = await fixture.create({ name: "posts" });
    const relation = (name: string) => ({ type: "relation", name, collectionId: posts.id });
    await fixture.update("posts", { fields: [{ type: "text", name: "id" }, relation("parent")] });
    await fixture.create({ name: "a", fields: [relation("x"), relation("y")] });
    await fixture.create({ name: "b", fields: [relation("x")] });
    const before = [await dump(fixture.app), cached(fixture.app)];
    expect(await failureOf(remove("posts"))).toBe(
      "[posts] failed to delete due to existing relation references: a, b",
    );
    expect([await dump(fixture.app), cached(fixture.app)]).toEqual(before);
    await remove("a");
    await remove("b");
    await remove("posts");
    expect(await tables()).toEqual(["users"]);
  });

  test("is refused while a view selects from it", async () => {
    await fixture.create({ name: "posts" });
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id from posts" });
    const before = [await dump(fixture.app), cached(fixture.app)];
    expect(await failureOf(remove("posts"))).toBe(
      "[posts] failed to delete due to existing view dependency: [seen] SQL logic error: no such table: main.posts (1)",
    );
    expect([await dump(fixture.app), cached(fixture.app)]).toEqual(before);
  });
});

describe("truncating a collection", () => {
  const fill = async (table: string, count: number) => {
    const { app } = fixture;
    await app.db.run({
      sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO \`${table}\` (id) SELECT 'r' || i FROM n`,
      parameters: [count],
    });
  };

  test("deletes every record through its hooks", async () => {
    await fixture.create({ name: "posts" });
    await fill("posts", 1203);
    let deleted = 0;
    fixture.app.onRecordAfterDeleteSuccess("posts").bindFunc((event) => {
      deleted++;
      return event.next();
    });
    await truncateCollection(fixture.app, fixture.app.findCollection("posts"));
    expect(await fixture.rows("posts")).toEqual([]);
    expect(deleted).toBe(1203);
  });

  test("copes with records that go by a cascade among themselves", async () => {
    const { app } = fixture;
    await fixture.create({ name: "posts", id: "posts_id" });
    const parent = {
      type: "relation",
      name: "parent",
      collectionId: "posts_id",
      cascadeDelete: true,
    };
    const [id] = app.findCollection("posts").fields;
    await fixture.update("posts", { fields: [id, parent] });
    const first = app.newRecord("posts");
    await app.save(first);
    for (let index = 0; index < 3; index++)
      await app.save(app.newRecord("posts", { parent: first.id }));
    await truncateCollection(app, app.findCollection("posts"));
    expect(await fixture.rows("posts")).toEqual([]);
  });

  test("is undone as a whole when a record is required elsewhere", async () => {
    const { app } = fixture;
    const posts = await fixture.create({ name: "posts" });
    await fill("posts", 3);
    const post = { type: "relation", name: "post", collectionId: posts.id, required: true };
    await fixture.create({ name: "comments", fields: [post] });
    await app.save(app.newRecord("comments", { post: "r3" }));
    expect(await failureOf(truncateCollection(app, app.findCollection("posts")))).toContain(
      "required reference",
    );
    expect(await fixture.rows("posts")).toHaveLength(3);
  });

  test("ends when a handler keeps records", async () => {
    await fixture.create({ name: "posts" });
    await fill("posts", 2);
    fixture.app.onRecordDelete("posts").bindFunc(() => undefined);
    expect(
      await failureOf(truncateCollection(fixture.app, fixture.app.findCollection("posts"))),
    ).toBe("a handler keeps records from being deleted");
  });

  test("is refused for a view", async () => {
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id from users" });
    expect(
      await failureOf(truncateCollection(fixture.app, fixture.app.findCollection("seen"))),
    ).toBe("view collections cannot be truncated since they don't store their own records");
  });
});

test("an import that deletes what is missing does not ask for references", async () => {
  const posts = await fixture.create({ name: "posts" });
  const relation = { type: "relation", name: "post", collectionId: posts.id };
  await fixture.create({ name: "comments", fields: [relation] });
  await fixture.create({ name: "seen", type: "view", viewQuery: "select id from posts" });
  await importCollections(fixture.app, [{ name: "fresh" }], true);
  expect(await tables()).toEqual(["fresh"]);
});
