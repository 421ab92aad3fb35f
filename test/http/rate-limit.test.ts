import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newAuthToken } from "../../src/auth/tokens.ts";
import {
  collectionRateLimit,
  isOverLimit,
  resetRateLimits,
} from "../../src/http/middleware/rate-limit.ts";
import { RateLimiter } from "../../src/http/rate-limiter.ts";
import type { RateLimitRule, SettingsData } from "../../src/settings/settings.ts";
import type { TestServer } from "../../src/testing/index.ts";
import { ask, errorBody, serveRoutes } from "./fixture.ts";

describe("a limiter", () => {
  const SECOND = 1000;

  test("counts in windows that begin with a client's first request", () => {
    const limiter = new RateLimiter({ maxRequests: 2, duration: 3 });
    const takes = (client: string, ...seconds: number[]) =>
      seconds.map((at) => limiter.take(client, at * SECOND));
    expect(takes("a", 10, 11, 12.9)).toEqual([true, true, false]);
    expect(takes("b", 12)).toEqual([true]);
    expect(takes("a", 13, 13, 13)).toEqual([true, true, false]);
  });

  test("allows nothing when nothing is allowed", () => {
    expect(new RateLimiter({ maxRequests: 0, duration: 1 }).take("a")).toBe(false);
  });

  test("forgets clients half an hour after their window", () => {
    const limiter = new RateLimiter({ maxRequests: 1, duration: 10 });
    limiter.take("a", 0);
    limiter.removeIdle(1810 * SECOND);
    expect(limiter.take("a", 5 * SECOND)).toBe(false);
    limiter.removeIdle(1811 * SECOND);
    expect(limiter.take("a", 5 * SECOND)).toBe(true);
  });
});

describe("the limits of the settings", () => {
  let server: TestServer;
  let original: SettingsData;
  let tokens: { user: string; superuser: string };

  beforeAll(async () => {
    server = await serveRoutes((router) => {
      router.get("/a", () => "ok");
      router.post("/a", () => "ok");
      router.get("/a/b", () => "ok");
      router.get("/x/{collection}", () => "ok").bind(collectionRateLimit("one", "two"));
      router.get("/y/{collection}", () => "ok").bind(collectionRateLimit("one"));
      router.get("/apart", (event) =>
        isOverLimit(event, "apart", { maxRequests: 1, duration: 60 }),
      );
    });
    original = server.app.settings;
    const user = server.app.newRecord("users", { email: "a@example.com", password: "1234567890" });
    await server.app.save(user);
    tokens = { user: newAuthToken(user), superuser: await server.superuserToken() };
  });
  afterAll(() => server.close());
  beforeEach(() => resetRateLimits(server.app));
  afterEach(() => void (server.app.settings = original));

  const limit = (
    rules: Partial<RateLimitRule>[],
    more: Partial<SettingsData["rateLimits"]> = {},
  ) => {
    const complete = rules.map((rule) => ({
      label: "",
      audience: "",
      duration: 60,
      maxRequests: 1,
      ...rule,
    }));
    server.app.settings = {
      ...original,
      rateLimits: { enabled: true, excludedIPs: [], rules: complete, ...more },
    };
  };
  const send = async (line: string, token?: string) =>
    (await ask(server, line, token ? { headers: { authorization: token } } : {})).status;
  /** Statuses of these requests, one after the other. */
  const sendAll = async (...lines: string[]) => {
    const statuses: number[] = [];
    for (const line of lines) statuses.push(await send(line));
    return statuses;
  };

  test("answer with 429 and nothing more", async () => {
    limit([{ label: "/a" }]);
    await send("GET /a");
    const answer = await ask(server, "GET /a");
    expect([answer.status, answer.body]).toEqual([429, errorBody(429, "Too Many Requests.")]);
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect(answer.headers["x-frame-options"]).toBe("SAMEORIGIN");
  });

  test.each<[string, Partial<RateLimitRule>[], string[], number[]]>([
    ["a path counts for every method", [{ label: "/a" }], ["GET /a", "POST /a"], [200, 429]],
    [
      "a method and path only for that",
      [{ label: "POST /a" }],
      ["POST /a", "GET /a", "GET /a", "POST /a"],
      [200, 200, 200, 429],
    ],
    [
      "a method and path before the path",
      [{ label: "/a", maxRequests: 0 }, { label: "GET /a" }],
      ["GET /a", "POST /a"],
      [200, 429],
    ],
    [
      "a prefix for all below it and itself, with one counter",
      [{ label: "/a/" }],
      ["GET /a", "GET /a/b"],
      [200, 429],
    ],
    [
      "an exact label before a prefix",
      [{ label: "/a/", maxRequests: 0 }, { label: "/a/b" }],
      ["GET /a/b", "GET /a"],
      [200, 429],
    ],
    [
      "a prefix with the method before an exact path",
      [{ label: "/a", maxRequests: 0 }, { label: "GET /a/" }],
      ["GET /a"],
      [200],
    ],
    ["other spellings of the path too", [{ label: "/a" }], ["GET /%61", "GET /a"], [200, 429]],
    ["unknown paths too", [{ label: "/" }], ["GET /nowhere", "GET /elsewhere"], [404, 429]],
    ["a query changes nothing", [{ label: "/a" }], ["GET /a?x=1", "GET /a?x=2"], [200, 429]],
    [
      "preflights never",
      [{ label: "/a" }],
      ["OPTIONS /a", "OPTIONS /a", "GET /a"],
      [204, 204, 200],
    ],
  ])("%s", async (_, rules, lines, statuses) => {
    limit(rules);
    expect(await sendAll(...lines)).toEqual(statuses);
  });

  test.each<[string, Partial<RateLimitRule>[], string[], number[]]>([
    [
      "by collection and tag",
      [{ label: "users:one" }],
      ["GET /x/users", "GET /x/users", "GET /x/_superusers"],
      [200, 429, 200],
    ],
    [
      "by tag of any collection, counted apart",
      [{ label: "*:two" }],
      ["GET /x/users", "GET /x/_superusers", "GET /x/users"],
      [200, 200, 429],
    ],
    [
      "the first tag before the second",
      [{ label: "users:two", maxRequests: 0 }, { label: "users:one" }],
      ["GET /x/users"],
      [200],
    ],
    [
      "the collection before any collection",
      [{ label: "*:one", maxRequests: 0 }, { label: "users:two" }],
      ["GET /x/users"],
      [200],
    ],
    [
      "a tag before a path",
      [{ label: "/x/", maxRequests: 0 }, { label: "*:one" }],
      ["GET /x/users"],
      [200],
    ],
    [
      "a path where no tag fits, counted per collection",
      [{ label: "/x/" }],
      ["GET /x/users", "GET /x/_superusers", "GET /x/users"],
      [200, 200, 429],
    ],
    [
      "every route counts apart",
      [{ label: "*:one" }],
      ["GET /x/users", "GET /y/users", "GET /y/users"],
      [200, 200, 429],
    ],
  ])("on collection routes: %s", async (_, rules, lines, statuses) => {
    limit(rules);
    expect(await sendAll(...lines)).toEqual(statuses);
  });

  test("on collection routes come after the collection is known", async () => {
    limit([{ label: "/x/", maxRequests: 0 }]);
    const answer = await ask(server, "GET /x/missing");
    expect([answer.status, answer.body]).toEqual([
      404,
      errorBody(404, "Missing or invalid collection context."),
    ]);
  });

  test("tell guests from users by audience", async () => {
    limit([
      { label: "/a", audience: "@guest", maxRequests: 0 },
      { label: "/a", audience: "@auth", maxRequests: 1 },
    ]);
    expect([
      await send("GET /a"),
      await send("GET /a", tokens.user),
      await send("GET /a", tokens.user),
    ]).toEqual([429, 200, 429]);
  });

  test("do not touch superusers", async () => {
    limit([{ label: "/a", maxRequests: 0 }]);
    expect(await send("GET /a", tokens.superuser)).toBe(200);
  });

  test("do not touch excluded addresses", async () => {
    limit([{ label: "/a", maxRequests: 0 }], { excludedIPs: ["127.0.0.0/24"] });
    expect(await send("GET /a")).toBe(200);
  });

  test("do nothing while they are off", async () => {
    limit([{ label: "/a", maxRequests: 0 }], { enabled: false });
    expect(await send("GET /a")).toBe(200);
  });

  test("start anew when the settings are read again", async () => {
    limit([{ label: "/a" }]);
    expect(await sendAll("GET /a", "GET /a")).toEqual([200, 429]);
    expect(server.app.crons.find("__pbRateLimitersCleanup__")?.expression).toBe("2 * * * *");
    resetRateLimits(server.app);
    expect(server.app.crons.find("__pbRateLimitersCleanup__")).toBeUndefined();
    expect(await send("GET /a")).toBe(200);
  });

  test("leave counters of their own to others", async () => {
    expect([
      (await ask(server, "GET /apart")).body,
      (await ask(server, "GET /apart")).body,
    ]).toEqual(["false", "true"]);
  });
});
