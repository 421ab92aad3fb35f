import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer();
  token = await server.superuserToken();
  await run("create table notes (a int, d datetime, b boolean)");
});

afterAll(() => server.close());

async function ask(query: unknown, authorization = token) {
  const response = await fetch(`${server.url}/api/sql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: authorization },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function run(query: string): Promise<Record<string, unknown>> {
  const { status, body } = await ask(query);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** Queries with what PocketBase 0.40.4 answers, but for the time. */
const READS: readonly (readonly [
  query: string,
  names: string,
  types: string,
  rows: unknown[][],
])[] = [
  ["select 1 a, 'x' b, null c, x'4142' d", "a b c d", "", [["1", "x", null, "AB"]]],
  ["select 9007199254740993 a, 1.5 b, 3.0 c", "a b c", "", [["9007199254740993", "1.5", "3"]]],
  ["select 123456.0 a, 1e6 b, 2.5e-7 c", "a b c", "", [["123456", "1e+06", "2.5e-07"]]],
  ["select 0.0001 a, 1e300 b, -0.0 c", "a b c", "", [["0.0001", "1e+300", "-0"]]],
  ["select 9e999 a, 1000000.5 b", "a b", "", [["+Inf", "1.0000005e+06"]]],
  [
    "select email, verified, system from _superusers, _collections limit 1",
    "email verified system",
    "TEXT BOOLEAN BOOLEAN",
    [["root@example.com", "1", "1"]],
  ],
  ["select 1; select 2 as b", "b", "", [["2"]]],
  ["select 1 as a;;", "a", "", [["1"]]],
  ["select ';' as a -- ; no end", "a", "", [[";"]]],
  ["values (1,2)", "column1 column2", "", [["1", "2"]]],
  ["pragma user_version", "user_version", "", [["0"]]],
  ["-- only a comment", "", "", []],
  [" ; ", "", "", []],
  ["vacuum", "", "", []],
];

test.for(READS)("%s", async ([query, names, types, rows]) => {
  const { columns, rows: found, affectedRows, execTime } = await run(query);
  const list = names === "" ? [] : names.split(" ");
  const ofTypes = types === "" ? list.map(() => "") : types.split(" ");
  expect(columns).toEqual(list.map((name, at) => ({ name, type: ofTypes[at], nullable: true })));
  expect(found).toEqual(rows);
  expect(affectedRows).toBe(0);
  expect(execTime).toEqual(expect.any(Number));
});

test("at most a thousand rows are given", async () => {
  const { rows } = await run(
    "with recursive c(x) as (values(1) union all select x + 1 from c) select x from c limit 3000",
  );
  expect(rows).toHaveLength(1000);
});

test("changes say how many rows they touched, several are one transaction", async () => {
  const write = async (query: string) => {
    const { affectedRows, columns, rows } = await run(query);
    expect([columns, rows]).toEqual([[], []]);
    return affectedRows;
  };
  expect(await write("insert into notes values (1, '', 1), (2, '', 0)")).toBe(2);
  expect(await write("insert into notes values (3, '', 0) returning a")).toBe(1);
  expect(await write("update notes set a = a; delete from notes where a = 3")).toBe(1);
  expect(await write("create table more (a); create index more_a on more (a)")).toBe(0);
  expect(
    await write(
      "create trigger after_more after insert on more begin delete from notes; select 1; end; insert into more values (1)",
    ),
  ).toBe(1);
  expect((await run("select count(*) n from notes"))["rows"]).toEqual([["0"]]);
  const { status } = await ask(
    "insert into notes values (9, '', 1); insert into missing values (1)",
  );
  expect(status).toBe(400);
  expect((await run("select count(*) n from notes"))["rows"]).toEqual([["0"]]);
  await run("with w as (select 4 as n) insert into notes select n, '', 1 from w");
  expect((await run("select a from notes"))["rows"]).toEqual([["4"]]);
});

test("an open transaction ends with its request", async () => {
  await run("begin immediate");
  expect(await run("insert into notes values (5, '', 1)")).toMatchObject({ affectedRows: 1 });
});

test("what is written counts for the next request: sessions end, collections are known", async () => {
  const other = await server.superuserToken("other@example.com");
  expect((await ask("select 1", other)).status).toBe(200);
  await run("update _superusers set tokenKey = 'k' || id || id || id where email like 'other%'");
  expect((await ask("select 1", other)).status).toBe(401);
  await run(
    "update _collections set name = 'people', updated = '2030-01-01 00:00:00.000Z' where name = 'users'; alter table users rename to people",
  );
  const response = await fetch(`${server.url}/api/collections/people/records`);
  expect(response.status).toBe(200);
});

describe("refused", () => {
  test.for([
    ["select nosuch", "SQL logic error: no such column: nosuch (1)."],
    ["insert into nosuch values (1)", "SQL logic error: no such table: nosuch (1)."],
    ["(select 1)", 'SQL logic error: near "(": syntax error (1).'],
    ["select 'a", `SQL logic error: unrecognized token: "'a" (1).`],
    ["detach m", "SQL logic error: no such database: m (1)."],
    [
      "create table t (a unique); insert into t values (1), (1)",
      "constraint failed: UNIQUE constraint failed: t.a (2067).",
    ],
    ["  ", "empty query."],
  ])("%s", async ([query, reason]) => {
    expect(await ask(query)).toEqual({
      status: 400,
      body: { status: 400, message: `Failed to execute query. Raw error:\n${reason}`, data: {} },
    });
  });

  test("a query that is missing, too long or no text", async () => {
    for (const [query, status, data] of [
      ["", 400, { query: { code: "validation_required", message: "Cannot be blank." } }],
      [
        "x".repeat(5001),
        400,
        {
          query: {
            code: "validation_length_too_long",
            message: "The length must be no more than 5000.",
            params: { max: 5000, min: 0 },
          },
        },
      ],
    ] as const) {
      const { body } = await ask(query);
      expect(body).toMatchObject({
        status,
        data,
        message: "An error occurred while validating the submitted data.",
      });
    }
    const { body } = await ask(5);
    expect(body["message"]).toBe("An error occurred while loading the submitted data.");
  });

  test("whoever is no superuser", async () => {
    expect((await ask("select 1", "")).status).toBe(401);
  });
});

test("a query without an end stops nobody, and ends with the server", async () => {
  const own = await startTestServer();
  const headers = {
    "Content-Type": "application/json",
    Authorization: await own.superuserToken(),
  };
  const endless = fetch(`${own.url}/api/sql`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      query:
        "with recursive c(x) as (values(1) union all select x + 1 from c) select count(*) from c",
    }),
  }).then(
    ({ status }) => status,
    () => "ended",
  );
  expect((await fetch(`${own.url}/api/health`)).status).toBe(200);
  await own.close();
  expect(["ended", 400]).toContain(await endless);
});
