import { expect, onTestFinished, test } from "vitest";
import { CollectionCache } from "../../src/collections/cache.ts";
import { newCollection } from "../../src/collections/scaffold.ts";
import { createField } from "../../src/fields/index.ts";
import { startApp } from "./fixture.ts";

const relation = (name: string, collectionId: string) =>
  createField({ type: "relation", name, id: name, collectionId });

function cacheOf(...names: [name: string, id: string][]): CollectionCache {
  return new CollectionCache(names.map(([name, id]) => newCollection("base", name, id)));
}

test("a collection is found by its exact id and by its name in any case", () => {
  const cache = cacheOf(["Posts", "AbC"]);
  for (const key of ["Posts", "posts", "POSTS", "AbC"]) expect(cache.find(key)?.name).toBe("Posts");
  for (const key of ["abc", "post", ""]) expect(cache.find(key)).toBeUndefined();
});

test("the older one is found when one's name is another's id", () => {
  expect(cacheOf(["a", "1"], ["b", "A"]).find("A")?.id).toBe("1");
  expect(cacheOf(["b", "A"], ["a", "1"]).find("A")?.id).toBe("A");
});

test("references are the relation fields that refer to a collection, its own too", () => {
  const [a, b] = [newCollection("base", "a", "aid"), newCollection("base", "b", "bid")];
  a.fields.push(relation("self", "aid"));
  b.fields.push(relation("one", "aid"), relation("two", "aid"), relation("other", "bid"));
  const cache = new CollectionCache([a, b]);
  const names = (id: string) =>
    cache.references(id).map(({ collection, field }) => `${collection.name}.${field.name}`);
  expect(names("aid")).toEqual(["a.self", "b.one", "b.two"]);
  expect(names("bid")).toEqual(["b.other"]);
  expect(names("none")).toEqual([]);
});

test("a load keeps the instances of what has not changed", async () => {
  const { app, create, update, close } = await startApp();
  onTestFinished(close);
  await create({ name: "posts" });
  const [users, posts, version] = [
    app.findCollection("users"),
    app.findCollection("posts"),
    app.collections.version,
  ];
  await update("posts", { listRule: "" });
  expect(app.findCollection("users")).toBe(users);
  expect(app.findCollection("posts")).not.toBe(posts);
  expect(app.findCollection("posts").listRule).toBe("");
  expect(app.collections.version).toBeGreaterThan(version);
  await app.collections.reload(app.db);
  expect(app.findCollection("users")).not.toBe(users);
});

test("a fork goes its own way until it is adopted", () => {
  const cache = cacheOf(["a", "1"]);
  const fork = cache.fork();
  expect([fork.version, fork.find("a")]).toEqual([cache.version, cache.find("a")]);
  const later = cacheOf(["b", "2"]);
  expect(fork.adopt(later)).toBe(true);
  expect([cache.find("b"), fork.find("b")?.id]).toEqual([undefined, "2"]);
  expect(cache.adopt(fork)).toBe(true);
  expect(cache.all()).toBe(later.all());
  expect(cache.version).toBe(later.version);
});

test("what was loaded before is not adopted", () => {
  const earlier = cacheOf(["a", "1"]);
  const later = cacheOf(["b", "2"]);
  expect(later.adopt(earlier)).toBe(false);
  expect(later.find("b")?.id).toBe("2");
});
