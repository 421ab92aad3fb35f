import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FilterError } from "../../src/filter/errors.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { planCompiles } from "../../src/records/plan.ts";
import type { RecordModel } from "../../src/records/record.ts";
import {
  candidateMatches,
  compileRule,
  filterIds,
  findAllByRule,
  findByRule,
  matchesRule,
} from "../../src/records/rule.ts";
import {
  createBlog,
  type QueryFixture,
  requestInfo,
  startQueryFixture,
  text,
} from "./query-fixture.ts";

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

const posts = () => fixture.app.findCollection("posts");
const asAda = () => requestInfo({ auth: ada });

describe("findByRule", () => {
  it.each([
    ["", "p1", "p1"],
    ["public = true", "p1", "p1"],
    ["public = true", "p3", undefined],
    ["author = @request.auth.id", "p1", "p1"],
    ["author = @request.auth.id", "p2", undefined],
    ["tags.name ?= 'blue'", "p2", "p2"],
    ["comments_via_post.likes ?> 0", "p1", "p1"],
    [null, "p1", undefined],
    ["", "nope", undefined],
    ["", "", undefined],
    ["nope = 1", "p1", undefined],
    ["data..a = 1", "p1", undefined],
  ])("rule %j, record %j: %j", async (rule, id, expected) => {
    const record = await findByRule(fixture.app, posts(), id, rule, asAda());
    expect(record?.id).toBe(expected);
  });

  it("gives superusers everything, whatever the rule is", async () => {
    const info = requestInfo({ auth: root });
    for (const rule of [null, "public = true", "nope = 1"]) {
      expect((await findByRule(fixture.app, posts(), "p3", rule, info))?.id).toBe("p3");
    }
  });

  it("compiles nothing when it is asked again for another record", async () => {
    const rule = "author = @request.auth.id && public = true && title != 'x'";
    await findByRule(fixture.app, posts(), "p1", rule, asAda());
    const compiles = planCompiles(fixture.app);
    expect((await findByRule(fixture.app, posts(), "p5", rule, asAda()))?.id).toBe("p5");
    expect(planCompiles(fixture.app)).toBe(compiles);
  });
});

describe("matchesRule", () => {
  it("says whether the stored row matches", async () => {
    const post = await fixture.record("posts", "p1");
    post.set("title", "changed in memory");
    expect(await matchesRule(fixture.app, post, "title = 'One'", asAda())).toBe(true);
    expect(await matchesRule(fixture.app, post, "title ~ 'memory'", asAda())).toBe(false);
    expect(await matchesRule(fixture.app, post, "", asAda())).toBe(true);
    expect(await matchesRule(fixture.app, post, null, asAda())).toBe(false);
    expect(await matchesRule(fixture.app, post, null, requestInfo({ auth: root }))).toBe(true);
  });

  it("takes a rule that cannot be run as not matching, or as it is told", async () => {
    const post = await fixture.record("posts", "p1");
    expect(await matchesRule(fixture.app, post, "nope = 1", asAda())).toBe(false);
    expect(await matchesRule(fixture.app, post, "nope = 1", asAda(), true)).toBe(true);
  });
});

describe("several records at once", () => {
  it("are judged in one statement", async () => {
    const { counters } = fixture.app.databaseFiles.data;
    const found = await filterIds(
      fixture.app,
      posts(),
      ["p1", "p2", "p3", "nope", "p1"],
      "tags.name ?= 'red'",
      asAda(),
    );
    expect([...found].toSorted()).toEqual(["p1", "p2"]);
    expect(fixture.app.databaseFiles.data.counters.reads - counters.reads).toBe(1);
  });

  it("need no statement when the rule or the list is empty", async () => {
    const { counters } = fixture.app.databaseFiles.data;
    expect([...(await filterIds(fixture.app, posts(), ["p1", "nope"], "", asAda()))]).toEqual([
      "p1",
      "nope",
    ]);
    expect((await filterIds(fixture.app, posts(), [], "public = true", asAda())).size).toBe(0);
    expect((await filterIds(fixture.app, posts(), ["p1"], null, asAda())).size).toBe(0);
    expect(fixture.app.databaseFiles.data.counters.reads).toBe(counters.reads);
  });

  it("are read once each", async () => {
    const found = await findAllByRule(
      fixture.app,
      posts(),
      ["p5", "p2", "p2", "p3"],
      "tags.id ?!= 'x'",
      asAda(),
    );
    expect(found.map((record) => record.id).toSorted()).toEqual(["p2", "p3", "p5"]);
  });

  it("are refused when the rule is broken", async () => {
    await expect(filterIds(fixture.app, posts(), ["p1"], "nope = 1", asAda())).rejects.toThrow(
      FilterError,
    );
  });
});

describe("a row that is not stored", () => {
  const row = (values: Record<string, unknown> = {}) => ({
    id: "new000000000000",
    title: "New",
    secret: "",
    rating: 3,
    public: true,
    status: "live",
    labels: '["a"]',
    data: '{"x":1}',
    place: '{"lon":1,"lat":2}',
    tags: '["a","b"]',
    author: "u1",
    ...values,
  });
  const judge = (rule: string, values = {}, info = asAda()) =>
    candidateMatches(fixture.app, posts(), () => row(values), [rule], info).then(
      ([matches]) => matches,
    );

  it.each([
    ["title = 'New'", true],
    ["rating <= 5", true],
    ["rating = '3'", false],
    ["public = true", true],
    ["public ~ '1'", true],
    ["author = @request.auth.id", true],
    ["author.name = 'ada'", true],
    ["tags.name ?= 'blue'", true],
    ["tags.name = 'blue'", false],
    ["labels:each = 'a'", true],
    ["labels:length = 1", true],
    ["data.x = 1", true],
    ["place.lat = 2", true],
    ["id != ''", true],
    ["@collection.posts.title ?= 'two'", true],
    ["@collection.posts.title ?= 'New'", false],
    ["author.posts_via_author.title ?= 'one'", true],
    ["author.posts_via_author.title ?= 'New'", false],
  ])("%s is %s", async (rule, expected) => {
    expect(await judge(rule)).toBe(expected);
  });

  it("cannot be referred to yet: back relations are an error", async () => {
    await expect(judge("comments_via_post.likes ?> 0")).rejects.toThrow(FilterError);
  });

  it("already holds what was submitted, so nothing counts as changed", async () => {
    const info = requestInfo({ body: { title: "New" } });
    expect(await judge("@request.body.title:changed = false", {}, info)).toBe(true);
    expect(await judge("@request.body.title:changed = true", { title: "Other" }, info)).toBe(true);
  });

  it("matches an empty owner for guests", async () => {
    expect(await judge("author = @request.auth.id", { author: "" }, requestInfo())).toBe(true);
  });

  it("is judged by several rules, of which an empty one always matches", async () => {
    const rules = ["title = 'New'", "", "title = 'Old'"];
    expect(await candidateMatches(fixture.app, posts(), row, rules, asAda())).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is compiled once for all values", async () => {
    await judge("title = 'New' && rating > 1");
    const compiles = planCompiles(fixture.app);
    expect(await judge("title = 'New' && rating > 1", { title: "Newer" })).toBe(false);
    expect(planCompiles(fixture.app)).toBe(compiles);
  });
});

describe("compileRule", () => {
  it.each([
    "title = 'x'",
    "// who\n@request.auth.id != '' // end",
    "@request.body.nope = 1",
    "@request.auth.nope.nope = 1",
    "@collection.users.name ?= title",
    "secret = '' && author.tokenKey = ''",
  ])("takes %j", (rule) => {
    expect(() => compileRule(fixture.app, posts(), rule)).not.toThrow();
  });

  // PocketBase's words after "Invalid rule. Raw error: ".
  it.each([
    ["nope = 1", 'invalid left operand "nope" - unknown field "nope"'],
    ["title", "invalid or incomplete filter expression"],
    ["title = 1 &&", "invalid or incomplete filter expression"],
    ["title = author.nope", 'invalid right operand "author.nope" - unknown field "nope"'],
    [
      "strftime('%s', 'x = 1",
      'invalid text argument "\'x = 1" in function "strftime": invalid quoted text "\'x = 1"',
    ],
    ["title \\ 1", "unexpected character '\\\\'"],
  ])("refuses %j in PocketBase's words", (rule, message) => {
    expect(() => compileRule(fixture.app, posts(), rule)).toThrow(new FilterError(message));
  });

  it("knows the fields of a collection that is not saved yet", () => {
    const draft = decodeCollection({ name: "draft", type: "base", fields: [text("fresh")] });
    expect(() =>
      compileRule(fixture.app, draft, "fresh != '' && @collection.draft.fresh ?= 'x'"),
    ).not.toThrow();
    expect(() => compileRule(fixture.app, draft, "stale != ''")).toThrow(FilterError);
  });
});
