import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf, type Fixture, problemsOf, startApp } from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startApp();
});
afterEach(() => fixture.close());

type Json = Record<string, unknown>;

const ID = { type: "text", name: "id", id: "text3208210256" };
const text = (name: string, id = name): Json => ({ type: "text", name, id });
const select = (maxSelect: number, name = "s", id = "s"): Json => ({
  type: "select",
  name,
  id,
  maxSelect,
  values: ["x", "y", "z"],
});

async function insert(table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const columns = Object.keys(row);
  await fixture.app.db.run({
    sql: `INSERT INTO \`${table}\` (${columns.map((name) => `\`${name}\``).join()}) VALUES (${columns.map(() => "?").join()})`,
    parameters: Object.values(row),
  });
}

async function statements(like: string): Promise<string[]> {
  const rows = await fixture.app.db.all<{ sql: string }>({
    sql: "SELECT sql FROM sqlite_schema WHERE sql LIKE ? ORDER BY rowid",
    parameters: [like],
  });
  return rows.map((row) => row.sql);
}

describe("a new table", () => {
  test("has its columns in order of their bytes, with each type's definition", async () => {
    const types = [
      "text",
      "editor",
      "number",
      "bool",
      "email",
      "url",
      "date",
      "json",
      "password",
      "geoPoint",
    ];
    await fixture.create({
      name: "everything",
      fields: [
        ...types.map((type) => ({ type, name: type })),
        { type: "autodate", name: "B", onCreate: true },
        { type: "relation", name: "one", collectionId: "_pb_users_auth_", maxSelect: 1 },
        { type: "file", name: "many", maxSelect: 2 },
      ],
    });
    // As PocketBase 0.40.4 creates it.
    expect(await statements("CREATE TABLE `everything`%")).toEqual([
      "CREATE TABLE `everything` (`B` TEXT DEFAULT '' NOT NULL, `bool` BOOLEAN DEFAULT FALSE NOT NULL, `date` TEXT DEFAULT '' NOT NULL, `editor` TEXT DEFAULT '' NOT NULL, `email` TEXT DEFAULT '' NOT NULL, `geoPoint` JSON DEFAULT '{\"lon\":0,\"lat\":0}' NOT NULL, `id` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, `json` JSON DEFAULT NULL, `many` JSON DEFAULT '[]' NOT NULL, `number` NUMERIC DEFAULT 0 NOT NULL, `one` TEXT DEFAULT '' NOT NULL, `password` TEXT DEFAULT '' NOT NULL, `text` TEXT DEFAULT '' NOT NULL, `url` TEXT DEFAULT '' NOT NULL)",
    ]);
  });

  test("has its indexes in canonical form while the collection keeps the submitted text", async () => {
    const indexes = ["create unique index i on posts (a, b desc) where a != ''"];
    const collection = await fixture.create({
      name: "posts",
      fields: [text("a"), text("b")],
      indexes,
    });
    expect(collection.indexes).toEqual(indexes);
    expect(await statements("CREATE%INDEX `i`%")).toEqual([
      "CREATE UNIQUE INDEX `i` ON `posts` (\n  `a`,\n  `b` DESC\n) WHERE a != ''",
    ]);
  });
});

describe("a change of fields", () => {
  beforeEach(async () => {
    const indexes = ["create index by_a on posts (a)"];
    await fixture.create({ name: "posts", fields: [text("a"), text("b"), text("c")], indexes });
    await insert("posts", { id: "1", a: "A", b: "B", c: "C" });
  });

  test("renames columns by id, also when they swap their names", async () => {
    await fixture.update("posts", { fields: [ID, text("b", "a"), text("a", "b"), text("d", "c")] });
    expect(await fixture.rows("posts")).toEqual([{ id: "1", b: "A", a: "B", d: "C" }]);
  });

  test("renames in a ring", async () => {
    await fixture.update("posts", { fields: [ID, text("b", "a"), text("c", "b"), text("a", "c")] });
    expect(await fixture.rows("posts")).toEqual([{ id: "1", b: "A", c: "B", a: "C" }]);
  });

  test("drops what is not listed and adds what is new, with its default", async () => {
    const fields = [ID, text("a"), { type: "number", name: "n" }, { type: "json", name: "j" }];
    await fixture.update("posts", { fields });
    expect(await fixture.rows("posts")).toEqual([{ id: "1", a: "A", n: 0, j: null }]);
  });

  test("takes a new id for a new column, whatever its name", async () => {
    await fixture.update("posts", { fields: [ID, text("a", "other"), text("b"), text("c")] });
    expect(await fixture.rows("posts")).toEqual([{ id: "1", a: "", b: "B", c: "C" }]);
  });

  test("makes the indexes again", async () => {
    const fields = [ID, text("a2", "a"), text("b"), text("c")];
    const indexes = ["create index by_a on posts (a2)"];
    await fixture.update("posts", { fields, indexes });
    expect(await statements("CREATE INDEX `by_a`%")).toEqual([
      "CREATE INDEX `by_a` ON `posts` (`a2`)",
    ]);
  });

  test("is undone when an index cannot be made again", async () => {
    const update = fixture.update("posts", { fields: [ID, text("b"), text("c")] });
    expect(await problemsOf(update)).toEqual(["indexes.0: validation_invalid_index_expression"]);
    expect(await fixture.rows("posts")).toEqual([{ id: "1", a: "A", b: "B", c: "C" }]);
    expect(await statements("CREATE INDEX `by_a`%")).toHaveLength(1);
  });

  test("is undone when a view selects a column that goes", async () => {
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id, b from posts" });
    const reason = await failureOf(fixture.update("posts", { fields: [ID, text("a"), text("c")] }));
    expect(reason).toMatch(/^failed to drop column b - SQL logic error: error in view seen/);
    expect(await fixture.rows("seen")).toEqual([{ id: "1", b: "B" }]);
  });
});

describe("a change of name", () => {
  beforeEach(async () => {
    await fixture.create({
      name: "posts",
      fields: [text("a")],
      indexes: ["create index by_a on posts (a)"],
    });
    await insert("posts", { id: "1", a: "A" });
  });

  test("renames the table and puts the name into its indexes", async () => {
    await fixture.update("posts", { name: "articles" });
    expect(await fixture.rows("articles")).toEqual([{ id: "1", a: "A" }]);
    expect(await statements("CREATE INDEX `by_a`%")).toEqual([
      "CREATE INDEX `by_a` ON `articles` (`a`)",
    ]);
    expect(await statements("%posts%")).toEqual([]);
  });

  test("in case only leaves the table's name", async () => {
    await fixture.update("posts", { name: "Posts" });
    expect(await statements("CREATE TABLE `posts`%")).toHaveLength(1);
    expect(await fixture.rows("Posts")).toEqual([{ id: "1", a: "A" }]);
    expect(fixture.app.findCollection("posts").name).toBe("Posts");
  });
});

describe("one value and several", () => {
  const cells = async () => (await fixture.rows("posts")).map((row) => row["s"]);
  const change = (maxSelect: number) =>
    fixture.update("posts", { fields: [ID, select(maxSelect)] });

  test.for([
    ["", "[]"],
    ["x", '["x"]'],
    ['["x","y"]', '["x","y"]'],
    ["[]", "[]"],
    ['{"a":1}', '["{\\"a\\":1}"]'],
    ["[broken", '["[broken"]'],
    ["1", '["1"]'],
  ])("%j becomes the list %j", async ([before, after]) => {
    await fixture.create({ name: "posts", fields: [select(1)] });
    await insert("posts", { id: "1", s: before });
    await change(2);
    expect(await cells()).toEqual([after]);
  });

  test.for([
    ["[]", ""],
    ['["x"]', "x"],
    ['["x","y"]', "y"],
    ['["x",null]', ""],
    ["x", "x"],
    ["", ""],
  ])("the list %j becomes %j", async ([before, after]) => {
    await fixture.create({ name: "posts", fields: [select(2)] });
    await insert("posts", { id: "1", s: before });
    await change(1);
    expect(await cells()).toEqual([after]);
  });

  test.for([
    [1, "TEXT DEFAULT '' NOT NULL"],
    [2, "JSON DEFAULT '[]' NOT NULL"],
  ] as const)("maxSelect %i makes the column `%s`", async ([maxSelect, definition]) => {
    await fixture.create({ name: "posts", fields: [select(3 - maxSelect)] });
    await change(maxSelect);
    const [table] = await statements("CREATE TABLE `posts`%");
    expect(table).toContain(`\`s\` ${definition}`);
  });

  test("go there and back again for each type, names and indexes and views included", async () => {
    const many = (maxSelect: number, names: readonly string[]): Json[] => [
      ID,
      select(maxSelect, names[0]),
      { type: "relation", name: names[1], id: "r", collectionId: "_pb_users_auth_", maxSelect },
      { type: "file", name: names[2], id: "f", maxSelect },
    ];
    await fixture.create({
      name: "posts",
      fields: many(1, ["s", "r", "f"]),
      indexes: ["create index by_s on posts (s)"],
    });
    await fixture.create({ name: "seen", type: "view", viewQuery: "select id, s, f from posts" });
    await insert("posts", { id: "1", s: "x", r: "u1", f: "a.png" });
    await insert("posts", { id: "2" });
    await fixture.update("posts", { fields: many(3, ["s", "r", "f"]) });
    expect(await fixture.rows("posts")).toEqual([
      { id: "1", s: '["x"]', r: '["u1"]', f: '["a.png"]' },
      { id: "2", s: "[]", r: "[]", f: "[]" },
    ]);
    expect(await fixture.rows("seen")).toEqual([
      { id: "1", s: '["x"]', f: '["a.png"]' },
      { id: "2", s: "[]", f: "[]" },
    ]);
    expect(fixture.app.findCollection("seen").findField("s")!["maxSelect"]).toBe(3);
    await fixture.update("posts", { fields: many(1, ["s", "r2", "f"]) });
    expect(await fixture.rows("posts")).toEqual([
      { id: "1", s: "x", r2: "u1", f: "a.png" },
      { id: "2", s: "", r2: "", f: "" },
    ]);
    expect(await statements("CREATE INDEX `by_s`%")).toHaveLength(1);
  });
});

test("a lost table is made again", async () => {
  await fixture.create({ name: "posts", fields: [text("a")] });
  await fixture.app.db.run({ sql: "DROP TABLE posts", parameters: [] });
  await fixture.update("posts", { listRule: "" });
  expect(await fixture.rows("posts")).toEqual([]);
});
