import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notFound } from "../../src/lib/errors.ts";
import type { TestServer } from "../../src/testing/index.ts";
import {
  ask,
  BAD_REQUEST,
  errorBody,
  FORM_TYPE,
  JSON_TYPE,
  LAST_BOUNDARY,
  MULTIPART_TYPE,
  part,
  serveRoutes,
} from "./fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await serveRoutes((router) => {
    const group = router.group("/e");
    group.get("/json", (event) => event.json(201, { b: 1, a: [1, { c: "<&>" }] }));
    group.get("/value", () => ({ a: 1 }));
    group.get("/null", () => null);
    group.get("/nothing", () => undefined);
    group.get(
      "/response",
      () =>
        new Response("hi", {
          status: 202,
          headers: [
            ["x-a", "1"],
            ["set-cookie", "c=1"],
            ["set-cookie", "d=2"],
          ],
        }),
    );
    group.get("/async-response", async () => Response.json({ ok: true }));
    group.get("/text", (event) => event.text(200, "grüße"));
    group.get("/html", (event) => event.html(200, "<p>"));
    group.get("/blob", (event) => event.blob(200, "image/x", new Uint8Array([0, 255])));
    group.get("/none", (event) => event.noContent());
    group.get("/redirect", (event) => event.redirect(302, "/ziel ü\r\nx: y"));
    group.get("/bad-redirect", (event) => event.redirect(200, "/x"));
    group.get("/node-stream", (event) =>
      event.stream(200, "text/x", Readable.from([Buffer.from("a"), Buffer.from("b")])),
    );
    group.get("/web-stream", (event) => event.stream(200, "text/x", new Response("web").body!));
    group.get("/own-type", (event) => {
      event.setHeader("Content-Type", "application/vnd.x+json");
      return event.json(200, 1);
    });
    group.get("/late-error", async (event) => {
      await event.json(200, { secret: 1 });
      throw notFound("Too late");
    });
    group
      .get("/late-error-in-middleware", (event) => event.json(200, {}))
      .bindFunc(async (event) => {
        await event.next();
        throw event.forbidden("After all");
      });
    group.get("/stream-then-error", async (event) => {
      await event.stream(200, "text/x", Readable.from(["x"]));
      throw event.badRequest("No stream");
    });
    group.get("/stream-then-text", async (event) => {
      const stream = Readable.from(["x"]);
      stream.once("close", () => event.app.store.set("closed", true));
      await event.stream(200, "text/x", stream);
      await event.text(200, "text");
    });
    group.get("/error", (event) => {
      throw event.notFound("Gone");
    });
    group.get("/last-wins", async (event) => {
      await event.json(500, {});
      await event.text(200, "second");
    });
    group.get("/headers", (event) => {
      event.setHeader("X-One", "1");
      event.appendHeader("X-Many", "a");
      event.appendHeader("x-many", "b");
      event.appendHeader("x-many", "c");
      event.setHeader("x-gone", "1");
      event.removeHeader("X-Gone");
      return {
        one: event.responseHeader("x-one"),
        many: event.responseHeader("X-MANY"),
        written: event.isWritten,
      };
    });
    group.post("/twice", async (event) => {
      const first = await event.body();
      return { same: first === (await event.body()), first, files: (await event.files()).size };
    });
    group.post("/bytes", async (event) => ({
      raw: (await event.bytes()).toString(),
      body: await event.body(),
    }));
    group.post("/bytes-after", async (event) => {
      const body = await event.body();
      const bytes = await event.bytes().catch((error: Error) => error.message);
      return [body, bytes.toString()];
    });
    group.post("/info", async (event) => {
      const before = await event.requestInfo();
      const { context } = before;
      event.set("infoContext", "oauth2");
      const after = await event.requestInfo();
      return {
        ...after,
        contexts: [context, after.context],
        same: before === after,
        auth: after.auth?.id ?? null,
      };
    });
    group.get("/ips", (event) => [event.remoteIP(), event.realIP()]);
  });
});
afterAll(() => server.close());

describe("an answer", () => {
  test.each([
    ["/json", 201, "application/json", '{"b":1,"a":[1,{"c":"<&>"}]}'],
    ["/value", 200, "application/json", '{"a":1}'],
    ["/null", 200, "application/json", "null"],
    ["/nothing", 200, undefined, ""],
    ["/response", 202, "text/plain;charset=UTF-8", "hi"],
    ["/async-response", 200, "application/json", '{"ok":true}'],
    ["/text", 200, "text/plain; charset=utf-8", "grüße"],
    ["/html", 200, "text/html; charset=utf-8", "<p>"],
    ["/none", 204, undefined, ""],
    ["/node-stream", 200, "text/x", "ab"],
    ["/web-stream", 200, "text/x", "web"],
    ["/own-type", 200, "application/vnd.x+json", "1"],
    ["/last-wins", 200, "text/plain; charset=utf-8", "second"],
  ])("of %s is sent as it was given", async (path, status, type, body) => {
    const answer = await ask(server, `GET /e${path}`);
    expect([answer.status, answer.headers["content-type"], answer.body]).toEqual([
      status,
      type,
      body,
    ]);
  });

  test("of bytes keeps them", async () => {
    expect([...(await ask(server, "GET /e/blob")).bytes]).toEqual([0, 255]);
  });

  test("carries its length, but not without a body", async () => {
    const lengths = ["/text", "/none", "/nothing", "/node-stream"].map(
      async (path) => (await ask(server, `GET /e${path}`)).headers["content-length"],
    );
    expect(await Promise.all(lengths)).toEqual(["7", undefined, "0", undefined]);
  });

  test("keeps lines of the same header apart", async () => {
    const { headers, rawHeaders, body } = await ask(server, "GET /e/headers");
    expect(rawHeaders.filter((_, index) => rawHeaders[index - 1] === "x-many")).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect([headers["x-one"], headers["x-gone"]]).toEqual(["1", undefined]);
    expect(JSON.parse(body)).toEqual({ one: "1", many: "a, b, c", written: false });
    expect((await ask(server, "GET /e/response")).headers["set-cookie"]).toEqual(["c=1", "d=2"]);
  });

  test("redirects only to what fits into a header", async () => {
    const answer = await ask(server, "GET /e/redirect");
    expect([answer.status, answer.headers["location"], answer.headers["x"]]).toEqual([
      302,
      "/ziel%20%C3%BC%0D%0Ax:%20y",
      undefined,
    ]);
    expect((await ask(server, "GET /e/bad-redirect")).body).toBe(
      errorBody(500, "Invalid redirect status code."),
    );
  });

  // As PocketBase, which has sent it by then.
  test.each([
    ["/late-error", '{"secret":1}'],
    ["/late-error-in-middleware", "{}"],
    ["/stream-then-error", "x"],
  ])("of %s is not changed by an error that comes after it", async (path, body) => {
    const answer = await ask(server, `GET /e${path}`);
    expect([answer.status, answer.body]).toEqual([200, body]);
  });

  test("that is a stream and not sent is let go of", async () => {
    server.app.store.delete("closed");
    await ask(server, "GET /e/stream-then-text");
    expect(server.app.store.get("closed")).toBe(true);
  });

  // Observed on PocketBase 0.40.4 with /api/health.
  test.each([
    ["fields=b", '{"b":1}'],
    ["fields=b,", '{"b":1}'],
    ["fields=", '{"b":1,"a":[1,{"c":"<&>"}]}'],
    ["fields=nope", "{}"],
  ])("of 2xx is reduced by %s", async (query, body) => {
    expect((await ask(server, `GET /e/json?${query}`)).body).toBe(body);
  });

  test("with a broken fields expression is a 400", async () => {
    const answer = await ask(server, "GET /e/json?fields=b:excerpt(");
    expect([answer.status, answer.body]).toEqual([400, BAD_REQUEST]);
  });

  test("that is an error is not reduced", async () => {
    expect((await ask(server, "GET /e/error?fields=status")).body).toBe(errorBody(404, "Gone."));
  });
});

describe("a request", () => {
  test("gives its body again and again", async () => {
    const answer = await ask(server, "POST /e/twice", { headers: JSON_TYPE, body: '{"a":1}' });
    expect(JSON.parse(answer.body)).toEqual({ same: true, first: { a: 1 }, files: 0 });
  });

  test("gives its bytes before they are bound", async () => {
    const answer = await ask(server, "POST /e/bytes?c=3", { headers: FORM_TYPE, body: "a=1&b=x" });
    expect(JSON.parse(answer.body)).toEqual({ raw: "a=1&b=x", body: { a: 1, b: "x", c: 3 } });
  });

  test.each<[string, string, Record<string, string>, unknown]>([
    ["JSON", '{"a":1}', JSON_TYPE, '{"a":1}'],
    ["a form", "a=1", FORM_TYPE, "a=1"],
    [
      "multipart",
      part("a", "1") + LAST_BOUNDARY,
      MULTIPART_TYPE,
      "the body was bound as multipart before its bytes were asked for",
    ],
  ])(
    "gives the bytes of %s after it was bound, or says why not",
    async (_, body, headers, expected) => {
      const answer = await ask(server, "POST /e/bytes-after", { headers, body });
      expect(JSON.parse(answer.body)).toEqual([{ a: 1 }, expected]);
    },
  );

  test("of multipart can be bound from its bytes", async () => {
    const body = part("a", "1") + part("f", "x", "f.txt") + LAST_BOUNDARY;
    const answer = await ask(server, "POST /e/bytes", { headers: MULTIPART_TYPE, body });
    expect(JSON.parse(answer.body)).toEqual({ raw: body, body: { a: 1 } });
  });

  test("describes itself to rules, with the context of the moment", async () => {
    const answer = await ask(server, "POST /e/info?q=1&q=2&z=%C3%BC", {
      headers: { ...JSON_TYPE, "X-Some-Token": ["first", "second"], "x__odd--name_": "v" },
      body: '{"a":[1]}',
    });
    const info = JSON.parse(answer.body) as Record<string, Record<string, unknown>>;
    expect(info).toMatchObject({
      contexts: ["default", "oauth2"],
      same: true,
      method: "POST",
      auth: null,
      query: { q: "1", z: "ü" },
      body: { a: [1] },
    });
    expect(info["headers"]).toMatchObject({
      content_type: "application/json",
      x_some_token: "first",
      x_odd_name: "v",
    });
    expect(info["headers"]).not.toHaveProperty("host");
  });

  describe("behind a proxy", () => {
    const forwarded = { "X-Forwarded-For": ["9.9.9.9", " 1.1.1.1 , nonsense, 2001:db8::1 ,"] };

    test.each([
      [[], false, "127.0.0.1"],
      [["X-Real-IP"], false, "127.0.0.1"],
      [["X-Real-IP", "X-Forwarded-For"], false, "2001:0db8:0000:0000:0000:0000:0000:0001"],
      [["X-Forwarded-For"], true, "1.1.1.1"],
    ])(
      "with trusted headers %j, leftmost %j, comes from %s",
      async (headers, useLeftmostIP, expected) => {
        const { settings } = server.app;
        server.app.settings = { ...settings, trustedProxy: { headers, useLeftmostIP } };
        const answer = await ask(server, "GET /e/ips", { headers: forwarded });
        server.app.settings = settings;
        expect(JSON.parse(answer.body)).toEqual(["127.0.0.1", expected]);
      },
    );
  });
});
