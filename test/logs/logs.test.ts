import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { redactUrl } from "../../src/lib/redact-url.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";

let server: TestServer;
let token: string;

beforeEach(async () => {
  server = await startTestServer();
  token = await server.superuserToken();
});

afterEach(() => server.close());

interface LogItem {
  readonly id: string;
  readonly created: string;
  readonly level: number;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

async function request(
  method: string,
  path: string,
  headers: Record<string, string> = { authorization: token },
) {
  const response = await fetch(server.url + path, { method, headers, redirect: "manual" });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, body: (isJson ? JSON.parse(text) : undefined) as unknown };
}

/** All logs, once they are stored: a full batch is written at once. */
async function logs(matching = "id!=''"): Promise<LogItem[]> {
  const list = (filter: string) =>
    request("GET", `/api/logs?sort=@rowid&perPage=1000&filter=${encodeURIComponent(filter)}`);
  const marker = `flush ${performance.now()}`;
  server.app.logger.info(marker);
  for (let count = 0; count < 1000; count++) server.app.logger.info("filler");
  await expect
    .poll(
      async () => ((await list(`message='${marker}'`)).body as { totalItems: number }).totalItems,
    )
    .toBe(1);
  const { body } = await list(`message!='filler' && message!~'flush' && ${matching}`);
  return (body as { items: LogItem[] }).items;
}

async function insert(rows: readonly Partial<LogItem>[]): Promise<void> {
  for (const [
    index,
    { created = "2026-01-01 10:00:00.000Z", level = 0, message = "m", data = {} },
  ] of rows.entries()) {
    await server.app.auxDb.run({
      sql: "INSERT INTO _logs (id, created, level, message, data) VALUES (?, ?, ?, ?, ?)",
      parameters: [`log${index}`, created, level, message, JSON.stringify(data)],
    });
  }
}

describe("GET /api/logs", () => {
  beforeEach(() =>
    insert([
      { message: "one", level: 0, data: { status: 200, auth: "", list: [{ x: 1 }] } },
      { message: "two", level: 8, data: { z: 1, status: 404, a: { b: 2 } } },
      { message: "three", level: 4, created: "2026-01-01 11:30:00.000Z" },
    ]),
  );

  test.for([
    ["filter=level>0&sort=-level", ["two", "three"]],
    ["filter=data.status>=400", ["two"]],
    ["filter=data.list.0.x=1", ["one"]],
    ["filter=data.a.b=2%26%26message~'tw'", ["two"]],
    ["filter=data~'404'", ["two"]],
    ["filter=created>'2026-01-01 11:00'", ["three"]],
    ["sort=-level", ["two", "three", "one"]],
    ["sort=-data.status,message", ["two", "one", "three"]],
    ["sort=-@rowid&perPage=2", ["three", "two"]],
    ["filter=id='log1'", ["two"]],
  ] as const)("%s", async ([query, messages]) => {
    const { body } = await request("GET", `/api/logs?${query}`);
    expect((body as { items: LogItem[] }).items.map(({ message }) => message)).toEqual(messages);
  });

  test.for(["filter=nope=1", "filter=data.='x'", "sort=nope", "filter=level", "page=x"])(
    "%s is refused",
    async (query) => {
      expect(await request("GET", `/api/logs?${query}`)).toEqual({
        status: 400,
        body: {
          data: {},
          message: "Something went wrong while processing your request.",
          status: 400,
        },
      });
    },
  );

  test("gives a page; data has its keys in order", async () => {
    const { body } = await request("GET", "/api/logs?sort=@rowid&page=2&perPage=1");
    expect(body).toMatchObject({ page: 2, perPage: 1, totalItems: 3, totalPages: 3 });
    const [item] = (body as { items: LogItem[] }).items;
    expect(JSON.stringify(item)).toBe(
      '{"id":"log1","created":"2026-01-01 10:00:00.000Z","data":{"a":{"b":2},"status":404,"z":1},"message":"two","level":8}',
    );
  });

  test("one entry by its id", async () => {
    expect((await request("GET", "/api/logs/log0")).body).toMatchObject({
      id: "log0",
      message: "one",
    });
    expect((await request("GET", "/api/logs/missing")).status).toBe(404);
  });

  test("counts by hour", async () => {
    expect((await request("GET", "/api/logs/stats")).body).toEqual([
      { date: "2026-01-01 10:00:00.000Z", total: 2 },
      { date: "2026-01-01 11:00:00.000Z", total: 1 },
    ]);
    expect((await request("GET", "/api/logs/stats?filter=level=8")).body).toEqual([
      { date: "2026-01-01 10:00:00.000Z", total: 1 },
    ]);
    expect(await request("GET", "/api/logs/stats?filter=nope=1")).toEqual({
      status: 400,
      body: { data: {}, message: "Invalid filter format.", status: 400 },
    });
  });

  test("can be emptied", async () => {
    expect((await request("DELETE", "/api/logs")).status).toBe(204);
    expect((await request("GET", "/api/logs")).body).toMatchObject({ totalItems: 0 });
  });

  test("is for superusers", async () => {
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/stats"],
      ["GET", "/log0"],
      ["DELETE", ""],
    ] as const) {
      expect((await request(method, `/api/logs${path}`, {})).status).toBe(401);
    }
  });
});

describe("the log of requests", () => {
  test("has PocketBase's keys", async () => {
    await request("GET", "/api/collections/users/records?page=1&filter=%C3%A4~'x'", {
      "user-agent": "tester",
      referer: "http://here/",
    });
    await request("GET", "/api/health", { "user-agent": "tester" });
    const [failed, fine] = await logs("data.userAgent='tester'");
    expect(failed).toMatchObject({
      level: 8,
      message: expect.stringContaining(
        "GET /api/collections/users/records?page=1&filter=ä",
      ) as unknown,
    });
    expect(Object.keys(fine!.data)).toEqual([
      "auth",
      "execTime",
      "method",
      "referer",
      "remoteIP",
      "status",
      "type",
      "url",
      "userAgent",
      "userIP",
    ]);
    expect(fine).toMatchObject({
      level: 0,
      message: "GET /api/health",
      data: { method: "GET", status: 200, type: "request", url: "/api/health", auth: "" },
    });
  });

  test("holds no tokens", async () => {
    await request("GET", "/api/health?token=geheim&x=1", { referer: "http://here/?token=geheim" });
    await request("GET", "/api/oauth2-redirect?state=geheim&code=geheim%26mehr");
    await request("GET", "/api/files/users/x/y?token=geheim");
    const text = JSON.stringify(await logs());
    expect(text).toContain("/api/health?token=***&x=1");
    expect(text).not.toContain("geheim");
  });

  test("leaves out what succeeds quietly, and everything when nothing is kept", async () => {
    await request("GET", "/api/logs?marker=1");
    server.app.settings.logs.maxDays = 0;
    await request("GET", "/api/health?marker=2");
    server.app.settings.logs.maxDays = 5;
    await request("GET", "/api/logs?marker=3&filter=nope=1");
    await request("GET", "/api/health?marker=4");
    const text = JSON.stringify(await logs());
    expect([1, 2, 3, 4].filter((marker) => text.includes(`marker=${marker}`))).toEqual([3, 4]);
  });

  test("addresses and auth ids are kept only when the settings say so", async () => {
    server.app.settings.logs.logIP = false;
    server.app.settings.logs.logAuthId = true;
    await request("GET", "/api/health?marker=5");
    const [entry] = await logs("data.url~'marker=5'");
    expect(entry?.data).toHaveProperty("authId");
    expect(entry?.data).not.toHaveProperty("userIP");
  });
});

describe("what is logged while the app ends", () => {
  test("is stored until its databases are closed", async () => {
    const { dataDir } = server;
    const own = await startTestServer({ dataDir: `${dataDir}-ending` });
    own.app.onTerminate().bindFunc((event) => {
      own.app.logger.info("said late");
      return event.next();
    });
    await own.close();
    const again = await startTestServer({ dataDir: `${dataDir}-ending` });
    const rows = await again.app.auxDb.all<{ message: string }>({
      sql: "SELECT message FROM _logs",
      parameters: [],
    });
    await again.close();
    expect(rows).toContainEqual({ message: "said late" });
  });

  test("and after that is let go of without a word on the terminal", async () => {
    const own = await startTestServer();
    const { app } = own;
    await own.close();
    const terminal = vi.spyOn(process.stderr, "write");
    try {
      // A full batch is written at once.
      for (let count = 0; count < 1000; count++) app.logger.info("said too late");
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(terminal.mock.calls).toEqual([]);
    } finally {
      terminal.mockRestore();
    }
  });
});

describe("redactUrl", () => {
  test.for([
    ["/a?token=x", "/a?token=***"],
    ["/a?b=1&token=x&c=2#d", "/a?b=1&token=***&c=2#d"],
    ["/a?TOKEN=x", "/a?TOKEN=***"],
    ["/a?code=1&state=2", "/a?code=***&state=***"],
    ["/a?mytoken=x&token=", "/a?mytoken=x&token="],
    ["/a", "/a"],
  ] as const)("%s", ([url, redacted]) => {
    expect(redactUrl(url)).toBe(redacted);
  });
});
