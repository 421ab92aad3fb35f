import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RequestEvent } from "../../src/http/event.ts";
import { Router } from "../../src/http/router.ts";
import type { TestServer } from "../../src/testing/index.ts";
import { ask, FILE_NOT_FOUND, NOT_FOUND, serveRoutes } from "./fixture.ts";

const trace = (name: string) => (event: RequestEvent) => {
  event.set("trace", [...((event.get("trace") as string[] | undefined) ?? []), name]);
  return event.next();
};
const answerTrace = (event: RequestEvent) => event.get("trace") ?? [];

describe("routes and groups", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serveRoutes((router) => {
      const outer = router.group("/t").bindFunc(trace("outer"));
      outer.bind({ id: "late", priority: 10, func: trace("late") });
      outer.bind({ id: "early", priority: -10, func: trace("early") });
      const inner = outer.group("/in").bindFunc(trace("inner"));
      inner.get("/plain", answerTrace);
      inner.get("/own", answerTrace).bindFunc(trace("route"));
      inner.get("/without", answerTrace).unbind("early", "late");
      inner.get("/replaced", answerTrace).bind({ id: "late", func: trace("replaced") });
      outer.group("/bare").unbind("late").get("/x", answerTrace);
      outer.get("/cleared", answerTrace);
      router.get("/params/{a}/x/{rest...}", (event) => ({ ...event.params }));
      router.any("/any", (event) => event.method);
      router.route("post", "/posted", () => "posted");
      router.get("/no-cors", () => "x").unbind("pbCors", "pbSecurityHeaders");
      router.get("/taken/{path...}", () => "taken");
    });
  });
  afterAll(() => server.close());

  test.each([
    ["/t/in/plain", ["early", "outer", "inner", "late"]],
    ["/t/in/own", ["early", "outer", "inner", "route", "late"]],
    ["/t/in/without", ["outer", "inner"]],
    ["/t/in/replaced", ["early", "outer", "replaced", "inner"]],
    ["/t/bare/x", ["early", "outer"]],
    ["/t/cleared", ["early", "outer", "late"]],
  ])("%s runs its middlewares by priority, then from the outside in", async (path, expected) => {
    expect(JSON.parse((await ask(server, `GET ${path}`)).body)).toEqual(expected);
  });

  test("decode path parameters", async () => {
    const { body } = await ask(server, "GET /params/a%2Fb%20%C3%A4/x/c/d%3F?q=1");
    expect(JSON.parse(body)).toEqual({ a: "a/b ä", rest: "c/d?" });
  });

  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "SEARCH"])(
    "of any method answer %s",
    async (method) => {
      expect((await ask(server, `${method} /any`)).body).toBe(JSON.stringify(method));
    },
  );

  test("take their method in any case", async () => {
    expect((await ask(server, "POST /posted")).body).toBe('"posted"');
  });

  test("can do without standard middlewares", async () => {
    const { headers } = await ask(server, "GET /no-cors", { headers: { origin: "http://a.b" } });
    expect([
      headers["vary"],
      headers["access-control-allow-origin"],
      headers["x-frame-options"],
    ]).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ["GET /nowhere", FILE_NOT_FOUND],
    ["GET /api/nope", FILE_NOT_FOUND],
    ["GET /api/health/", FILE_NOT_FOUND],
    ["GET /posted", FILE_NOT_FOUND],
    ["POST /nowhere", NOT_FOUND],
    ["DELETE /posted", NOT_FOUND],
    ["POST /api/health", NOT_FOUND],
    ["HEAD /nowhere", ""],
  ])("%s finds nothing", async (line, body) => {
    const answer = await ask(server, line);
    expect([answer.status, answer.body]).toEqual([404, body]);
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test("answer HEAD as GET, without the body", async () => {
    const answer = await ask(server, "HEAD /api/health");
    expect([answer.status, answer.body, answer.headers["content-length"]]).toEqual([200, "", "50"]);
  });

  // Observed on PocketBase 0.40.4.
  test.each([
    ["GET //api/health", "/api/health", '<a href="/api/health">Temporary Redirect</a>.\n\n'],
    [
      "GET /api/../api/health?x=1",
      "/api/health?x=1",
      '<a href="/api/health?x=1">Temporary Redirect</a>.\n\n',
    ],
    ["GET /a/..", "/", '<a href="/">Temporary Redirect</a>.\n\n'],
    ["GET /_", "/_/", '<a href="/_/">Temporary Redirect</a>.\n\n'],
    [
      "GET /a//b?x=<'&\">",
      "/a/b?x=<'&\">",
      '<a href="/a/b?x=&lt;&#39;&amp;&#34;&gt;">Temporary Redirect</a>.\n\n',
    ],
    ["POST /api//health", "/api/health", ""],
    ["HEAD /a//b", "/a/b", ""],
    ["GET /taken", "/taken/", '<a href="/taken/">Temporary Redirect</a>.\n\n'],
  ])("%s is redirected to the canonical path", async (line, location, body) => {
    const answer = await ask(server, line);
    expect([answer.status, answer.headers["location"], answer.body]).toEqual([307, location, body]);
    expect(answer.headers["x-frame-options"]).toBeUndefined();
    expect(answer.headers["content-type"]).toBe(
      line.startsWith("POST") ? undefined : "text/html; charset=utf-8",
    );
  });

  test.each(["GET /%zz", "POST /%zz", "GET /api/files/demo1/%z/x"])(
    "%s is malformed",
    async (line) => {
      const answer = await ask(server, line);
      expect([answer.status, answer.headers["content-type"], answer.body]).toEqual([
        400,
        "text/plain; charset=utf-8",
        "400 Bad Request",
      ]);
    },
  );
});

describe("a router", () => {
  test("knows its routes, whatever their trailing wildcard is called", () => {
    const router = new Router();
    router.group("/a").get("/{path...}", () => "");
    expect(router.hasRoute("get", "/a/{rest...}")).toBe(true);
    expect(router.hasRoute("GET", "/a/")).toBe(true);
    expect(router.hasRoute("POST", "/a/")).toBe(false);
    expect(router.hasRoute("GET", "/a")).toBe(false);
  });

  test("refuses the same route twice when it is compiled", () => {
    const router = new Router();
    router.get("/a/{x}", () => "");
    router.get("/a/{y}", () => "");
    expect(() => router.compile()).toThrow('route "GET /a/{y}" is registered twice');
  });

  test("removes middlewares from what is registered already, and allows them again", () => {
    const router = new Router();
    const group = router.group("/g");
    const route = group.get("/r", () => "");
    router.unbind("x");
    expect([group, route].map(({ middlewares }) => middlewares.excluded.has("x"))).toEqual([
      true,
      true,
    ]);
    route.bind({ id: "x", func: (event) => event.next() });
    expect(route.middlewares.excluded.has("x")).toBe(false);
  });
});
