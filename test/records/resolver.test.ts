import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiError } from "../../src/lib/errors.ts";
import { listRecords } from "../../src/records/list.ts";
import { statementOf } from "../../src/records/plan.ts";
import type { RecordModel } from "../../src/records/record.ts";
import type { RequestInfo } from "../../src/records/request-info.ts";
import { parseFilter } from "../../src/filter/parser.ts";
import { matchesRule } from "../../src/records/rule.ts";
import { createBlog, type QueryFixture, requestInfo, startQueryFixture } from "./query-fixture.ts";

let fixture: QueryFixture;
let root: RecordModel;
let ada: RecordModel;

beforeAll(async () => {
  fixture = await startQueryFixture();
  await createBlog(fixture);
  root = fixture.app.newRecord("_superusers", {
    email: "root@example.com",
    password: "1234567890",
  });
  await fixture.app.save(root);
  ada = await fixture.record("users", "u1");
});

afterAll(() => fixture.close());

/** The ids that a superuser finds, or what the filter is refused with. */
async function find(
  collection: string,
  filter: string,
  info: Partial<RequestInfo> = {},
): Promise<string> {
  const params = { filter, sort: "id", perPage: "500" };
  const request = requestInfo({ auth: root, ...info });
  try {
    const page = await listRecords(
      fixture.app,
      fixture.app.findCollection(collection),
      params,
      request,
    );
    return page.items.map((record) => record.id).join(" ");
  } catch (error) {
    const { status, cause } = error as ApiError;
    return `${status}: ${cause instanceof Error ? cause.message : ""}`;
  }
}

/** What follows WHERE, without quotes. */
function conditionOf(
  collection: string,
  filter: string,
  info: RequestInfo = requestInfo({ auth: root }),
): string {
  const parsed = parseFilter(filter);
  const { sql } = statementOf(
    fixture.app,
    {
      collection: fixture.app.findCollection(collection),
      kind: "count",
      rule: "",
      filter: parsed,
      allowHidden: true,
    },
    { now: new Date(), info, literals: parsed.literals, values: {} },
  );
  return sql.replaceAll("`", "").replace(/^.* WHERE /, "");
}

const EACH = (column: string) =>
  `json_each(CASE WHEN iif(json_valid(${column}), json_type(${column})='array', FALSE) THEN ${column} ELSE json_array(${column}) END)`;

describe("fields", () => {
  it.each([
    ["title = 'one'", "posts.title = ?", "p5"],
    ["title != 'one'", "posts.title IS NOT ?", "p1 p2 p3 p4"],
    ["title = ''", "(posts.title = '' OR posts.title IS NULL)", "p3"],
    ["title ~ 'ONE'", "posts.title LIKE (? || '') ESCAPE '\\'", "p1 p5"],
    ["title ~ '0%_'", "posts.title LIKE ? ESCAPE '\\'", ""],
    ["title ~ '%_off'", "posts.title LIKE ? ESCAPE '\\'", "p4"],
    ["title ~ '_'", "posts.title LIKE (? || '') ESCAPE '\\'", "p4"],
    ["title:lower = 'one'", "LOWER(posts.title) = ?", "p1 p5"],
    ["rating >= 2.5", "posts.rating >= ?", "p2 p5"],
    ["rating = '1'", "posts.rating = ?", "p1"],
    ["title = 1", "posts.title = ?", ""],
    ["public = true", "posts.public = 1", "p1 p2 p5"],
    ["public != TRUE", "posts.public IS NOT 1", "p3 p4"],
    ["status = 'live'", "posts.status = ?", "p1 p2"],
    ["labels = '[\"a\"]'", "posts.labels = ?", "p1"],
    ["labels ~ 'a'", "posts.labels LIKE (? || '') ESCAPE '\\'", "p1 p2"],
    ["title = status", "COALESCE(posts.title, '') = COALESCE(posts.status, '')", "p3"],
    ["secret = ''", "(posts.secret = '' OR posts.secret IS NULL)", "p1 p2 p3 p4 p5"],
    [
      "id = 'p1' || id = 'p2' && public = false",
      "(posts.id = ? OR posts.id = ? AND posts.public = 0)",
      "p1",
    ],
  ])("%s", async (filter, condition, ids) => {
    expect(conditionOf("posts", filter)).toBe(condition);
    expect(await find("posts", filter)).toBe(ids);
  });

  it.each([
    ["data.x = 1", "p1"],
    ["data.x != 1", "p2 p3 p4 p5"],
    ["data.x = ''", "p4"],
    ["data.x = null", "p2 p3 p5"],
    ["data = 'text'", "p2"],
    ["data = null", "p3"],
    ["data.list.0.k = 'v'", "p1"],
    ["data.0 = 1", "p5"],
    ["data.1 > 1", "p5"],
    ["data ~ 'x'", "p1 p2 p4"],
    ["data:lower = 'text'", "p2"],
    ["place.lon = 0", "p2 p3"],
    ["place.lat > 42", "p1 p5"],
    ["geoDistance(place.lon, place.lat, 23.32, 42.69) < 25", "p1 p5"],
    ["geoDistance(place.lon, place.lat, 0, 0) = 0", "p2 p3"],
    ["geoDistance(place.lon, place.lat, null, 0) = null", "p1 p2 p3 p4 p5"],
  ])("inside JSON: %s", async (filter, ids) => {
    expect(await find("posts", filter)).toBe(ids);
  });

  it.each([
    ["labels:length = 2", "p2 p5"],
    ["labels:length = 0", "p3"],
    ["status:length = 1", "p1 p2 p4 p5"],
    ["title:length = 'one'", "p5"],
    ["labels:each = 'a'", "p1"],
    ["labels:each ?= 'a'", "p1 p2"],
    ["labels:each != 'a'", "p3 p4 p5"],
    ["labels:each ?!= 'a'", "p2 p3 p4 p5"],
    ["status:each = 'live'", "p1 p2"],
    ["title:each = 'one'", "p5"],
    ["tags:each ?= 'gone'", "p4"],
  ])("modifiers: %s", async (filter, ids) => {
    expect(await find("posts", filter)).toBe(ids);
  });
});

describe("relations", () => {
  it.each([
    ["author.name = 'ada'", "posts_author.name = ?", "p1 p5"],
    ["author.name != 'ada'", "posts_author.name IS NOT ?", "p2 p3 p4"],
    ["author.name = ''", "(posts_author.name = '' OR posts_author.name IS NULL)", "p3 p4"],
    ["author.id = 'u1'", "posts.author = ?", "p1 p5"],
    ["author = 'gone'", "posts.author = ?", "p4"],
    ["author.id:lower = 'u1'", "LOWER(posts_author.id) = ?", "p1 p5"],
    ["details_via_post.size = 10", "posts_details_via_post.size = ?", "p1"],
    ["details_via_post.size != 10", "posts_details_via_post.size IS NOT ?", "p2 p3 p4 p5"],
  ])("with one value: %s", async (filter, condition, ids) => {
    expect(conditionOf("posts", filter)).toBe(condition);
    expect(await find("posts", filter)).toBe(ids);
  });

  // The worked example: every value must match, and a missing one does not fail a plain comparison.
  it.each([
    ["tags.name ?= 'red'", "p1 p2 p4"],
    ["tags.name = 'red'", "p1 p4"],
    ["tags.name ?!= 'red'", "p2 p3 p4 p5"],
    ["tags.name != 'red'", "p3 p5"],
    ["tags.name = ''", "p3 p5"],
    ["tags.name ?= ''", "p3 p4 p5"],
    ["tags.name ~ 'e'", "p1 p2 p4"],
    ["tags.name !~ 'blue'", "p1 p4 p5"],
    ["tags.name > 'bz'", "p1 p4"],
    ["'red' = tags.name", "p1 p4"],
    ["tags.id ?= 'b'", "p2"],
    ["tags.name:lower ?= 'blue'", "p2"],
    ["comments_via_post.likes >= 1", "p1"],
    ["comments_via_post.likes > 1", ""],
    ["comments_via_post.likes ?> 1", "p1"],
    ["comments_via_post.text = 'first'", "p2"],
    ["comments_via_post.text ?= 'first'", "p1 p2"],
    ["comments_via_post.id = ''", "p3 p4 p5"],
    ["COMMENTS_via_post.likes ?> 1", "p1"],
    ["comments0000000_via_post.likes ?> 1", "p1"],
    ["tags.name ?= comments_via_post.text", "p3 p4 p5"],
  ])("with several values: %s", async (filter, ids) => {
    expect(await find("posts", filter)).toBe(ids);
  });

  it.each([
    ["post.tags.name ?= 'blue'", "c3"],
    ["post.tags.name = 'red'", "c1 c2"],
    ["post.author.name = 'ada'", "c1 c2"],
    ["post.comments_via_post.likes ?= 5", "c1 c2"],
    ["post.labels:length > 1", "c3"],
    ["post.data.x = 1", "c1 c2"],
    ["post.details_via_post.size < 15", "c1 c2"],
  ])("over two hops: %s", async (filter, ids) => {
    expect(await find("comments", filter)).toBe(ids);
  });

  it("tests one joined row with any-operators on the same path", async () => {
    expect(
      await find("posts", "comments_via_post.text ?= 'first' && comments_via_post.likes ?> 1"),
    ).toBe("");
    expect(
      await find("posts", "comments_via_post.text ?= 'second' && comments_via_post.likes ?> 1"),
    ).toBe("p1");
  });

  it("joins a path once and walks it again inside the sub-query of all values", async () => {
    const info = requestInfo({ auth: root });
    const parsed = parseFilter("tags.name = 'red' && tags.name != ''");
    const { sql } = statementOf(
      fixture.app,
      {
        collection: fixture.app.findCollection("posts"),
        kind: "count",
        rule: "",
        filter: parsed,
        allowHidden: true,
      },
      { now: new Date(), info, literals: parsed.literals, values: {} },
    );
    const inner = `SELECT __mm_posts_tags.name AS multiMatchValue FROM posts __mm_posts LEFT JOIN ${EACH("__mm_posts.tags")} __mm_posts_tags_je LEFT JOIN tags __mm_posts_tags ON __mm_posts_tags.id = __mm_posts_tags_je.value WHERE __mm_posts.id = posts.id`;
    expect(sql.replaceAll("`", "")).toBe(
      `SELECT COUNT(DISTINCT posts._rowid_) AS total FROM posts LEFT JOIN ${EACH("posts.tags")} __je_posts_tags LEFT JOIN tags posts_tags ON posts_tags.id = __je_posts_tags.value` +
        ` WHERE ((posts_tags.name = ? AND NOT EXISTS (SELECT 1 FROM (${inner}) __sm1 WHERE NOT (__sm1.multiMatchValue = ?)))` +
        ` AND ((posts_tags.name IS NOT '' AND posts_tags.name IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM (${inner}) __sm2 WHERE NOT ((__sm2.multiMatchValue IS NOT '' AND __sm2.multiMatchValue IS NOT NULL)))))`,
    );
  });

  it("keeps joins apart whose PocketBase aliases would be the same", async () => {
    await fixture.create({
      id: "clash1000000000",
      name: "x",
      type: "base",
      fields: [{ name: "n", type: "number" }],
    });
    await fixture.create({
      name: "clash",
      type: "base",
      fields: [
        { name: "a", type: "relation", collectionId: "clash1000000000", maxSelect: 1 },
        { name: "b", type: "relation", collectionId: "clash1000000000", maxSelect: 9 },
      ],
    });
    await fixture.update("x", {
      fields: [
        ...fixture.app.findCollection("x").fields,
        { name: "b", type: "relation", collectionId: "clash1000000000", maxSelect: 1 },
        { name: "a_b", type: "relation", collectionId: "clash1000000000", maxSelect: 1 },
      ],
    });
    await fixture.insert(
      "x",
      { id: "x1", n: 1, b: "x2", a_b: "x3" },
      { id: "x2", n: 2, a_b: "" },
      { id: "x3", n: 3, b: "" },
    );
    await fixture.update("clash", {
      fields: [
        ...fixture.app.findCollection("clash").fields,
        { name: "a_b", type: "relation", collectionId: "clash1000000000", maxSelect: 1 },
      ],
    });
    await fixture.insert("clash", { id: "k1", a: "x1", a_b: "x3", b: "[]" });
    expect(await find("clash", "a.b.n = 2 && a_b.n = 3")).toBe("k1");
  });
});

describe("names that cannot be used", () => {
  it.each([
    ["nope = 1", 'unknown field "nope"'],
    ["title.x = 1", 'field "title" is not a valid relation'],
    ["author.nope = 1", 'unknown field "nope"'],
    ["nope.x = 1", 'failed to resolve field "nope"'],
    ["nope_via_post.id = 1", 'failed to load back relation field "nope_via_post" collection'],
    ["comments_via_nope.id = 1", 'missing back relation field "nope"'],
    ["comments_via_text.id = 1", 'invalid back relation field "text"'],
    ["posts_via_tags.id = 1", 'invalid collection reference of a back relation field "tags"'],
    ["title:nope = 1", 'unknown modifier in "title:nope"'],
    ["title:each:lower = 1", 'unknown field "title:each:lower"'],
    ["@request.nope = 1", 'failed to resolve field "@request.nope"'],
    ["@request.method:lower = 1", "failed to resolve field"],
    ["@request.auth = 1", "failed to resolve field"],
    ["@collection.nope.id = 1", 'failed to load collection "nope"'],
    ["@collection.posts = 1", "failed to resolve field"],
    ["@nope = 1", "failed to resolve field"],
    ["a..b = 1", 'failed to resolve field "a"'],
    ["@request.query.a:each = 1", "invalid modifier sequence a:each"],
    ["@request.body.title:each = 1", 'field "title" doesn\'t support multivalue operations'],
    ["@request.body.title:length = 1", 'field "title" doesn\'t support multivalue operations'],
    ["@request.body.nope:changed = true", "invalid modifier sequence nope:changed"],
  ])("%s", async (filter, message) => {
    const answer = await find("posts", filter);
    expect(answer).toMatch(/^400: invalid left operand/);
    expect(answer).toContain(message);
  });

  it("follows six relations and no more", async () => {
    const path = (hops: number) =>
      `${"post.comments_via_post.".repeat(3).split(".").slice(0, hops).join(".")}.id = ''`;
    expect(await find("comments", path(6))).not.toContain("400");
    expect(
      await find(
        "comments",
        `post.comments_via_post.post.comments_via_post.post.comments_via_post.post.title = ''`,
      ),
    ).toContain('max nested relations reached for field "post"');
  });
});

describe("@request", () => {
  const info = () => ({
    method: "POST",
    context: "batch" as const,
    query: { a: "x", empty: "", n: "5", rating: "2.5" },
    headers: { x_key: "K", accept: "A" },
    body: {
      title: "Two",
      rating: 3,
      status: "live",
      labels: ["a", "b"],
      tags: ["a"],
      author: "u1",
      data: { deep: [{ v: 1 }] },
      nothing: null,
      flag: true,
    },
  });

  it.each([
    ["@request.context = 'batch'", true],
    ["@request.method = 'POST'", true],
    ["@request.query.a = 'x'", true],
    ["@request.query.a:lower = 'x'", true],
    ["@request.query.missing = ''", true],
    ["@request.query.missing:isset = false", true],
    ["@request.query.empty:isset = true", true],
    ["@request.query.empty = null", true],
    ["@request.query.a.b = ''", true],
    ["@request.query.n = 5", false],
    ["@request.query.n = '5'", true],
    // A field of the collection with this name is a number, so the text counts as one.
    ["@request.query.rating = 2.5", true],
    ["@request.query.a:isset:lower = true", false],
    ["@request.headers.x_key = 'K'", true],
    ["@request.body.title:lower = 'two'", true],
    ["@request.body.rating > 2", true],
    ["@request.body.data.deep.0.v = 1", true],
    ["@request.body.nothing = null", true],
    ["@request.body.nothing:isset = true", true],
    ["@request.body.flag = true", true],
    ["@request.body.labels:length = 2", true],
    ['@request.body.labels = \'["a","b"]\'', true],
    ["@request.body.labels:each ?= 'b'", true],
    ["@request.body.labels:each = 'b'", false],
    ["@request.body.labels:each ~ '%'", true],
    ["@request.body.tags.name = 'red'", true],
    ["@request.body.author.name = 'ada'", true],
    ["@request.body.author.nope = null", true],
    ["@request.body.missing.name = ''", true],
    ["@request.auth.id = 'u1'", true],
    ["@request.auth.collectionName = 'users'", true],
    ["@request.auth.collectionId = '_pb_users_auth_'", true],
    ["@request.auth.email = 'ada@example.com'", true],
    ["@request.auth.verified = true", true],
    ["@request.auth.name = 'ada'", true],
    ["@request.auth.name:lower = 'ada'", true],
    ["@request.auth.posts_via_author.title ?= 'one'", true],
    ["@request.auth.posts_via_author.title = 'one'", false],
    ["@request.auth.nope = null", true],
    ["@request.auth.email:isset = true", false],
    ["@collection.tags.name ?= 'blue'", true],
    ["@collection.tags.name = 'blue'", false],
    ["@collection.tags:one.name ?= 'blue' && @collection.tags:two.name ?= 'red'", true],
    ["@collection.tags.name ?= 'blue' && @collection.tags.id ?= 'a'", false],
    ["@collection.TAGS.name ?= 'blue'", true],
    ["@collection.tags00000000000.name ?= 'blue'", true],
  ])("%s is %s", async (rule, matches) => {
    const post = await fixture.record("posts", "p1");
    expect(await matchesRule(fixture.app, post, rule, requestInfo({ ...info(), auth: ada }))).toBe(
      matches,
    );
  });

  it.each([
    ["@request.auth.id != ''", false],
    ["@request.auth.id = ''", true],
    ["@request.auth.name = null", true],
    ["@request.auth.id:isset = true", false],
    ["@request.body.title:isset = false", true],
    ["@request.body.labels:length = 0", true],
    ["@request.body.tags.name = ''", true],
  ])("by a guest without a body, %s is %s", async (rule, matches) => {
    const post = await fixture.record("posts", "p1");
    expect(await matchesRule(fixture.app, post, rule, requestInfo())).toBe(matches);
  });

  it.each([
    ["@request.body.title:changed = true", { title: "Two" }, true],
    ["@request.body.title:changed = true", { title: "One" }, false],
    ["@request.body.title:changed = false", { title: "One" }, true],
    ["@request.body.title:changed = true", {}, false],
    ["@request.body.title:changed = false", {}, true],
    ["@request.body.rating:changed = true", { rating: 2 }, true],
    ["@request.body.labels:changed = true", { labels: ["a"] }, false],
    ["true = @request.body.title:changed && public = true", { title: "" }, true],
  ])("%s with the body %j is %s", async (rule, body, matches) => {
    const post = await fixture.record("posts", "p1");
    expect(await matchesRule(fixture.app, post, rule, requestInfo({ body }))).toBe(matches);
  });
});

describe("what clients may look into", () => {
  const list = (filter: string, sort = "id", auth: RecordModel | undefined = undefined) =>
    listRecords(
      fixture.app,
      fixture.app.findCollection("posts"),
      { filter, sort },
      requestInfo({ auth }),
    ).then(
      (page) => page.items.map((record) => record.id).join(" "),
      (error: ApiError) => error.status,
    );

  it.each([
    "secret = ''",
    "author.tokenKey = ''",
    "tags.internal = ''",
    "comments_via_hush.id = ''",
    "author.password = ''",
  ])("hides %s from everyone but superusers", async (filter) => {
    expect(await list(filter)).toBe(400);
    expect(await list(filter, "id", ada)).toBe(400);
    expect(await list(filter, "id", root)).toEqual(expect.any(String));
  });

  it("refuses to sort by hidden fields", async () => {
    expect(await list("", "secret")).toBe(400);
    expect(await list("", "secret,id", root)).toBe("p1 p2 p3 p4 p5");
  });

  it("finds e-mails only where they are public", async () => {
    expect(await list("author.email ~ 'example'")).toBe("p1 p5");
    expect(await list("author.email ~ 'example'", "id", root)).toBe("p1 p2 p5");
    expect(await list("author.email != 'x' || id = 'p3'")).toBe("p1 p3 p5");
    expect(await list("author.email:lower ~ 'example'")).toBe("p1 p5");
  });

  it("needs a list rule of the collections it looks into", async () => {
    await fixture.update("users", { listRule: null });
    expect(await list("author.name = 'ada'")).toBe(400);
    expect(await list("", "author.name,id")).toBe(400);
    expect(await list("author = 'u1'")).toBe("p1 p5");
    expect(await list("author.id = 'u1'")).toBe("p1 p5");
    expect(await list("author.name = 'ada'", "id", root)).toBe("p1 p5");
    await fixture.update("users", { listRule: "" });
  });

  it("leaves out rows related to what the list rule hides, and keeps those related to nothing", async () => {
    await fixture.update("users", { listRule: "name = 'ada' // others hide\n" });
    expect(await list("author.name != 'x'")).toBe("p1 p3 p4 p5");
    expect(await list("author.name != 'x'", "id", root)).toBe("p1 p2 p3 p4 p5");
    expect(await list("", "author.name,id")).toBe("p3 p4 p1 p5");
    expect(await list("author = 'u2'")).toBe("p2");
    await fixture.update("users", { listRule: "posts_via_author.public ?= true && id != 'u1'" });
    expect(await list("author.name != 'x'")).toBe("p2 p3 p4");
    await fixture.update("users", { listRule: "" });
  });

  it("compiles the list rule itself with all rights", async () => {
    await fixture.update("posts", { listRule: "secret = '' && author.tokenKey != 'x'" });
    await fixture.update("users", { listRule: null });
    expect(await list("")).toBe("p1 p2 p3 p4 p5");
    expect(await list("author.tokenKey != 'x'")).toBe(400);
    await fixture.update("posts", { listRule: "" });
    await fixture.update("users", { listRule: "" });
  });
});
