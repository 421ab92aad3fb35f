import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inferViewFields } from "../../src/collections/view-fields.ts";
import { dump, failureOf, type Fixture, startApp } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startApp();
  await fixture.create({
    name: "d1",
    fields: [
      { type: "text", name: "t", min: 2, help: "h", hidden: true },
      { type: "number", name: "n" },
      { type: "select", name: "s", values: ["a", "b"], maxSelect: 2 },
      { type: "relation", name: "r", collectionId: "_pb_users_auth_", maxSelect: 3 },
      { type: "autodate", name: "created", onCreate: true },
    ],
  });
});
afterAll(() => fixture.close());

async function fieldsOf(query: string): Promise<string[]> {
  const fields = await inferViewFields(fixture.app, query);
  return fields.map(({ name, type, id, ...options }) => {
    expect(id).toMatch(new RegExp(`^(_clone_\\w{4}|${type}\\d+)$`));
    const origin = id.startsWith("_clone_") ? " of the collection" : "";
    return `${name} ${type}${options["onlyInt"] ? " integer" : ""}${origin}`;
  });
}

// As PocketBase 0.40.4 answers the same queries.
describe("the fields of a view are guessed from its query:", () => {
  test.for<[string, string[]]>([
    ["select 1 as id", ["id text"]],
    ["with a as (select 1 as id) select id from a", ["id text"]],
    [
      "select id, T, d1.n as m, s x, [r] as `rr` from d1",
      [
        "id text",
        "T text of the collection",
        "m number of the collection",
        "x select of the collection",
        "rr relation of the collection",
      ],
    ],
    [
      "select id, count(n) as c, total(n) tt, sum(n) su, max(n) m from d1 group by id",
      ["id text", "c number integer", "tt number", "su json", "m json"],
    ],
    [
      "select id, cast(n as text) a, cast(n as int) b, CAST( n AS INTEGER ) c, cast(n as real) d, cast(n as decimal) e, cast(n as numeric) f, cast(n as bool) g, cast(n as boolean) h, cast(n as blob) i from d1",
      [
        "id text",
        "a text",
        "b number integer",
        "c number integer",
        "d number",
        "e number",
        "f number",
        "g bool",
        "h bool",
        "i json",
      ],
    ],
    [
      "select id, 'x' lit, (select 1) sub, d1.n+1 as plus, nope.n as other from d1, (select 1 as n) nope",
      ["id text", "lit json", "sub json", "plus json", "other json"],
    ],
    [
      "select a.id, a.id as aid, b.id as bid, b.email from d1 a left join users b on b.id = a.r",
      ["id text", "aid relation", "bid relation", "email email of the collection"],
    ],
    [
      "select id, t as t2, t as t3 from d1",
      ["id text", "t2 text of the collection", "t3 text of the collection"],
    ],
    ["select id, t as x from D1", ["id text", "x json"]],
    ["select id from (select id from d1)", ["id text"]],
  ])("%s", async ([query, fields]) => {
    expect(await fieldsOf(query)).toEqual(fields);
  });

  test("a copied field keeps its options", async () => {
    const [, field] = await inferViewFields(fixture.app, "select id, t as other from d1");
    expect(field).toMatchObject({ name: "other", min: 2, help: "h", hidden: true });
  });

  test("the id of a collection becomes a relation to it", async () => {
    const [, relation] = await inferViewFields(
      fixture.app,
      "select 1 as id, users.id as user from users",
    );
    expect(relation).toMatchObject({
      type: "relation",
      collectionId: "_pb_users_auth_",
      maxSelect: 1,
    });
  });
});

describe("a query is refused", () => {
  const WILDCARD =
    "wildcard columns (*) are not supported - manually type the collection field names you want the view query to have";
  test.for([
    [
      "select t from d1",
      "missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if you don't have one)",
    ],
    [
      "select id as ID from d1",
      "missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if you don't have one)",
    ],
    ["select * from d1", WILDCARD],
    ["select id, d1.* from d1", WILDCARD],
    ["select id from nope", "no such table: main.nope"],
    ["select id a b from d1", 'invalid identifier part - expected "as", got a'],
    ["delete from d1", 'near "delete": syntax error'],
  ])("%s", async ([query, reason]) => {
    const before = await dump(fixture.app);
    expect(await failureOf(inferViewFields(fixture.app, query!))).toBe(reason);
    expect(await dump(fixture.app)).toEqual(before);
  });
});
