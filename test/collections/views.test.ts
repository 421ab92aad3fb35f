import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dryRunView } from "../../src/collections/dry-run.ts";
import { failureOf, type Fixture, startApp } from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startApp();
  await fixture.create({
    name: "posts",
    fields: [
      { type: "text", name: "t", id: "t" },
      { type: "number", name: "n", id: "n" },
    ],
  });
  await fixture.app.save(fixture.app.newRecord("posts", { id: "aaaaaaaaaaaaaa1", t: "one", n: 1 }));
});
afterEach(() => fixture.close());

async function definition(name: string): Promise<string | undefined> {
  const row = await fixture.app.db.get<{ sql: string }>({
    sql: "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?",
    parameters: [name],
  });
  return row?.sql;
}

const ID = { type: "text", name: "id", id: "text3208210256" };

describe("a view", () => {
  test("is made of its query, and ignores submitted fields", async () => {
    const view = await fixture.create({
      name: "seen",
      type: "view",
      viewQuery: " select id, t as title from posts; ",
      fields: [{ type: "text", name: "ignored!" }],
    });
    expect(view.fields.map(({ name }) => name)).toEqual(["id", "title"]);
    expect(await definition("seen")).toBe(
      "CREATE VIEW `seen` AS SELECT * FROM (select id, t as title from posts)",
    );
    expect(fixture.app.findCollection("seen").view!.viewQuery).toBe(
      " select id, t as title from posts; ",
    );
    expect(await fixture.rows("seen")).toEqual([{ id: "aaaaaaaaaaaaaa1", title: "one" }]);
  });

  test("gets text ids", async () => {
    const viewQuery = "select (ROW_NUMBER() OVER()) as id, t from posts";
    await fixture.create({ name: "seen", type: "view", viewQuery });
    expect(await definition("seen")).toBe(
      "CREATE VIEW `seen` AS SELECT * FROM (SELECT CAST(`id` as TEXT) `id`,`t` FROM (select (ROW_NUMBER() OVER()) as id, t from posts))",
    );
    expect(await fixture.rows("seen")).toEqual([{ id: "1", t: "one" }]);
  });

  test("is replaced when its query or name changes", async () => {
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id, t from posts" });
    await fixture.update("seen", { name: "seen2", viewQuery: "select id, n from posts" });
    expect(await definition("seen")).toBeUndefined();
    expect(await fixture.rows("seen2")).toEqual([{ id: "aaaaaaaaaaaaaa1", n: 1 }]);
  });

  test("follows the fields it copies", async () => {
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id, t from posts" });
    await fixture.create({
      name: "seen_again",
      type: "view",
      viewQuery: "select id, t as tt from seen",
    });
    const fields = [
      ID,
      { type: "text", name: "t", id: "t", max: 7 },
      { type: "number", name: "n", id: "n" },
    ];
    await fixture.update("posts", { fields });
    expect(fixture.app.findCollection("seen").findField("t")!["max"]).toBe(7);
    expect(fixture.app.findCollection("seen_again").findField("tt")!["max"]).toBe(7);
  });

  test("that breaks by a renamed column stays, and the change is made", async () => {
    const warn = vi.spyOn(fixture.app.logger, "warn").mockReturnValue();
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id, t from posts" });
    const fields = [
      ID,
      { type: "text", name: "title", id: "t" },
      { type: "number", name: "n", id: "n" },
    ];
    await fixture.update("posts", { fields });
    expect(await fixture.rows("posts")).toMatchObject([{ title: "one" }]);
    // SQLite itself follows the rename inside its view, so that it still answers.
    expect(await fixture.rows("seen")).toEqual([{ id: "aaaaaaaaaaaaaa1", title: "one" }]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      "Dependent view collection(s) may need to be updated after posts collection change",
      { error: "[seen] SQL logic error: no such column: t (1)" },
    );
  });
});

describe("a dry run", () => {
  test("gives the fields and the first rows", async () => {
    for (let index = 2; index <= 12; index++) {
      await fixture.app.save(fixture.app.newRecord("posts", { t: `t${index}`, n: index }));
    }
    const { fields, sample } = await dryRunView(
      fixture.app,
      "select id, t from posts order by n",
      10,
    );
    expect(fields.map(({ name }) => name)).toEqual(["id", "t"]);
    expect(sample).toHaveLength(10);
    expect([sample[0]!.id, sample[0]!.get("t")]).toEqual(["aaaaaaaaaaaaaa1", "one"]);
    expect(sample[0]!.collection.name).toMatch(/^temp_view_\w{5}$/);
    expect(fixture.app.collections.find(sample[0]!.collection.name)).toBeUndefined();
  });

  test.for([
    ["select '' as id", "the query could return records with empty or invalid ids"],
    ["select 1 as id; select 2 as id", "multiple statements are not supported"],
    ["select null as id", "the query could return records with empty or invalid ids"],
    [
      "select id from (select 1 as id union all select 1)",
      "the query could return records with non-unique ids",
    ],
    ["select id, t as expand from posts", 'invalid field "expand" (1): name: must not be in list.'],
    [
      "select id, t as 'a b' from posts",
      'invalid field "a b" (1): name: must be in a valid format.',
    ],
  ])("of %s fails", async ([query, reason]) => {
    expect(await failureOf(dryRunView(fixture.app, query!, 10))).toBe(reason);
  });

  test("names the query that cannot be run", async () => {
    const reason = await failureOf(
      dryRunView(fixture.app, "select id, json(t) as j from posts", 10),
    );
    expect(reason).toMatch(
      /^failed to retrieve query records: SQL logic error: malformed JSON \(1\); failed query: SELECT /,
    );
  });
});
