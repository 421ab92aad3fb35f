import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sniffContentType } from "../../src/http/content-type.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { type Answer, ask, FILE_NOT_FOUND, NOT_FOUND } from "./fixture.ts";

const MODIFIED = new Date("2023-11-14T22:13:20.500Z");
const LAST_MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT";
const EARLIER = "Tue, 14 Nov 2023 22:13:19 GMT";

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "generatio-static-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), MODIFIED, MODIFIED);
  }
  return folder;
}

const FILES = {
  "a.txt": "hello world",
  "empty.txt": "",
  "s p.txt": "space",
  ".hidden": "dot",
  "dir/index.html": "<p>dir</p>",
  "bare/x.txt": "x",
  "page.HTML": "<p>",
  noext: "plain",
  bin: "\0\x01",
  markup: "<!DOCTYPE html><p>",
  "large.bin": "0123456789".repeat(60_000),
};

const folders: string[] = [];
let plain: TestServer;
let fallback: TestServer;
beforeAll(async () => {
  folders.push(makeFolder(FILES), makeFolder({ ...FILES, "index.html": "<h1>root</h1>" }));
  plain = await startTestServer({ publicDir: folders[0]! });
  fallback = await startTestServer({ publicDir: folders[1]! });
});
afterAll(async () => {
  await plain.close();
  await fallback.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const summary = ({ status, headers, body }: Answer) => [
  status,
  headers["location"] ?? headers["content-type"],
  body,
];
const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";
const MISSING = [404, "application/json", FILE_NOT_FOUND];

// Observed on PocketBase 0.40.4 with the same folder.
describe("a public folder", () => {
  test.each<[string, unknown[]]>([
    ["/a.txt", [200, TEXT, "hello world"]],
    ["/empty.txt", [200, TEXT, ""]],
    ["/s%20p.txt", [200, TEXT, "space"]],
    ["/.hidden", [200, TEXT, "dot"]],
    ["/noext", [200, TEXT, "plain"]],
    ["/bin", [200, "application/octet-stream", "\0\x01"]],
    ["/markup", [200, HTML, "<!DOCTYPE html><p>"]],
    ["/page.HTML", [200, HTML, "<p>"]],
    ["/dir/", [200, HTML, "<p>dir</p>"]],
    ["/dir/%2f", [200, HTML, "<p>dir</p>"]],
    ["/dir", [301, "/dir/", ""]],
    ["/dir?x=1", [301, "/dir/", ""]],
    ["/dir/index.html", [301, "/dir/", ""]],
    ["/dir%2findex.html", [301, "/dir/", ""]],
    ["/a.txt/", [301, "/a.txt", ""]],
    ["/a.txt%2f", [301, "/a.txt", ""]],
    ["/%2fdir", [301, "/dir/", ""]],
    ["/bare", [301, "/bare/", ""]],
    ["/bare/", MISSING],
    ["/", MISSING],
    ["/index.html", MISSING],
    ["/nope", MISSING],
    ["/dir/nope", MISSING],
    ["/a%00b", MISSING],
    ["/%5cdir/", MISSING],
    ["/..%2f..%2fetc%2fpasswd", MISSING],
    ["/%2e%2e/%2e%2e/etc/passwd", MISSING],
    ["/..%5c..%5cx", MISSING],
    ["/dir/..%2f..%2f..%2fetc/passwd", MISSING],
  ])("answers %s", async (path, expected) => {
    expect(summary(await ask(plain, `GET ${path}`))).toEqual(expected);
  });

  test.each<[string, unknown[]]>([
    ["GET /", [200, HTML, "<h1>root</h1>"]],
    ["GET /?x=1", [200, HTML, "<h1>root</h1>"]],
    ["GET /nope", [200, HTML, "<h1>root</h1>"]],
    ["GET /nope/", [200, HTML, "<h1>root</h1>"]],
    ["GET /api/nope", [200, HTML, "<h1>root</h1>"]],
    ["GET /bare/", [200, HTML, "<h1>root</h1>"]],
    ["GET /dir/nope.js", [200, HTML, "<h1>root</h1>"]],
    ["GET /%2e%2e/x", [200, HTML, "<h1>root</h1>"]],
    ["GET /index.html", [301, "/", ""]],
    ["GET /bare", [301, "/bare/", ""]],
    ["GET /_/nope", MISSING],
    ["POST /nope", [404, "application/json", NOT_FOUND]],
  ])("with an index page answers %s", async (line, expected) => {
    expect(summary(await ask(fallback, line))).toEqual(expected);
  });

  test("need not fall back to its index page", async () => {
    const server = await startTestServer({ publicDir: folders[1]!, indexFallback: false });
    expect((await ask(server, "GET /")).status).toBe(200);
    expect(summary(await ask(server, "GET /nope"))).toEqual(MISSING);
    await server.close();
  });

  test("need not exist", async () => {
    const server = await startTestServer({ publicDir: join(folders[0]!, "missing") });
    expect(summary(await ask(server, "GET /"))).toEqual(MISSING);
    await server.close();
  });

  test("says when a file was changed and how long it is", async () => {
    for (const method of ["GET", "HEAD"]) {
      const { headers, body } = await ask(plain, `${method} /a.txt`);
      expect([
        headers["last-modified"],
        headers["accept-ranges"],
        headers["content-length"],
        headers["etag"],
      ]).toEqual([LAST_MODIFIED, "bytes", "11", undefined]);
      expect(body).toBe(method === "GET" ? "hello world" : "");
    }
  });

  test("sends large files whole and in part", async () => {
    expect((await ask(plain, "GET /large.bin")).bytes).toHaveLength(600_000);
    const part = await ask(plain, "GET /large.bin", { headers: { range: "bytes=299995-599999" } });
    expect([part.status, part.body.slice(0, 10), part.body.length]).toEqual([
      206,
      "5678901234",
      300_005,
    ]);
  });
});

// Observed on PocketBase 0.40.4.
describe("the range", () => {
  const NO_OVERLAP = "invalid range: failed to overlap\n";
  test.each<[string, number, string | undefined, string]>([
    ["bytes=0-4", 206, "bytes 0-4/11", "hello"],
    ["bytes=0-0", 206, "bytes 0-0/11", "h"],
    ["bytes=5-", 206, "bytes 5-10/11", " world"],
    ["bytes=-3", 206, "bytes 8-10/11", "rld"],
    ["bytes=-100", 206, "bytes 0-10/11", "hello world"],
    ["bytes=0-100", 206, "bytes 0-10/11", "hello world"],
    ["bytes= 0 - 1 ", 206, "bytes 0-1/11", "he"],
    ["bytes=+1-2", 206, "bytes 1-2/11", "el"],
    ["bytes=0-1,20-30", 206, "bytes 0-1/11", "he"],
    ["bytes=-0", 206, "bytes 11-10/11", ""],
    ["bytes=", 200, undefined, "hello world"],
    ["bytes=0-10,0-10,0-10", 200, undefined, "hello world"],
    ["bytes=11-", 416, "bytes */11", NO_OVERLAP],
    ["bytes=20-30,40-50", 416, "bytes */11", NO_OVERLAP],
    ["bytes=5-2", 416, undefined, "invalid range\n"],
    ["bytes=abc", 416, undefined, "invalid range\n"],
    ["bytes=--1", 416, undefined, "invalid range\n"],
    ["bytes=0", 416, undefined, "invalid range\n"],
    ["chars=0-1", 416, undefined, "invalid range\n"],
  ])("%s gives %d %s", async (range, status, contentRange, body) => {
    const answer = await ask(plain, "GET /a.txt", { headers: { range } });
    expect([answer.status, answer.headers["content-range"], answer.body]).toEqual([
      status,
      contentRange,
      body,
    ]);
    const isRefused = status === 416;
    expect("last-modified" in answer.headers).toBe(!isRefused);
    expect("accept-ranges" in answer.headers).toBe(!isRefused);
  });

  test.each(["bytes=0-1", "bytes=0-"])("%s of an empty file is all of it", async (range) => {
    const answer = await ask(plain, "GET /empty.txt", { headers: { range } });
    expect([answer.status, answer.headers["content-length"]]).toEqual([200, "0"]);
  });

  test("may be several", async () => {
    const answer = await ask(plain, "GET /a.txt", { headers: { range: "bytes=0-1, 3-4" } });
    const boundary = /^multipart\/byteranges; boundary=(\w{60})$/.exec(
      answer.headers["content-type"]!,
    )![1]!;
    const part = (range: string, text: string) =>
      `--${boundary}\r\nContent-Range: bytes ${range}/11\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`;
    expect(answer.status).toBe(206);
    expect(answer.body).toBe(`${part("0-1", "he")}${part("3-4", "lo")}--${boundary}--\r\n`);
    expect(answer.headers["content-length"]).toBe("346");
    const head = await ask(plain, "HEAD /a.txt", { headers: { range: "bytes=0-1,3-4" } });
    expect([head.status, head.headers["content-length"], head.body]).toEqual([206, "346", ""]);
  });
});

// Observed on PocketBase 0.40.4.
describe("the conditions", () => {
  test.each<[Record<string, string>, number]>([
    [{ "if-modified-since": LAST_MODIFIED }, 304],
    [{ "if-modified-since": EARLIER }, 200],
    [{ "if-modified-since": "garbage" }, 200],
    [{ "if-modified-since": "Tuesday, 14-Nov-23 22:13:20 GMT" }, 304],
    [{ "if-modified-since": "Tue Nov 14 22:13:20 2023" }, 304],
    [{ "if-unmodified-since": LAST_MODIFIED }, 200],
    [{ "if-unmodified-since": EARLIER }, 412],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"x"' }, 200],
    [{ "if-none-match": '"x"', "if-modified-since": LAST_MODIFIED }, 200],
    [{ "if-match": "*" }, 200],
    [{ "if-match": '"x"' }, 412],
    [{ range: "bytes=0-4", "if-range": LAST_MODIFIED }, 206],
    [{ range: "bytes=0-4", "if-range": EARLIER }, 200],
    [{ range: "bytes=0-4", "if-range": '"x"' }, 200],
    [{ range: "bytes=20-30", "if-none-match": "*" }, 304],
  ])("%j give %d", async (headers, status) => {
    const answer = await ask(plain, "GET /a.txt", { headers });
    expect([answer.status, answer.headers["last-modified"]]).toEqual([status, LAST_MODIFIED]);
    const { "content-type": type, "content-length": length } = answer.headers;
    const withoutBody: Record<number, unknown[]> = {
      304: ["", undefined, undefined],
      412: ["", undefined, "0"],
    };
    const withBody = [expect.stringMatching(/^hello/), TEXT, expect.any(String)];
    expect([answer.body, type, length]).toEqual(withoutBody[status] ?? withBody);
  });
});

describe("the admin UI", () => {
  const CACHED = "max-age=1209600, stale-while-revalidate=86400";
  const POLICY =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' http://127.0.0.1:* https://tile.openstreetmap.org data: blob:; " +
    "connect-src 'self' http://127.0.0.1:* https://nominatim.openstreetmap.org; " +
    "script-src 'self' http://127.0.0.1:*; frame-ancestors 'none'";
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    folder = makeFolder({
      "index.html": "<h1>admin</h1>",
      "assets/main.js": "console.log(1)",
      "big.js": "x".repeat(600_000),
    });
    server = await startTestServer({ adminDir: folder });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each<[string, number, string | undefined, string | undefined]>([
    ["/_/", 200, HTML, undefined],
    ["/_/assets/main.js", 200, "text/javascript; charset=utf-8", CACHED],
    ["/_/extensions.js", 200, "text/javascript", CACHED],
    ["/_/extensions/foo/x.js", 404, "application/json", CACHED],
    ["/_/nope", 404, "application/json", CACHED],
  ])("answers %s with its cache headers and policy", async (path, status, type, cached) => {
    const answer = await ask(server, `GET ${path}`);
    const {
      "content-type": contentType,
      "cache-control": cacheControl,
      "content-security-policy": policy,
      vary,
    } = answer.headers;
    expect([answer.status, contentType, cacheControl, policy, vary]).toEqual([
      status,
      type,
      cached,
      POLICY,
      "Origin, Accept-Encoding",
    ]);
  });

  test("is not cached in dev mode", async () => {
    const development = await startTestServer({ adminDir: folder, dev: true });
    expect(
      (await ask(development, "GET /_/assets/main.js")).headers["cache-control"],
    ).toBeUndefined();
    await development.close();
  });

  test.each(["/_/", "/_/big.js"])("%s is compressed for those who take it", async (path) => {
    const gzipped = await ask(server, `GET ${path}`, {
      headers: { "accept-encoding": "br, gzip" },
    });
    const asItIs = await ask(server, `GET ${path}`);
    expect(gzipped.headers["content-encoding"]).toBe("gzip");
    expect(asItIs.headers["content-encoding"]).toBeUndefined();
    expect(gunzipSync(gzipped.bytes).equals(asItIs.bytes)).toBe(true);
  });

  test.each(["/_/extensions.js", "/_/nope-at-all"])(
    "what has no body is not, nor are errors lost: %s",
    async (path) => {
      const answer = await ask(server, `GET ${path}`, { headers: { "accept-encoding": "gzip" } });
      const body =
        answer.headers["content-encoding"] === "gzip"
          ? gunzipSync(answer.bytes).toString()
          : answer.body;
      expect(body).toBe(answer.status === 404 ? FILE_NOT_FOUND : "");
    },
  );

  test("parts of it are sent as they are", async () => {
    const answer = await ask(server, "GET /_/big.js", {
      headers: { "accept-encoding": "gzip", range: "bytes=0-3" },
    });
    expect([answer.status, answer.headers["content-encoding"], answer.body]).toEqual([
      206,
      undefined,
      "xxxx",
    ]);
  });

  test("gives way to routes of its paths", async () => {
    const own = await startTestServer({
      adminDir: folder,
      extensions: [
        (app) =>
          void app.onServe(
            (event) => (event.router.get("/_/{path...}", () => "mine"), event.next()),
          ),
      ],
    });
    expect((await ask(own, "GET /_/x")).body).toBe('"mine"');
    expect((await ask(own, "GET /_/extensions.js")).status).toBe(200);
    await own.close();
  });
});

test.each([
  ["<!doctype html>", HTML],
  ["  <HTML >", HTML],
  ["<script>", HTML],
  ["<!-- x", HTML],
  ["<htmlx", TEXT],
  ["<?xml version", "text/xml; charset=utf-8"],
  ["%PDF-1.7", "application/pdf"],
  ["GIF89a", "image/gif"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff\xe0", "image/jpeg"],
  ["RIFF\0\0\0\0WEBPVP8 ", "image/webp"],
  ["PK\x03\x04", "application/zip"],
  ["\0\0\0\x20ftypmp42", "video/mp4"],
  ["\x1f\x8b\x08", "application/x-gzip"],
  ["text\ttab\r\n", TEXT],
  ["text\x07", "application/octet-stream"],
  ["", TEXT],
])("the bytes %j look like %s", (text, type) => {
  expect(sniffContentType(Buffer.from(text, "latin1"))).toBe(type);
});
