import { describe, expect, test } from "vitest";
import { parseViewQuery, singleStatement } from "../../src/collections/view-query.ts";

const show = (list: readonly { original: string; alias: string }[]) =>
  list
    .map(({ original, alias }) => (original === alias ? alias : `${original} > ${alias}`))
    .join(", ");

describe("a view's query is taken apart", () => {
  test.for([
    ["select id, t from a", "id, t", "a"],
    [
      "select a.id, `a`.`t` as x, [b].[u] y, \"z\" 'q' from a",
      "a.id > id, a.t > x, b.u > y, z > q",
      "a",
    ],
    ["select distinct id from a as x", "id", "a > x"],
    ["SELECT\nid,\n\tcount(n, 1) as c\nFROM\na\nWHERE\nn > 1", "id, count(n, 1) > c", "a"],
    [
      "select a.id from a left join b on b.x = a.id inner join c cc on cc.y = b.z",
      "a.id > id",
      "a, b, c > cc",
    ],
    ["select id from a, b c where x = 1 order by y limit 2", "id", "a, b > c"],
    ["select /* a, */ id -- b\n, t from a", "id, t", "a"],
    ["select id from (select id from a) x", "id", "(select id from a) > x"],
    ["select id, (select 1, 2) as s from a;", "id, (select 1, 2) > s", "a"],
    ["with x as (select 1 as id) select id from x", "id", "x"],
  ])("%s", ([query, columns, tables]) => {
    const parts = parseViewQuery(query!);
    expect(show(parts.columns)).toBe(columns);
    expect(show(parts.tables)).toBe(tables);
  });

  test.for([
    ["select id a b from x", 'invalid identifier part - expected "as", got a'],
    ["select id a b c from x", "invalid identifier parts [id a b c]"],
    ["select (id from x", "unbalanced parenthesis or quoted expression"],
  ])("%s is refused", ([query, reason]) => {
    expect(() => parseViewQuery(query!)).toThrow(reason);
  });
});

describe("a statement", () => {
  test.for([
    ["  select 1 ; ", "select 1 "],
    ["select ';' as a", "select ';' as a"],
    [";;select 1;;", "select 1"],
  ])("%j stands alone", ([query, bare]) => {
    expect(singleStatement(query!)).toBe(bare);
  });

  test("does not stand beside another", () => {
    expect(() => singleStatement("select 1; select 2")).toThrow(
      "multiple statements are not supported",
    );
  });
});
