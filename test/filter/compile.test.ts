import { describe, expect, it } from "vitest";
import { bind, identifier, Slot, sql } from "../../src/db/dialect/fragment.ts";
import { type CompileOptions, compileFilter, type Resolver } from "../../src/filter/compile.ts";
import { FilterError } from "../../src/filter/errors.ts";
import { type Operand, parameterOperand, plainOperand } from "../../src/filter/operand.ts";
import { parseFilter } from "../../src/filter/parser.ts";

/** `a` and `b` are columns, `j` is JSON, `n` a number; `tags` and `ids` have several values each. */
const OPERANDS: Readonly<Record<string, () => Operand>> = {
  a: () => plainOperand(identifier("t", "a")),
  b: () => plainOperand(identifier("t", "b")),
  j: () => plainOperand(identifier("t", "j"), { nullFallback: "disabled" }),
  n: () => plainOperand(identifier("t", "n"), { mayBeReal: true }),
  tags: () => manyValues("tags"),
  ids: () => manyValues("ids"),
  mail: () => ({
    ...plainOperand(identifier("t", "mail")),
    finish: (condition) => sql`(${condition} AND ${identifier("t", "public")})`,
  }),
  "@request.auth.id": () => parameterOperand(sql`${new Slot(() => "u1")}`, false),
  "@request.query.empty": () => parameterOperand(sql`${new Slot(() => "")}`, true),
};

function manyValues(name: string): Operand {
  const value = identifier("inner", name);
  const select = (inner: typeof value) =>
    sql`SELECT ${inner} AS ${identifier("multiMatchValue")} FROM inner`;
  return plainOperand(identifier("t", name), { matchAll: { value, select } });
}

const resolver: Resolver = {
  resolve(name) {
    const operand = OPERANDS[name];
    if (!operand) throw new FilterError(`unknown field ${JSON.stringify(name)}`);
    return operand();
  },
};

/** Compiles with the moment 2024-02-29 12:34:56.789 UTC; names lose their quotes to read better. */
function compile(text: string, options: Partial<CompileOptions> = {}) {
  let aliases = 0;
  const fragment = compileFilter(parseFilter(text, true), {
    resolver,
    uniqueAlias: (prefix) => `${prefix}${++aliases}`,
    ...options,
  });
  const { sql: condition, parameters } = bind(fragment, {
    now: new Date("2024-02-29T12:34:56.789Z"),
  });
  return { sql: condition.replaceAll("`", ""), parameters };
}

// The condition that PocketBase builds for the same filter.
describe("equality", () => {
  it.each([
    ["a = 'x'", "t.a = ?", ["x"]],
    ["'x' = a", "? = t.a", ["x"]],
    ["a != 'x'", "t.a IS NOT ?", ["x"]],
    ["a = 1.5", "t.a = ?", [1.5]],
    ["a = ''", "(t.a = '' OR t.a IS NULL)", []],
    ["a = null", "(t.a = '' OR t.a IS NULL)", []],
    ["a = NULL", "(t.a = '' OR t.a IS NULL)", []],
    ["'' = a", "(t.a = '' OR t.a IS NULL)", []],
    ["a != ''", "(t.a IS NOT '' AND t.a IS NOT NULL)", []],
    ["null != a", "(t.a IS NOT '' AND t.a IS NOT NULL)", []],
    ["a = true", "t.a = 1", []],
    ["a = False", "t.a = 0", []],
    ["a != true", "t.a IS NOT 1", []],
    ["a = b", "COALESCE(t.a, '') = COALESCE(t.b, '')", []],
    ["a != b", "COALESCE(t.a, '') IS NOT COALESCE(t.b, '')", []],
    ["'' = null", "'' = ''", []],
    ["'' != ''", "'' IS NOT ''", []],
    ["'' = 'x'", "'' = ?", ["x"]],
    ["null != 'x'", "'' IS NOT ?", ["x"]],
    ["j = 'x'", "t.j IS ?", ["x"]],
    ["j != ''", "t.j IS NOT ?", [""]],
    ["j = null", "t.j IS NULL", []],
    ["a = j", "t.a IS t.j", []],
    ["a = @request.auth.id", "t.a = ?", ["u1"]],
    ["@request.auth.id != ''", "? IS NOT ''", ["u1"]],
    ["@request.query.empty = ''", "'' = ''", []],
    ["a = @request.query.empty", "(t.a = '' OR t.a IS NULL)", []],
  ])("compiles %j", (text, condition, parameters) => {
    expect(compile(text)).toEqual({ sql: condition, parameters });
  });
});

describe("the other operators", () => {
  it.each([
    ["a > 1", "t.a > ?", [1]],
    ["a >= 1", "t.a >= ?", [1]],
    ["a < 1", "t.a < ?", [1]],
    ["a <= b", "t.a <= t.b", []],
    ["a > null", "t.a > NULL", []],
    ["a ~ 'x'", String.raw`t.a LIKE (? || '') ESCAPE '\'`, ["%x%"]],
    ["a !~ 'x'", String.raw`t.a NOT LIKE (? || '') ESCAPE '\'`, ["%x%"]],
    ["a ~ b", String.raw`t.a LIKE ('%' || t.b || '%') ESCAPE '\'`, []],
    ["a ~ null", String.raw`t.a LIKE ('%' || NULL || '%') ESCAPE '\'`, []],
    ["'x' ~ a", String.raw`? LIKE ('%' || t.a || '%') ESCAPE '\'`, ["x"]],
    ["a ~ 5", String.raw`t.a LIKE (? || '') ESCAPE '\'`, ["%5%"]],
    ["a ~ @request.auth.id", String.raw`t.a LIKE ? ESCAPE '\'`, ["%u1%"]],
    ["a ~ @year", String.raw`t.a LIKE (? || '') ESCAPE '\'`, ["%2024%"]],
  ])("compiles %j", (text, condition, parameters) => {
    expect(compile(text)).toEqual({ sql: condition, parameters });
  });

  it("leaves a pattern with wildcards of its own bare: an index may find its beginning", () => {
    expect(compile("a ~ 'x%'")).toEqual({
      sql: String.raw`t.a LIKE ? ESCAPE '\'`,
      parameters: ["x%"],
    });
  });

  it("uses numbers as text with 15 digits", () => {
    expect(compile("n ~ '1'").sql).toBe(
      String.raw`iif(typeof(t.n) = 'real', printf('%!.15g', t.n), t.n) LIKE (? || '') ESCAPE '\'`,
    );
  });
});

describe("several values", () => {
  it.each([
    [
      "tags = 'x'",
      "(t.tags = ? AND NOT EXISTS (SELECT 1 FROM (SELECT inner.tags AS multiMatchValue FROM inner) __sm1 WHERE NOT (__sm1.multiMatchValue = ?)))",
      ["x", "x"],
    ],
    [
      "'x' < tags",
      "(? < t.tags AND NOT EXISTS (SELECT 1 FROM (SELECT inner.tags AS multiMatchValue FROM inner) __sm1 WHERE NOT (? < __sm1.multiMatchValue)))",
      ["x", "x"],
    ],
    [
      "tags = ids",
      "(COALESCE(t.tags, '') = COALESCE(t.ids, '') AND NOT EXISTS (SELECT 1 FROM (SELECT inner.tags AS multiMatchValue FROM inner) __ml1 LEFT JOIN (SELECT inner.ids AS multiMatchValue FROM inner) __mr2 WHERE NOT (COALESCE(__ml1.multiMatchValue, '') = COALESCE(__mr2.multiMatchValue, ''))))",
      [],
    ],
    ["tags ?= 'x'", "t.tags = ?", ["x"]],
    ["tags ?~ ids", String.raw`t.tags LIKE ('%' || t.ids || '%') ESCAPE '\'`, []],
    ["a ?= 'x'", "t.a = ?", ["x"]],
  ])("compiles %j", (text, condition, parameters) => {
    expect(compile(text)).toEqual({ sql: condition, parameters });
  });
});

describe("groups", () => {
  it.each([
    ["a = 1 && b = 2", "(t.a = ? AND t.b = ?)"],
    ["a = 1 || b = 2 && a = 3", "(t.a = ? OR t.b = ? AND t.a = ?)"],
    ["(a = 1 || b = 2) && a = 3", "((t.a = ? OR t.b = ?) AND t.a = ?)"],
    ["((a = 1))", "t.a = ?"],
    ["(a = '') && b = 1", "((t.a = '' OR t.a IS NULL) AND t.b = ?)"],
  ])("compiles %j", (text, condition) => {
    expect(compile(text).sql).toBe(condition);
  });

  it("puts what an operand adds around its comparison only", () => {
    expect(compile("mail = 'x' || a = 1").sql).toBe("((t.mail = ? AND t.public) OR t.a = ?)");
    expect(compile("a = mail && b = 1").sql).toBe(
      "((COALESCE(t.a, '') = COALESCE(t.mail, '') AND t.public) AND t.b = ?)",
    );
  });
});

describe("functions", () => {
  it.each([
    ["strftime('%Y', a) = '2024'", "strftime(?,t.a) = ?", ["%Y", "2024"]],
    ["strftime('%Y', a) = b", "COALESCE(strftime(?,t.a), '') = COALESCE(t.b, '')", ["%Y"]],
    ["strftime('%Y', a, '+1 day') > '2'", "strftime(?,t.a,?) > ?", ["%Y", "+1 day", "2"]],
    ["strftime('%s') > 0", "strftime(?) > ?", ["%s", 0]],
    [
      "strftime('%Y', 5) = null",
      "(strftime(?,?) = '' OR strftime(?,?) IS NULL)",
      ["%Y", 5, "%Y", 5],
    ],
  ])("compiles %j", (text, condition, parameters) => {
    expect(compile(text)).toEqual({ sql: condition, parameters });
  });

  it("formats the time in the sub-query of all values too", () => {
    expect(compile("strftime('%Y', tags) = '2024'").sql).toContain(
      "SELECT strftime(?,inner.tags) AS multiMatchValue FROM inner",
    );
  });

  it("measures distances without making them match for all values", () => {
    const compiled = compile("geoDistance(tags, a, 1, -2) < 3");
    expect(compiled.sql).toBe(
      "(6371 * acos(max(-1, min(1, cos(radians(t.a)) * cos(radians(?)) * cos(radians(?) - radians(t.tags)) + sin(radians(t.a)) * sin(radians(?)))))) < ?",
    );
    expect(compiled.parameters).toEqual([-2, 1, -2, 3]);
  });

  it.each([
    ["nope(1) = 1", 'invalid left operand "nope" - unknown function "nope"'],
    ["strftime() = 1", "expected at least 1 arguments"],
    ["strftime(a) = 1", "expects the first argument to be a format string"],
    [
      "strftime('%Y', strftime('%s')) = 1",
      "expects the second argument to be of a valid time-value type",
    ],
    ["strftime('%Y', a, b) = 1", "invalid modifier argument 0"],
    [`strftime('%Y', a${", 'x'".repeat(9)}) = 1`, "too many arguments"],
    ["strftime('%Y', nope) = 1", 'failed to resolve time-value argument: unknown field "nope"'],
    ["geoDistance(1, 2, 3) < 1", "expected 4 arguments, got 3"],
    ["geoDistance('1', 2, 3, 4) < 1", "argument 0 must be an identifier or number"],
    ["geoDistance(1, 2, 3, strftime('%s')) < 1", "argument 3 must be an identifier or number"],
  ])("refuses %j", (text, message) => {
    expect(() => compile(text)).toThrow(message);
  });
});

describe("macros", () => {
  it.each([
    ["@now", "2024-02-29 12:34:56.789Z"],
    ["@yesterday", "2024-02-28 12:34:56.789Z"],
    ["@tomorrow", "2024-03-01 12:34:56.789Z"],
    ["@todayStart", "2024-02-29 00:00:00.000Z"],
    ["@todayEnd", "2024-02-29 23:59:59.999Z"],
    ["@monthStart", "2024-02-01 00:00:00.000Z"],
    ["@monthEnd", "2024-02-29 23:59:59.999Z"],
    ["@yearStart", "2024-01-01 00:00:00.000Z"],
    ["@yearEnd", "2024-12-31 23:59:59.999Z"],
    ["@second", 56n],
    ["@minute", 34n],
    ["@hour", 12n],
    ["@day", 29n],
    ["@month", 2n],
    ["@weekday", 4n],
    ["@year", 2024n],
  ])("%s is bound when the filter is run", (macro, value) => {
    expect(compile(`a = ${macro}`)).toEqual({ sql: "t.a = ?", parameters: [value] });
  });

  it("are case-sensitive and know no others", () => {
    for (const name of ["@NOW", "@today", "@now:lower"]) {
      expect(() => compile(`a = ${name}`)).toThrow(FilterError);
    }
  });
});

describe("what cannot be compiled", () => {
  it.each([
    ["nope = 1", 'invalid left operand "nope" - unknown field "nope"'],
    ["a = nope", 'invalid right operand "nope" - unknown field "nope"'],
    ["a = {:x}", 'invalid right operand "x" - missing value of placeholder "x"'],
  ])("refuses %j", (text, message) => {
    expect(() => compile(text)).toThrow(new FilterError(message));
  });

  it("allows 200 comparisons", () => {
    const filter = (count: number) => Array.from({ length: count }, () => "a = 1").join(" && ");
    expect(() => compile(filter(200))).not.toThrow();
    expect(() => compile(filter(201))).toThrow(
      new FilterError("max filter expressions limit reached"),
    );
    expect(() => compile(`(${filter(100)}) || (${filter(101)})`)).toThrow(FilterError);
  });
});
