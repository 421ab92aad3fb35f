import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, startFixture } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
  const { root } = fixture;
  const authors = await root.collections.create({
    name: "authors",
    type: "base",
    fields: [{ name: "name", type: "text" }],
  });
  const relation = (options: object) => ({
    name: "author",
    type: "relation",
    collectionId: authors.id,
    ...options,
  });
  const books = await root.collections.create({
    name: "books",
    type: "base",
    fields: [relation({ cascadeDelete: true })],
  });
  await root.collections.create({
    name: "pages",
    type: "base",
    fields: [{ name: "book", type: "relation", collectionId: books.id, cascadeDelete: true }],
  });
  await root.collections.create({ name: "notes", type: "base", fields: [relation({})] });
  await root.collections.create({
    name: "panels",
    type: "base",
    fields: [relation({ maxSelect: 5, cascadeDelete: true })],
  });
  await root.collections.create({
    name: "prizes",
    type: "base",
    fields: [relation({ required: true })],
  });
});

afterAll(() => fixture.server.close());

beforeEach(async () => {
  for (const name of ["pages", "books", "notes", "panels", "prizes", "authors"]) {
    await fixture.root.send(`/api/collections/${name}/truncate`, { method: "DELETE" });
  }
});

const make = async (collection: string, data: object = {}) =>
  (await fixture.root.collection(collection).create(data)).id;
const idsOf = async (collection: string) =>
  (await fixture.root.collection(collection).getFullList({ sort: "id" })).map(({ id }) => id);

describe("deleting a record", () => {
  it("deletes what cascades, level by level", async () => {
    const [author, other] = [await make("authors"), await make("authors")];
    const kept = await make("books", { author: other });
    for (let index = 0; index < 3; index++) {
      const book = await make("books", { author });
      for (let page = 0; page < 2; page++) await make("pages", { book });
    }
    const keptPage = await make("pages", { book: kept });
    await fixture.root.collection("authors").delete(author);
    expect(await idsOf("authors")).toEqual([other]);
    expect(await idsOf("books")).toEqual([kept]);
    expect(await idsOf("pages")).toEqual([keptPage]);
  });

  it("empties references that do not cascade", async () => {
    const author = await make("authors");
    const note = await make("notes", { author });
    await fixture.root.collection("authors").delete(author);
    expect(await fixture.root.collection("notes").getOne(note)).toMatchObject({ author: "" });
  });

  it("deletes a record with several references only with the last one", async () => {
    const [a, b] = [await make("authors"), await make("authors")];
    const panel = await make("panels", { author: [a, b] });
    await fixture.root.collection("authors").delete(a);
    expect(await fixture.root.collection("panels").getOne(panel)).toMatchObject({ author: [b] });
    await fixture.root.collection("authors").delete(b);
    expect(await idsOf("panels")).toEqual([]);
  });

  it("changes nothing when a required reference would be left empty", async () => {
    const author = await make("authors");
    const [book, note] = [await make("books", { author }), await make("notes", { author })];
    await make("prizes", { author });
    const answer = await fixture.send("DELETE", `/api/collections/authors/records/${author}`, {
      token: fixture.root.authStore.token,
    });
    expect(answer).toEqual({
      status: 400,
      body: {
        data: {},
        message:
          "Failed to delete record. Make sure that the record is not part of a required relation reference.",
        status: 400,
      },
    });
    expect(await idsOf("books")).toEqual([book]);
    expect(await fixture.root.collection("notes").getOne(note)).toMatchObject({ author });
  });

  it("fires delete and update hooks for every record it touches, inside the transaction", async () => {
    const { app } = fixture.server;
    const seen: string[] = [];
    const onDelete = app.onRecordDelete().bindFunc(async (event) => {
      seen.push(`delete ${event.record.collection.name} ${event.app.isTransaction}`);
      await event.next();
    });
    const onUpdate = app.onRecordUpdate().bindFunc(async (event) => {
      seen.push(`update ${event.record.collection.name} ${event.app.isTransaction}`);
      await event.next();
    });
    try {
      const author = await make("authors");
      await make("books", { author });
      await make("notes", { author });
      await fixture.root.collection("authors").delete(author);
    } finally {
      app.onRecordDelete().unbind(onDelete);
      app.onRecordUpdate().unbind(onUpdate);
    }
    expect(seen).toEqual(["delete authors false", "delete books true", "update notes true"]);
  });
});
