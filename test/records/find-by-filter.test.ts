import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FilterError } from "../../src/filter/errors.ts";
import { NotFoundError } from "../../src/lib/errors.ts";
import {
  countRecords,
  findFirstRecordByFilter,
  findRecordsByFilter,
} from "../../src/records/find-by-filter.ts";
import { planCompiles } from "../../src/records/plan.ts";
import { createBlog, type QueryFixture, startQueryFixture } from "./query-fixture.ts";

let fixture: QueryFixture;

beforeAll(async () => {
  fixture = await startQueryFixture();
  await createBlog(fixture);
});

afterAll(() => fixture.close());

const posts = () => fixture.app.findCollection("posts");

async function find(filter: string, params: Record<string, unknown> = {}): Promise<string> {
  const records = await findRecordsByFilter(fixture.app, posts(), filter, { sort: "id", params });
  return records.map((record) => record.id).join(" ");
}

describe("findRecordsByFilter", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["", {}, "p1 p2 p3 p4 p5"],
    ["title = {:title}", { title: "one" }, "p5"],
    ["title = {:title}", { title: "" }, "p3"],
    ["title = {:title}", { title: null }, "p3"],
    ["title = {:title}", { title: undefined }, "p3"],
    ["title ~ {:part}", { part: "one" }, "p1 p5"],
    ["title ~ {:part}", { part: "%_off" }, "p4"],
    ["public = {:flag}", { flag: true }, "p1 p2 p5"],
    ["public = {:flag}", { flag: false }, "p3 p4"],
    ["rating > {:min} && rating < {:max}", { min: 0, max: 5 }, "p1 p2"],
    ["rating = {:n}", { n: 10n }, "p5"],
    ["title = {:a.b-c}", { "a.b-c": "two" }, "p2"],
    ["labels = {:list}", { list: ["a"] }, "p1"],
    [
      "strftime({:format}, {:at}) = '2024'",
      { format: "%Y", at: new Date("2024-05-01T00:00:00Z") },
      "p1 p2 p3 p4 p5",
    ],
    ["secret = '' && author.tokenKey != ''", {}, "p1 p2 p5"],
    ["@request.auth.id = ''", {}, "p1 p2 p3 p4 p5"],
    ["@request.body.title = null", {}, "p1 p2 p3 p4 p5"],
  ])("%s with %o", async (filter, params, ids) => {
    expect(await find(filter, params)).toBe(ids);
  });

  it.each([
    "' || id != '",
    '" || id != "',
    "'",
    "\\",
    "{:title}",
    "x' // ",
    "); DROP TABLE posts; --",
  ])("binds the value %j and never reads it as a filter", async (title) => {
    expect(await find("title = {:title}", { title })).toBe("");
  });

  it("leaves braces inside quotes alone", async () => {
    expect(await find("title = '{:title}'", { title: "one" })).toBe("");
  });

  it("refuses a placeholder without a value, and a broken filter", async () => {
    await expect(find("title = {:title}")).rejects.toThrow(FilterError);
    await expect(find("title = {:toString}")).rejects.toThrow(FilterError);
    await expect(find("title = {title}")).rejects.toThrow(FilterError);
    await expect(find("nope = 1")).rejects.toThrow(FilterError);
  });

  it("sorts, limits and skips", async () => {
    const ids = async (options: Parameters<typeof findRecordsByFilter>[3]) =>
      (await findRecordsByFilter(fixture.app, posts(), "rating > 0", options)).map(
        (record) => record.id,
      );
    expect(await ids({ sort: "-rating" })).toEqual(["p5", "p2", "p1"]);
    expect(await ids({ sort: "-rating", limit: 2 })).toEqual(["p5", "p2"]);
    expect(await ids({ sort: "-rating", limit: 2, offset: 1 })).toEqual(["p2", "p1"]);
    expect(await ids({ sort: "-rating", offset: 2 })).toEqual(["p1"]);
    expect(await ids({ sort: "-rating", limit: 0 })).toEqual(["p5", "p2", "p1"]);
  });

  it("compiles once for all values of the same kind", async () => {
    await find("rating >= {:n} && title != {:t}", { n: 1, t: "a" });
    const compiles = planCompiles(fixture.app);
    expect(await find("rating >= {:n} && title != {:t}", { n: 2, t: "b" })).toBe("p2 p5");
    expect(planCompiles(fixture.app)).toBe(compiles);
    await find("rating >= {:n} && title != {:t}", { n: 2, t: "" });
    expect(planCompiles(fixture.app)).toBe(compiles + 1);
  });
});

describe("findFirstRecordByFilter", () => {
  it("gives the first match", async () => {
    expect(
      (await findFirstRecordByFilter(fixture.app, posts(), "rating > {:n}", { n: 2 })).id,
    ).toBe("p2");
  });

  it("throws when nothing matches", async () => {
    await expect(findFirstRecordByFilter(fixture.app, posts(), "rating > 99")).rejects.toThrow(
      NotFoundError,
    );
  });
});

describe("countRecords", () => {
  it.each<[string, number]>([
    ["", 5],
    ["rating > 0", 3],
    ["tags.name ?= 'red'", 3],
    ["comments_via_post.likes ?>= 1", 1],
    ["rating > 99", 0],
  ])("counts %j", async (filter, count) => {
    expect(await countRecords(fixture.app, posts(), filter)).toBe(count);
  });
});
