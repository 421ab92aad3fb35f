import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { importCollections } from "../../src/collections/import.ts";
import { ValidationError } from "../../src/lib/errors.ts";
import { cached, dump, failureOf, type Fixture, startApp } from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startApp();
  const fields = [text("a", { id: "ia", max: 10 }), text("b", { id: "ib" })];
  const indexes = ["create index by_a on posts (a)"];
  await fixture.create({ name: "posts", id: "posts_id", fields, indexes, listRule: "" });
  await fixture.app.save(fixture.app.newRecord("posts", { id: "aaaaaaaaaaaaaa1", a: "A", b: "B" }));
});
afterEach(() => fixture.close());

type Json = Readonly<Record<string, unknown>>;

const text = (name: string, options: Json = {}) => ({ type: "text", name, ...options });
const run = (list: readonly Json[], deleteMissing = false) =>
  importCollections(fixture.app, list, deleteMissing);
const names = (name: string) => fixture.app.findCollection(name).fields.map((field) => field.name);

/** The message of the one problem that an import reports. */
async function reasonOf(operation: Promise<unknown>): Promise<unknown> {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ValidationError)) throw error;
  expect(error.errors).toMatchObject({
    collections: { code: "validation_collections_import_failure" },
  });
  return (error.errors["collections"] as { message: string }).message;
}

describe("an import", () => {
  test("makes new collections with the defaults of their kind", async () => {
    await run([
      { name: "one", fields: [text("x")] },
      { name: "people", type: "auth" },
    ]);
    expect(names("one")).toEqual(["id", "x"]);
    expect(fixture.app.findCollection("people").auth!.authToken.duration).toBe(432_000);
    expect(await fixture.rows("people")).toEqual([]);
  });

  test("reads onto a collection that it finds by id, and keeps what is not said", async () => {
    await run([
      { id: "posts_id", name: "articles", fields: [text("a", { id: "ia", max: 30 }), text("c")] },
    ]);
    const articles = fixture.app.findCollection("articles");
    expect([articles.id, articles.listRule]).toEqual(["posts_id", ""]);
    expect(names("articles")).toEqual(["a", "c", "id", "b"]);
    expect(articles.findField("a")!["max"]).toBe(30);
    expect(await fixture.rows("articles")).toMatchObject([{ a: "A", b: "B", c: "" }]);
  });

  test("finds a collection by name, and its fields too: no column is lost", async () => {
    await run([{ name: "POSTS", fields: [text("a")] }]);
    expect(await fixture.rows("posts")).toMatchObject([{ a: "A", b: "B" }]);
    expect(fixture.app.findCollection("posts").findField("a")!.id).toBe("ia");
  });

  test("takes a namesake of another type for a new field", async () => {
    await run([
      {
        id: "posts_id",
        name: "posts",
        fields: [text("a"), { type: "number", name: "b2", id: "n" }],
      },
    ]);
    expect(await fixture.rows("posts")).toMatchObject([{ a: "A", b: "B", b2: 0 }]);
  });

  test("that deletes what is missing deletes fields and collections, never system ones", async () => {
    await run([{ id: "posts_id", name: "posts", fields: [text("a", { id: "ia" })] }], true);
    expect(names("posts")).toEqual(["a", "id"]);
    expect(fixture.app.collections.all().map(({ name }) => name)).toEqual([
      "_mfas",
      "_otps",
      "_externalAuths",
      "_authOrigins",
      "_superusers",
      "posts",
    ]);
    expect(await fixture.rows("posts")).toEqual([{ a: "A", id: "aaaaaaaaaaaaaa1" }]);
  });

  test("gives a name again that it takes from a deleted collection", async () => {
    await run([{ name: "posts", id: "another_id", fields: [text("x")] }], true);
    expect(fixture.app.findCollection("posts").id).toBe("another_id");
    expect(await fixture.rows("posts")).toEqual([]);
  });

  test("saves views last, whatever their place", async () => {
    await run([
      { name: "seen", type: "view", viewQuery: "select id, x from one" },
      { name: "one", fields: [text("x")] },
    ]);
    expect(await fixture.rows("seen")).toEqual([]);
  });

  test("takes collections that refer to each other", async () => {
    const to = (collectionId: string) => ({ type: "relation", name: "r", collectionId });
    await run([
      { name: "one", id: "one_id", fields: [to("two_id")] },
      { name: "two", id: "two_id", fields: [to("one_id")] },
    ]);
    expect(names("one")).toEqual(["id", "r"]);
  });
});

describe("an import is refused as a whole", () => {
  async function unchanged(operation: () => Promise<unknown>): Promise<unknown> {
    const before = [await dump(fixture.app), cached(fixture.app)];
    const reason = await operation();
    expect([await dump(fixture.app), cached(fixture.app)]).toEqual(before);
    return reason;
  }

  test("when it is empty", async () => {
    expect(await unchanged(() => failureOf(run([], true)))).toBe("no collections to import");
  });

  // The messages are PocketBase 0.40.4's.
  test.for<[string, readonly Json[], string]>([
    [
      "when a field's name is taken",
      [{ name: "import1" }, { name: "import2", fields: [text("expand", { id: "x" })] }],
      'Data validations failed for collection "import2" (pbc_3894273008):\n{\n  "fields": {\n    "1": {\n      "name": "must not be in list"\n    }\n  }\n}.',
    ],
    [
      "when options and rules are wrong",
      [
        {
          id: "posts_id",
          fields: [
            { type: "select", name: "s", values: ["a"], maxSelect: 5 },
            { type: "number", name: "n", min: 5, max: 1 },
          ],
          listRule: "zz=1",
        },
      ],
      'Data validations failed for collection "posts" (posts_id):\n{\n  "fields": {\n    "0": {\n      "maxSelect": "must be no greater than 1"\n    },\n    "1": {\n      "max": "Must be greater or equal than 5"\n    }\n  },\n  "listRule": "Invalid rule. Raw error: invalid left operand \\"zz\\" - unknown field \\"zz\\""\n}.',
    ],
    [
      "when a relation leads nowhere",
      [
        {
          name: "one",
          id: "one_id",
          fields: [{ type: "relation", name: "r", collectionId: "nope" }],
        },
      ],
      'Data validations failed for collection "one" (one_id):\n{\n  "fields": {\n    "1": {\n      "collectionId": "The relation collection doesn\'t exist."\n    }\n  }\n}.',
    ],
    [
      "when a system collection's rule would change",
      [{ name: "_mfas", listRule: "" }],
      'Data validations failed for collection "_mfas" (pbc_2279338944):\n{\n  "listRule": "System collection API rule cannot be changed."\n}.',
    ],
    [
      "when a token would live too short",
      [{ name: "au2", type: "auth", authToken: { duration: 5 } }],
      'Data validations failed for collection "au2" (pbc_3389579418):\n{\n  "authToken": {\n    "duration": "must be no less than 10"\n  }\n}.',
    ],
    [
      "when a type is unknown",
      [{ name: "n1", type: "zzz" }],
      'Data validations failed for collection "n1" (pbc_2181358622):\n{\n  "type": "must be a valid value"\n}.',
    ],
  ])("%s", async ([, list, message]) => {
    expect(await unchanged(() => reasonOf(run(list)))).toBe(message);
  });

  test.for<[string, readonly Json[], string]>([
    [
      "a name is there twice",
      [
        { name: "dup", id: "d1" },
        { name: "dup", id: "d2" },
      ],
      'failed to save collection "dup": constraint failed: UNIQUE constraint failed: _collections.name (2067)',
    ],
    [
      "a view's query does not work",
      [{ name: "nv", type: "view", viewQuery: "select id, zzz from posts" }],
      'failed to save collection "nv": SQL logic error: no such column: zzz (1)',
    ],
    ["a value has a wrong type", [{ name: "n1", listRule: 5 }], "listRule: unexpected number"],
  ])("when %s", async ([, list, message]) => {
    expect(await unchanged(() => failureOf(run(list)))).toBe(message);
  });

  test("when an index cannot be made", async () => {
    const operation = run([{ id: "posts_id", indexes: ["create index i on posts (nope)"] }]);
    const error = (await operation.catch((reason: unknown) => reason)) as ValidationError;
    expect(error.errors).toMatchObject({
      indexes: {
        0: {
          code: "validation_invalid_index_expression",
          message: "Failed to create index i - SQL logic error: no such column: nope (1).",
        },
      },
    });
  });
});
