import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../src/app.ts";
import { newAuthToken, newFileToken } from "../../src/auth/tokens.ts";
import {
  LOG_META_KEY,
  type RequestLogEntry,
  skipSuccessActivityLog,
} from "../../src/http/middleware/activity-log.ts";
import {
  requireAuth,
  requireGuestOnly,
  requireSameCollectionAuth,
  requireSuperuserAuth,
  requireSuperuserOrOwnerAuth,
} from "../../src/http/middleware/require.ts";
import type { RecordModel } from "../../src/records/record.ts";
import type { TestServer } from "../../src/testing/index.ts";
import { type Answer, ask, errorBody, serveRoutes } from "./fixture.ts";

const pick = (answer: Answer, ...names: string[]) => names.map((name) => answer.headers[name]);

describe("cross-origin headers", () => {
  const HEADERS = [
    "vary",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
  ];
  const METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";
  const PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  const server = (origins: readonly string[]) => serveRoutes(() => undefined, { origins });

  describe("for every origin", () => {
    let open: TestServer;
    beforeAll(async () => {
      open = await server(["*"]);
    });
    afterAll(() => open.close());

    // Observed on PocketBase 0.40.4.
    test.each<[string, Record<string, string>, number, unknown[]]>([
      ["GET /api/health", {}, 200, ["Origin", undefined, undefined, undefined]],
      ["GET /api/health", { origin: "http://a.b" }, 200, ["Origin", "*", undefined, undefined]],
      ["GET /api/health", { origin: "null" }, 200, ["Origin", "*", undefined, undefined]],
      ["OPTIONS /api/health", {}, 204, ["Origin", undefined, undefined, undefined]],
      ["OPTIONS /api/health", { origin: "" }, 204, ["Origin", undefined, undefined, undefined]],
      [
        "OPTIONS /nowhere",
        { origin: "http://a.b" },
        204,
        [PREFLIGHT_VARY, "*", METHODS, undefined],
      ],
      [
        "OPTIONS /api/health",
        { origin: "http://a.b", "access-control-request-headers": "X-A, X-B" },
        204,
        [PREFLIGHT_VARY, "*", METHODS, "X-A, X-B"],
      ],
    ])("%s with %j", async (line, headers, status, expected) => {
      const answer = await ask(open, line, { headers });
      expect([answer.status, ...pick(answer, ...HEADERS)]).toEqual([status, ...expected]);
      // Nothing behind them sees a preflight.
      expect("x-frame-options" in answer.headers).toBe(!line.startsWith("OPTIONS"));
    });
  });

  describe("for some origins", () => {
    let closed: TestServer;
    beforeAll(async () => {
      closed = await server([
        "https://exact.com",
        "https://*.wild.com",
        "http://local?ost:*",
        "app://*",
      ]);
    });
    afterAll(() => closed.close());

    test.each([
      ["https://exact.com", true],
      ["https://exact.com.evil.com", false],
      ["https://exactxcom", false],
      ["http://exact.com", false],
      ["https://a.wild.com", true],
      ["https://a.b.wild.com", true],
      ["https://wild.com", false],
      ["https://evilwild.com", false],
      ["https://wild.com.evil.com", false],
      ["http://a.wild.com", false],
      ["http://localhost:3000", true],
      ["http://localxhost:3000", false],
      ["app://anything", true],
      [`https://${"a".repeat(300)}.wild.com`, false],
      ["null", false],
    ])("%s is allowed: %j", async (origin, isAllowed) => {
      const answer = await ask(closed, "GET /api/health", { headers: { origin } });
      expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([
        200,
        isAllowed ? origin : undefined,
      ]);
      const preflight = await ask(closed, "OPTIONS /api/health", { headers: { origin } });
      expect([preflight.status, ...pick(preflight, "access-control-allow-methods")]).toEqual([
        204,
        isAllowed ? METHODS : undefined,
      ]);
    });
  });
});

describe("the standard middlewares", () => {
  let server: TestServer;
  let user: RecordModel;
  let other: RecordModel;
  let tokens: Record<string, string>;
  const logged: RequestLogEntry[] = [];

  beforeAll(async () => {
    server = await serveRoutes((router, app) => {
      Object.assign(app, { logRequest: (entry: RequestLogEntry) => void logged.push(entry) });
      router.get("/who", (event) => event.auth?.id ?? "guest");
      router.get("/guest", () => "ok").bind(requireGuestOnly());
      router.get("/auth", () => "ok").bind(requireAuth());
      router.get("/users", () => "ok").bind(requireAuth("users", "members"));
      router.get("/superuser", () => "ok").bind(requireSuperuserAuth());
      router.get("/owner/{id}", () => "ok").bind(requireSuperuserOrOwnerAuth());
      router.get("/owner-of/{user}", () => "ok").bind(requireSuperuserOrOwnerAuth("user"));
      router.get("/same/{collection}", () => "ok").bind(requireSameCollectionAuth());
      router.get("/quiet", () => "ok").bind(skipSuccessActivityLog());
      router
        .get("/quiet-failure", (event) => {
          throw event.badRequest("no");
        })
        .bind(skipSuccessActivityLog());
      router.get("/meta", (event) => {
        event.set(LOG_META_KEY, { a: 1 });
        return "ok";
      });
      router.get("/refused", (event) => {
        const text = { code: "x", message: "Too short." };
        throw event.badRequest("No", { data: { text, nested: { text } } });
      });
      router.get("/slip", () => {
        throw new TypeError("slip");
      });
      router.get("/caused", (event) => {
        throw event.notFound("gone", { cause: new Error("deep reason") });
      });
    });
    const { app } = server;
    app.logger.error = () => undefined;
    const token = await server.superuserToken();
    user = app.newRecord("users", { email: "a@example.com", password: "1234567890" });
    other = app.newRecord("users", { email: "b@example.com", password: "1234567890" });
    await app.save(user);
    await app.save(other);
    tokens = {
      superuser: token,
      user: newAuthToken(user),
      file: newFileToken(user),
      garbage: "x.y.z",
    };
  });
  afterAll(() => server.close());

  const as = (who: string | undefined) => (who ? { headers: { authorization: tokens[who]! } } : {});
  const lines = () => ({
    owner: `GET /owner/${user.id}`,
    foreign: `GET /owner/${other.id}`,
    named: `GET /owner-of/${user.id}`,
  });

  test.each([
    ["user", "user"],
    ["file", "guest"],
    ["garbage", "guest"],
    [undefined, "guest"],
  ])("a request with the %s token is made by %s", async (who, expected) => {
    const id = expected === "user" ? user.id : expected;
    expect((await ask(server, "GET /who", as(who))).body).toBe(JSON.stringify(id));
  });

  test.each(["Bearer ", "bearer ", "BEARER "])("the token may follow %j", async (prefix) => {
    const headers = { authorization: prefix + tokens["user"]! };
    expect((await ask(server, "GET /who", { headers })).body).toBe(JSON.stringify(user.id));
  });

  const TOKEN_REQUIRED = [401, "The request requires valid record authorization token."] as const;
  const NOT_THIS_RECORD = [
    403,
    "The authorized record is not allowed to perform this action.",
  ] as const;
  const NOT_ALLOWED = [403, "You are not allowed to perform this request."] as const;

  test.each<[string, string | undefined, readonly [number, string] | "ok"]>([
    ["GET /guest", undefined, "ok"],
    ["GET /guest", "user", [400, "The request can be accessed only by guests."]],
    ["GET /auth", undefined, TOKEN_REQUIRED],
    ["GET /auth", "file", TOKEN_REQUIRED],
    ["GET /auth", "user", "ok"],
    ["GET /users", "user", "ok"],
    ["GET /users", "superuser", NOT_THIS_RECORD],
    ["GET /superuser", undefined, TOKEN_REQUIRED],
    ["GET /superuser", "user", NOT_THIS_RECORD],
    ["GET /superuser", "superuser", "ok"],
    ["owner", undefined, [401, "The request requires superuser or record authorization token."]],
    ["owner", "user", "ok"],
    ["owner", "superuser", "ok"],
    ["foreign", "user", NOT_ALLOWED],
    ["named", "user", "ok"],
    ["GET /same/users", undefined, TOKEN_REQUIRED],
    ["GET /same/users", "user", "ok"],
    ["GET /same/USERS", "user", "ok"],
    [
      "GET /same/users",
      "superuser",
      [403, "The request requires auth record from _superusers collection."],
    ],
    ["GET /same/missing", "user", [403, "The request requires auth record from users collection."]],
  ])("guard %s for %s", async (line, who, expected) => {
    const answer = await ask(server, (lines() as Record<string, string>)[line] ?? line, as(who));
    const body = expected === "ok" ? '"ok"' : errorBody(...expected);
    expect([answer.status, answer.body]).toEqual([expected === "ok" ? 200 : expected[0], body]);
  });

  test.each(["GET /api/health", "GET /nowhere", "POST /nowhere", "GET /auth"])(
    "%s carries the security headers",
    async (line) => {
      const answer = await ask(server, line);
      expect(
        pick(
          answer,
          "x-xss-protection",
          "x-content-type-options",
          "x-frame-options",
          "cross-origin-opener-policy",
        ),
      ).toEqual(["1; mode=block", "nosniff", "SAMEORIGIN", "same-origin"]);
    },
  );

  describe("the list of superusers' addresses", () => {
    const withList = async (app: App, superuserIPs: string[], who?: string) => {
      const { settings } = app;
      app.settings = { ...settings, superuserIPs };
      const answer = await ask(server, "GET /who", as(who));
      app.settings = settings;
      return answer;
    };

    test.each<[string[], string | undefined, number]>([
      [[], "superuser", 200],
      [["127.0.0.1"], "superuser", 200],
      [["127.0.0.0/8"], "superuser", 200],
      [["10.0.0.0/8"], "superuser", 403],
      [["::ffff:127.0.0.1"], "superuser", 403],
      [["10.0.0.0/8"], "user", 200],
      [["10.0.0.0/8"], undefined, 200],
    ])("%j lets the %s through with %d", async (list, who, status) => {
      expect((await withList(server.app, list, who)).status).toBe(status);
    });

    test("refuses before the security headers", async () => {
      const answer = await withList(server.app, ["10.0.0.1"], "superuser");
      expect(answer.body).toBe(errorBody(...NOT_ALLOWED));
      expect(pick(answer, "vary", "x-frame-options")).toEqual(["Origin", undefined]);
    });
  });

  describe("the log of requests", () => {
    afterEach(() => void (logged.length = 0));
    const logOf = async (line: string, question = {}) => {
      logged.length = 0;
      await ask(server, line, question);
      return logged;
    };

    test("tells who asked for what, from where, and how it went", async () => {
      const { settings } = server.app;
      server.app.settings = { ...settings, logs: { ...settings.logs, logAuthId: true } };
      const headers = { authorization: tokens["user"]!, referer: "http://r", "user-agent": "UA" };
      const [entry] = await logOf("GET /who?q=%C3%BC", { headers });
      server.app.settings = settings;
      expect(entry).toEqual({
        level: "info",
        message: "GET /who?q=ü",
        data: {
          type: "request",
          execTime: expect.any(Number),
          url: "/who?q=%C3%BC",
          method: "GET",
          status: 200,
          referer: "http://r",
          userAgent: "UA",
          auth: "users",
          authId: user.id,
          userIP: "127.0.0.1",
          remoteIP: "127.0.0.1",
        },
      });
    });

    test("leaves addresses out when it is told to", async () => {
      const { settings } = server.app;
      server.app.settings = { ...settings, logs: { ...settings.logs, logIP: false } };
      const [entry] = await logOf("GET /who");
      server.app.settings = settings;
      expect(Object.keys(entry!.data)).toEqual([
        "type",
        "execTime",
        "url",
        "method",
        "status",
        "referer",
        "userAgent",
        "auth",
      ]);
    });

    test.each<[string, object]>([
      ["GET /meta", { level: "info", data: { meta: { a: 1 }, status: 200 } }],
      [
        "GET /caused",
        { level: "error", data: { error: "Gone.", details: "deep reason", status: 404 } },
      ],
      ["GET /slip", { level: "error", data: { status: 500, details: "slip" } }],
      [
        "GET /refused",
        {
          level: "error",
          data: { status: 400, details: { text: "Too short.", nested: { text: "Too short." } } },
        },
      ],
      ["POST /nowhere", { level: "error", data: { status: 404, details: null } }],
      ["GET /quiet-failure", { level: "error", data: { status: 400 } }],
    ])("has an entry of %s", async (line, expected) => {
      expect(await logOf(line)).toMatchObject([expected]);
    });

    test.each(["GET /quiet", "OPTIONS /who", "GET /_/extensions.js"])(
      "has none of %s",
      async (line) => {
        expect(await logOf(line)).toEqual([]);
      },
    );

    test("is off with its days at 0", async () => {
      const { settings } = server.app;
      server.app.settings = { ...settings, logs: { ...settings.logs, maxDays: 0 } };
      const entries = await logOf("GET /who");
      server.app.settings = settings;
      expect(entries).toEqual([]);
    });

    test("cuts what is too long", async () => {
      const [entry] = await logOf(`GET /who?q=${"x".repeat(4000)}`, {
        headers: { "user-agent": "ü".repeat(1500) },
      });
      expect(String(entry!.data["url"])).toBe(`${"/who?q=".padEnd(3000, "x")}...`);
    });
  });
});
