import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../src/lib/errors.ts";
import { listRecords, type ListParams } from "../../src/records/list.ts";
import { planCompiles } from "../../src/records/plan.ts";
import type { RecordModel } from "../../src/records/record.ts";
import type { RequestInfo } from "../../src/records/request-info.ts";
import { createBlog, type QueryFixture, requestInfo, startQueryFixture } from "./query-fixture.ts";

let fixture: QueryFixture;
let root: RecordModel;
let ada: RecordModel;
let bob: RecordModel;

beforeAll(async () => {
  fixture = await startQueryFixture();
  await createBlog(fixture);
  root = fixture.app.newRecord("_superusers", {
    email: "root@example.com",
    password: "1234567890",
  });
  await fixture.app.save(root);
  ada = await fixture.record("users", "u1");
  bob = await fixture.record("users", "u2");
  await fixture.create({
    name: "many",
    type: "base",
    listRule: "",
    fields: [
      { name: "n", type: "number" },
      { name: "set", type: "select", values: ["x", "y"], maxSelect: 2 },
    ],
  });
  for (let n = 1; n <= 35; n++) {
    await fixture.insert("many", {
      id: `m${String(n).padStart(2, "0")}`,
      n,
      set: n % 2 ? '["x","y"]' : "[]",
    });
  }
});

afterAll(() => fixture.close());

beforeEach(() => fixture.update("posts", { listRule: "" }));

const list = (collection: string, params: ListParams, info: Partial<RequestInfo> = {}) =>
  listRecords(fixture.app, fixture.app.findCollection(collection), params, requestInfo(info));

const ids = async (...args: Parameters<typeof list>) =>
  (await list(...args)).items.map((record) => record.id).join(" ");

/** Statements that a list runs, and plans that it compiles. */
async function costOf(...args: Parameters<typeof list>) {
  const { app } = fixture;
  const [reads, plans] = [app.databaseFiles.data.counters.reads, planCompiles(app)];
  await list(...args);
  return { reads: app.databaseFiles.data.counters.reads - reads, plans: planCompiles(app) - plans };
}

describe("a page", () => {
  it("has 30 records unless said otherwise, in the table's order", async () => {
    const page = await list("many", {});
    expect(page).toMatchObject({ page: 1, perPage: 30, totalItems: 35, totalPages: 2 });
    expect(page.items.map((record) => record.id)).toEqual(
      Array.from({ length: 30 }, (_, n) => `m${String(n + 1).padStart(2, "0")}`),
    );
  });

  it.each([
    [{ page: "2" }, { page: 2, perPage: 30, totalItems: 35, totalPages: 2 }, 5],
    [{ page: "4", perPage: "10" }, { page: 4, perPage: 10, totalItems: 35, totalPages: 4 }, 5],
    [{ page: "9", perPage: "10" }, { page: 9, perPage: 10, totalItems: 35, totalPages: 4 }, 0],
    [{ perPage: "35" }, { page: 1, perPage: 35, totalItems: 35, totalPages: 1 }, 35],
    [{ perPage: "5000" }, { page: 1, perPage: 1000, totalItems: 35, totalPages: 1 }, 35],
    [{ skipTotal: "1" }, { page: 1, perPage: 30, totalItems: -1, totalPages: -1 }, 30],
    [{ filter: "n > 100" }, { page: 1, perPage: 30, totalItems: 0, totalPages: 0 }, 0],
    [
      { filter: "set:each ?= 'x'", perPage: "2", page: "2" },
      { page: 2, perPage: 2, totalItems: 18, totalPages: 9 },
      2,
    ],
  ])("%j", async (params, envelope, count) => {
    const page = await list("many", params);
    expect(page).toMatchObject(envelope);
    expect(page.items).toHaveLength(count);
  });

  it("has each record once, however many joined rows it meets", async () => {
    const page = await list("many", { filter: "set:each ?!= 'nope'", sort: "-n", perPage: "3" });
    expect(page.items.map((record) => record.id)).toEqual(["m35", "m34", "m33"]);
    expect(page.totalItems).toBe(35);
  });

  it("is sent with its keys in PocketBase's order", async () => {
    expect(Object.keys(await list("many", { perPage: "1" }))).toEqual([
      "items",
      "page",
      "perPage",
      "totalItems",
      "totalPages",
    ]);
  });
});

describe("the total", () => {
  it.each([
    ["of a page that is not full is known without a count", { perPage: "40" }, 1],
    ["of a last page that is not full is known too", { page: "2" }, 1],
    ["of a full page is counted", { perPage: "35" }, 2],
    ["beyond the last page is counted", { page: "3" }, 2],
    ["is not counted when it is skipped", { perPage: "5", skipTotal: "true" }, 1],
    ["of nothing found is known", { filter: "n > 100" }, 1],
  ])("%s", async (_, params, reads) => {
    expect((await costOf("many", params)).reads).toBe(reads);
  });

  it("of a view counts ids once, even on a page that is not full", async () => {
    // The check for repeated ids looks at the rows there are.
    await fixture.create({ name: "pages", type: "base", fields: [{ name: "n", type: "number" }] });
    await fixture.create({
      name: "twice",
      type: "view",
      listRule: "",
      viewQuery: "SELECT tags.id, pages.n FROM tags, pages",
    });
    for (let n = 0; n < 5; n++) await fixture.insert("pages", { id: `page${n}`, n });
    const page = await list("twice", {});
    expect(page.items).toHaveLength(15);
    expect(page.totalItems).toBe(3);
  });
});

describe("plans", () => {
  it.each<[string, Parameters<typeof list>, Parameters<typeof list>]>([
    [
      "literals",
      ["posts", { filter: "title = 'a' && rating > 1" }],
      ["posts", { filter: "title='b'&&rating>22" }],
    ],
    [
      "pages",
      ["posts", { sort: "title", page: "1", perPage: "2" }],
      ["posts", { sort: "title", page: "2", perPage: "2" }],
    ],
  ])("are shared by requests that differ in %s", async (_, first, second) => {
    await list(...first);
    expect((await costOf(...second)).plans).toBe(0);
  });

  it("are shared by callers whose rules have the same shape", async () => {
    await fixture.update("posts", {
      listRule: "author = @request.auth.id || @request.query.k = 'x'",
    });
    expect((await costOf("posts", { perPage: "40" }, { auth: ada })).plans).toBe(1);
    expect((await costOf("posts", { perPage: "40" }, { auth: bob })).plans).toBe(0);
    expect((await costOf("posts", { perPage: "40" }, { auth: ada, query: { k: "x" } })).plans).toBe(
      1,
    );
    expect((await costOf("posts", { perPage: "40" }, { auth: bob, query: { k: "y" } })).plans).toBe(
      0,
    );
    expect((await costOf("posts", { perPage: "40" }, { auth: bob, query: { k: "" } })).plans).toBe(
      1,
    );
    expect((await costOf("posts", { perPage: "40" })).plans).toBe(1);
  });

  it("give every caller their own values", async () => {
    await fixture.update("posts", { listRule: "author = @request.auth.id" });
    expect(await ids("posts", { sort: "id" }, { auth: ada })).toBe("p1 p5");
    expect(await ids("posts", { sort: "id" }, { auth: bob })).toBe("p2");
    expect(await ids("posts", { sort: "id" })).toBe("p3");
    expect(await ids("posts", { sort: "id" }, { auth: ada })).toBe("p1 p5");
  });

  it("keep empty and filled literals apart", async () => {
    expect(await ids("posts", { filter: "author = 'u1'", sort: "id" })).toBe("p1 p5");
    expect(await ids("posts", { filter: "author = ''", sort: "id" })).toBe("p3");
    expect(await ids("posts", { filter: "author = 'u2'", sort: "id" })).toBe("p2");
    expect(await ids("posts", { filter: "title ~ ''", sort: "id" })).toBe("p1 p2 p3 p4 p5");
    expect(await ids("posts", { filter: "title ~ 'o%'", sort: "id" })).toBe("p1 p5");
  });

  it("follow a changed collection", async () => {
    expect(await ids("posts", { filter: "id ~ 'p'", sort: "id" })).toBe("p1 p2 p3 p4 p5");
    await fixture.update("posts", { listRule: "public = true" });
    expect(await ids("posts", { filter: "id ~ 'p'", sort: "id" })).toBe("p1 p2 p5");
  });

  it("follow a changed collection that they join", async () => {
    expect(await ids("posts", { filter: "author.name != ''", sort: "id" })).toBe("p1 p2 p5");
    await fixture.update("users", { listRule: "name = 'bob'" });
    expect(await ids("posts", { filter: "author.name != ''", sort: "id" })).toBe("p2");
    await fixture.update("users", { listRule: "" });
  });
});

describe("the list rule", () => {
  it("filters rows, together with the client's filter", async () => {
    await fixture.update("posts", { listRule: "public = true || author = 'gone'" });
    expect(await ids("posts", { sort: "id" })).toBe("p1 p2 p4 p5");
    expect(await ids("posts", { sort: "id", filter: "rating < 2 || rating > 5" })).toBe("p1 p4 p5");
    expect(await ids("posts", { sort: "id" }, { auth: root })).toBe("p1 p2 p3 p4 p5");
  });

  it("shares its joins with the client's filter: any-operators then speak of the same joined row", async () => {
    await fixture.update("posts", { listRule: "comments_via_post.likes ?> 1" });
    expect(await ids("posts", { filter: "comments_via_post.text ?= 'first'" })).toBe("");
    expect(await ids("posts", { filter: "comments_via_post.text ?= 'second'" })).toBe("p1");
  });
});

describe("sorting", () => {
  it.each([
    ["-rating", "p5 p2 p1 p3 p4"],
    ["+title", "p3 p4 p1 p5 p2"],
    ["title:lower,id", "p3 p4 p1 p5 p2"],
    ["public,-id", "p4 p3 p5 p2 p1"],
    ["author.name,-rating", "p3 p4 p5 p1 p2"],
    ["data.x,id", "p2 p3 p5 p1 p4"],
    ["labels:length,id", "p3 p1 p4 p2 p5"],
    ["@rowid", "p1 p2 p3 p4 p5"],
    ["-@rowid", "p5 p4 p3 p2 p1"],
  ])("by %s", async (sort, expected) => {
    expect(await ids("posts", { sort }, { auth: root })).toBe(expected);
  });

  it("at random gives every record", async () => {
    expect((await ids("posts", { sort: "@random" })).split(" ").toSorted().join(" ")).toBe(
      "p1 p2 p3 p4 p5",
    );
  });
});

describe("what is not valid", () => {
  it.each<[string, ListParams]>([
    ["a page", { page: "x" }],
    ["a number of rows", { perPage: "1.5" }],
    ["a flag", { skipTotal: "yes" }],
    ["a filter", { filter: "title =" }],
    ["a field", { filter: "nope = 1" }],
    ["a sort", { sort: "nope" }],
    ["a JSON path that SQLite refuses", { filter: "data..a = 1" }],
    ["a filter that is too long", { filter: `title = '${"x".repeat(3500)}'` }],
    [
      "too many joins",
      {
        filter:
          Array.from({ length: 33 }, (_, n) => `@collection.tags:t${n}.id ?= 'a'`).join("&&") +
          "&&" +
          Array.from({ length: 33 }, (_, n) => `@collection.posts:p${n}.id ?= 'a'`).join("&&"),
      },
    ],
  ])("%s is a 400 that tells nothing", async (_, params) => {
    const refusal = await list("posts", params, { auth: root }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({
      status: 400,
      message: "Something went wrong while processing your request.",
      data: {},
    });
  });
});

describe("views", () => {
  it("are listed like tables, without a row id", async () => {
    expect(await ids("post_view", { filter: "title ~ 'one'", sort: "id" })).toBe("p1 p5");
    expect(await ids("post_view", { filter: "author.name = 'ada'", sort: "-id" })).toBe("p5 p1");
    await expect(list("post_view", { sort: "@rowid" })).rejects.toMatchObject({ status: 400 });
  });
});
