import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/embed.ts";
import type { TestServer } from "../../src/testing/index.ts";
import { ask, NOT_FOUND, sendRaw, serveRoutes } from "./fixture.ts";

/** Status and body of a raw answer. */
function parse(answer: string): readonly [status: number, body: string] {
  const [head = "", ...body] = answer.split("\r\n\r\n");
  return [Number(head.split(" ")[1]), body.join("\r\n\r\n")];
}

describe("over the wire", () => {
  let server: TestServer;
  let aborted: Promise<void>;
  beforeAll(async () => {
    server = await serveRoutes((router) => {
      const gone = Promise.withResolvers<void>();
      aborted = gone.promise;
      router.get("/wait", async (event) => {
        event.signal.addEventListener("abort", () => gone.resolve());
        await once(event.signal, "abort");
      });
      router.get("/endless", (event) => {
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(Buffer.from("data: 1\n\n")),
          cancel: () => gone.resolve(),
        });
        return event.stream(200, "text/event-stream", stream);
      });
      router.get("/breaks", (event) =>
        event.stream(
          200,
          "text/plain",
          new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) }),
        ),
      );
      router.get("/short", (event) => {
        event.setHeader("content-length", "100");
        return event.stream(200, "text/plain", new Response("less").body!);
      });
      router.get("/bad-header", (event) => {
        event.setHeader("x-bad", "a\nb");
        return "x";
      });
      router.get("/header/{name}", (event) => event.header(event.params["name"]!) ?? null);
    });
  });
  afterAll(() => server.close());

  const health = "GET /api/health HTTP/1.1\r\n";
  // Observed on PocketBase 0.40.4.
  test.each<[string, string, number, string]>([
    [
      "no host",
      `${health}Connection: close\r\n\r\n`,
      400,
      "400 Bad Request: missing required Host header",
    ],
    [
      "two hosts",
      `${health}Host: a\r\nHost: b\r\nConnection: close\r\n\r\n`,
      400,
      "400 Bad Request",
    ],
    [
      "a malformed host",
      `${health}Host: a b\r\nConnection: close\r\n\r\n`,
      400,
      "400 Bad Request: malformed Host header",
    ],
    ["no HTTP", "HELLO\r\n\r\n", 400, "400 Bad Request"],
    ["a malformed header", `${health}Host: a\r\nBad Header: x\r\n\r\n`, 400, "400 Bad Request"],
    ["a blank in the path", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "400 Bad Request"],
    [
      "a malformed length",
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n`,
      400,
      "400 Bad Request",
    ],
    [
      "OPTIONS for all of it",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      200,
      "",
    ],
    ["GET of all of it", "GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400, ""],
    [
      "a whole URL",
      "POST http://other/nope?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      404,
      NOT_FOUND,
    ],
    ["HTTP/1.0 without a host", "POST /nope HTTP/1.0\r\n\r\n", 404, NOT_FOUND],
  ])("a request with %s gives %d", async (_, text, status, body) => {
    expect(parse(await sendRaw(server, text))).toEqual([status, body]);
  });

  test("headers may have nearly a megabyte, not more", async () => {
    const send = (length: number) =>
      sendRaw(server, `${health}Host: a\r\nX: ${"a".repeat(length)}\r\nConnection: close\r\n\r\n`);
    expect(parse(await send(900_000))[0]).toBe(200);
    expect(parse(await send(1_200_000))).toEqual([431, "431 Request Header Fields Too Large"]);
  });

  test("of several lines of a header the first counts", async () => {
    const headers = { "x-a": ["one, two", "three"], accept: ["a", "b"] };
    expect((await ask(server, "GET /header/X-A", { headers })).body).toBe('"one, two"');
    expect((await ask(server, "GET /header/accept", { headers })).body).toBe('"a"');
    expect((await ask(server, "GET /header/x-b", { headers })).body).toBe("null");
  });

  test("several requests can follow each other on one connection", async () => {
    const answer = await sendRaw(
      server,
      `${health}Host: a\r\n\r\n${health}Host: a\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.match(/API is healthy/g)).toHaveLength(2);
  });

  test("a client that goes away is noticed", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    await wait(50);
    socket.destroy();
    await expect(aborted).resolves.toBeUndefined();
  });

  test("an event stream is open before its second event, and cancelled when the client goes away", async () => {
    const controller = new AbortController();
    const response = await fetch(`${server.url}/endless`, { signal: controller.signal });
    const { value } = await response.body!.getReader().read();
    expect(Buffer.from(value!).toString()).toBe("data: 1\n\n");
    controller.abort();
    await aborted;
  });

  test("a stream that breaks off ends the connection", async () => {
    await expect(fetch(`${server.url}/breaks`).then((response) => response.text())).rejects.toThrow(
      "terminated",
    );
    expect((await ask(server, "GET /api/health")).status).toBe(200);
  });

  test("a stream that gives less than its length ends the connection", async () => {
    const body = fetch(`${server.url}/short`).then((response) => response.text());
    await expect(body).rejects.toThrow("terminated");
  });

  test("a header that cannot be sent is a 500, and the server lives on", async () => {
    server.app.logger.error = () => undefined;
    expect((await ask(server, "GET /bad-header")).status).toBe(500);
    expect((await ask(server, "GET /api/health")).status).toBe(200);
  });
});

describe("without a socket", () => {
  test("a fetch is answered the same way", async () => {
    const folder = mkdtempSync(join(tmpdir(), "generatio-fetch-"));
    const server = createApp({
      dataDir: join(folder, "pb_data"),
      extensions: [
        (app) =>
          void app.onServe((event) => {
            event.router.post("/echo/{name}", async (request) => {
              request.appendHeader("x-many", "a");
              request.appendHeader("x-many", "b");
              return {
                name: request.params["name"],
                body: await request.body(),
                ip: request.remoteIP(),
                host: request.host,
              };
            });
            event.router.get("/stream", (request) =>
              request.stream(200, "text/x", new Response("streamed").body!),
            );
            return event.next();
          }),
      ],
    });
    const send = (path: string, init?: RequestInit) =>
      server.fetch(new Request(`http://app.test${path}`, init));
    const echo = await send("/echo/%C3%A4", {
      method: "POST",
      body: new URLSearchParams({ a: "1" }),
    });
    expect([echo.status, echo.headers.get("x-many"), echo.headers.get("x-frame-options")]).toEqual([
      200,
      "a, b",
      "SAMEORIGIN",
    ]);
    expect(await echo.json()).toEqual({ name: "ä", body: { a: 1 }, ip: "", host: "app.test" });
    const form = new FormData();
    form.append("t", "x");
    expect(await (await send("/echo/f", { method: "POST", body: form })).json()).toMatchObject({
      body: { t: "x" },
    });
    expect(await (await send("/stream")).text()).toBe("streamed");
    const head = await send("/api/health", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await send("/api/health", { method: "OPTIONS" })).status).toBe(204);
    expect(await (await send("/nope", { method: "POST" })).text()).toBe(NOT_FOUND);
    expect((await send("/%zz")).status).toBe(400);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});

test("two apps live in one process without knowing of each other", async () => {
  const [one, two] = await Promise.all([
    serveRoutes((router, app) => router.get("/name", () => app.settings.meta.appName)),
    serveRoutes((router, app) => router.get("/name", () => app.settings.meta.appName)),
  ]);
  one.app.settings = { ...one.app.settings, meta: { ...one.app.settings.meta, appName: "One" } };
  expect([(await ask(one, "GET /name")).body, (await ask(two, "GET /name")).body]).toEqual([
    '"One"',
    '"Acme"',
  ]);
  await one.close();
  expect((await ask(two, "GET /name")).status).toBe(200);
  await two.close();
});

describe("a server that is stopped", () => {
  const slow = (ms: number) =>
    serveRoutes((router) => {
      router.get("/slow", async () => {
        await wait(ms);
        return "done";
      });
    });

  test("finishes what it is doing, and frees its port", async () => {
    const server = await slow(300);
    const running = ask(server, "GET /slow");
    await wait(100);
    const closed = server.close();
    expect((await running).body).toBe('"done"');
    await closed;
    await expect(ask(server, "GET /slow")).rejects.toThrow("ECONNREFUSED");
  });

  test("does not wait for idle connections", async () => {
    const server = await slow(0);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write("GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(900);
    socket.destroy();
  });

  test("cuts what takes longer than a second", async () => {
    const server = await slow(20_000);
    const running = ask(server, "GET /slow").catch((error: Error) => error.message);
    await wait(100);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await running).toMatch(/socket hang up|ECONNRESET/);
  });

  test("by SIGTERM ends well, with a running request answered", async () => {
    const folder = mkdtempSync(join(tmpdir(), "generatio-sigterm-"));
    const script = `
      import { createApp } from ${JSON.stringify(join(import.meta.dirname, "../../src/embed.ts"))};
      const server = createApp({ dataDir: ${JSON.stringify(join(folder, "pb_data"))}, extensions: [(app) => void app.onServe((event) => {
        event.router.get("/slow", () => new Promise((resolve) => setTimeout(() => resolve("done"), 400)));
        return event.next();
      })] });
      process.once("SIGTERM", () => server.stop());
      console.log(await server.listen({ http: "127.0.0.1:0" }));`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const running = ask({ url: line.toString().trim() }, "GET /slow");
    await wait(150);
    child.kill("SIGTERM");
    expect((await running).body).toBe('"done"');
    expect(await once(child, "exit")).toEqual([0, null]);
    rmSync(folder, { recursive: true, force: true });
  });
});
