import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyLimit } from "../../src/http/middleware/body-limit.ts";
import { TEMP_DIR } from "../../src/lib/data-folder.ts";
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

const TOO_LARGE = errorBody(413, "Request entity too large.");
const UNSUPPORTED = errorBody(400, "Unsupported Content-Type.");

let server: TestServer;
beforeAll(async () => {
  server = await serveRoutes((router) => {
    router.post("/body", (event) => event.body());
    router.get("/body", (event) => event.body());
    router.post("/small", (event) => event.body()).bind(bodyLimit(10));
    router.post("/any-size", async (event) => (await event.bytes()).length).unbind("pbBodyLimit");
    router.post("/no-files", (event) => event.files().catch((error: Error) => error.message));
    router.post("/files", async (event) => {
      const files = [...(await event.files())].flatMap(([name, list]) =>
        list.map((file) => [name, file] as const),
      );
      return Promise.all(
        files.map(async ([name, file]) => ({
          name,
          stored: file.name,
          original: file.originalName,
          size: file.size,
          head: Buffer.from(await file.head(5)).toString(),
          content: (await new Response(file.stream()).text()).slice(0, 20),
          temporary: tempFiles().length,
        })),
      );
    });
  });
});
afterAll(() => server.close());

/** Uploads that are kept for running requests. */
function tempFiles(): string[] {
  const folder = join(server.dataDir, TEMP_DIR);
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function untilNoTempFiles(): Promise<void> {
  for (let tries = 0; tempFiles().length > 0 && tries < 100; tries++) await wait(20);
  expect(tempFiles()).toEqual([]);
}

// Observed on PocketBase 0.40.4 by creating records.
describe("a JSON body", () => {
  test.each<[string, string, unknown]>([
    ["an object", '{"a":1.10,"b":{"c":[null]}}', { a: 1.1, b: { c: [null] } }],
    ["blanks after it", '{"a":1}  \n', { a: 1 }],
    ["text after it", '{"a":1} xyz', { a: 1 }],
    ["another object after it", '{"a":1}{"a":2}', { a: 1 }],
    ["null", "null", {}],
    ["nothing", "", {}],
    ["keys that differ in case", '{"a":1,"A":2}', { a: 1, A: 2 }],
    ["a NUL in a text", '{"a":"x\\u0000y"}', { a: "x\u0000y" }],
    ["a surrogate pair", '{"a":"\\ud83d\\ude00"}', { a: "😀" }],
  ])("with %s is read", async (_, body, expected) => {
    const answer = await ask(server, "POST /body", { headers: JSON_TYPE, body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, expected]);
  });

  test.each<[string, string | Buffer]>([
    ["blanks only", "   "],
    ["a list", "[]"],
    ["a text", '"x"'],
    ["a number", "1"],
    ["the same key twice", '{"a":1,"a":2}'],
    ["the same key twice, once escaped", '{"a":1,"\\u0061":2}'],
    ["the same key twice further in", '{"a":{"b":1,"b":2}}'],
    ["a lone surrogate", '{"a":"\\ud83d"}'],
    ["a byte order mark", '\u{feff}{"a":1}'],
    ["bytes that are no UTF-8", Buffer.from('{"a":"\xff"}', "latin1")],
    ["a raw line break in a text", '{"a":"x\ny"}'],
    ["no end", '{"a":"x'],
    ["100,000 levels", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
  ])("with %s is refused", async (_, body) => {
    const answer = await ask(server, "POST /body", { headers: JSON_TYPE, body });
    expect([answer.status, answer.body]).toEqual([400, BAD_REQUEST]);
  });

  test("may have nine thousand levels", async () => {
    const body = `{"a":${"[".repeat(9000)}${"]".repeat(9000)}}`;
    expect((await ask(server, "POST /body", { headers: JSON_TYPE, body })).body).toBe(body);
  });

  test("of no announced length must not be empty", async () => {
    expect(
      (await ask(server, "POST /body", { headers: JSON_TYPE, body: "", chunked: true })).status,
    ).toBe(400);
    const sent = await ask(server, "POST /body", {
      headers: JSON_TYPE,
      body: '{"a":1}',
      chunked: true,
    });
    expect(sent.body).toBe('{"a":1}');
  });

  test("sent with GET counts too", async () => {
    expect((await ask(server, "GET /body", { headers: JSON_TYPE, body: "{" })).status).toBe(400);
    expect((await ask(server, "GET /body", { headers: JSON_TYPE, body: '{"a":1}' })).body).toBe(
      '{"a":1}',
    );
    expect((await ask(server, "GET /body", { headers: { "content-type": "x/y" } })).body).toBe(
      "{}",
    );
  });
});

describe("the content type", () => {
  test.each([
    ["application/json; charset=utf-16", 200, '{"a":1}'],
    ["application/jsonp", 200, '{"a":1}'],
    ["Application/JSON", 400, UNSUPPORTED],
    ["text/plain", 400, UNSUPPORTED],
    ["", 400, UNSUPPORTED],
    ["application/xml", 400, BAD_REQUEST],
    ["multipart/form-data", 400, BAD_REQUEST],
  ])("%j of a body with JSON gives %d", async (type, status, body) => {
    const answer = await ask(server, "POST /body", {
      headers: { "content-type": type },
      body: '{"a":1}',
    });
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test("does not matter without a body", async () => {
    expect(
      (await ask(server, "POST /body", { headers: { "content-type": "text/plain" } })).body,
    ).toBe("{}");
  });
});

describe("a form body", () => {
  test.each([
    ["a=x+y%20z&b=5", "/body", { a: "x y z", b: 5 }],
    ["a=%ff", "/body", { a: "\u{fffd}" }],
    ["a=1", "/body?a=2&c=3", { a: [1, 2], c: 3 }],
  ])("%s sent to %s is read", async (body, path, expected) => {
    const answer = await ask(server, `POST ${path}`, { headers: FORM_TYPE, body });
    expect(JSON.parse(answer.body)).toEqual(expected);
  });

  test.each([
    ["a=%zz", "/body"],
    ["a=1;b=2", "/body"],
    ["a=1", "/body?b=%zz"],
    ["@jsonPayload={", "/body"],
  ])("%s sent to %s is refused", async (body, path) => {
    const answer = await ask(server, `POST ${path}`, { headers: FORM_TYPE, body });
    expect([answer.status, answer.body]).toEqual([400, BAD_REQUEST]);
  });
});

test("a urlencoded body may have ten megabytes", async () => {
  const send = (length: number) =>
    ask(server, "POST /body", { headers: FORM_TYPE, body: `a=${"x".repeat(length - 2)}` });
  expect((await send(10 << 20)).status).toBe(200);
  const answer = await send((10 << 20) + 1);
  expect([answer.status, answer.body]).toEqual([400, BAD_REQUEST]);
});

describe("a multipart body", () => {
  const send = (body: string | Buffer, path = "/body") =>
    ask(server, `POST ${path}`, { headers: MULTIPART_TYPE, body });

  test.each<[string, string, unknown]>([
    ["texts", part("a", "x") + part("b", "5") + LAST_BOUNDARY, { a: "x", b: 5 }],
    ["the same name twice", part("a", "x") + part("a", "5") + LAST_BOUNDARY, { a: ["x", 5] }],
    ["an empty file name", part("a", "x", "") + LAST_BOUNDARY, { a: "x" }],
    ["a preamble and an epilogue", `pre\r\n${part("a", "x")}${LAST_BOUNDARY}post`, { a: "x" }],
    ["no parts", LAST_BOUNDARY, {}],
    [
      "a part without a name",
      `--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n${part("a", "y")}${LAST_BOUNDARY}`,
      { a: "y" },
    ],
    [
      "a part without disposition",
      `--B\r\nContent-Type: text/plain\r\n\r\nx\r\n${part("a", "y")}${LAST_BOUNDARY}`,
      { a: "y" },
    ],
    [
      "another disposition",
      `--B\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n${LAST_BOUNDARY}`,
      {},
    ],
    [
      "a JSON payload",
      part("@jsonPayload", '{"a":"1"}') + part("a", "x") + LAST_BOUNDARY,
      { a: "1" },
    ],
    ["a JSON payload as a file", part("@jsonPayload", '{"a":"1"}', "blob") + LAST_BOUNDARY, {}],
    [
      "a charset",
      `--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\né\r\n${LAST_BOUNDARY}`,
      { a: "é" },
    ],
  ])("with %s is read", async (_, body, expected) => {
    const answer = await send(body);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, expected]);
  });

  test("takes the query's parameters in", async () => {
    expect(JSON.parse((await send(part("a", "x") + LAST_BOUNDARY, "/body?a=y&b=1")).body)).toEqual({
      a: ["x", "y"],
      b: 1,
    });
  });

  test.each<[string, string]>([
    ["no end", part("a", "x")],
    ["a part that breaks off", '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nhel'],
    ["headers that break off", "--B\r\nContent-Dispo"],
    ["another boundary", "--C\r\n\r\n"],
    ["no boundary at all", "garbage"],
    [
      "more than a thousand parts",
      Array.from({ length: 1200 }, (_, index) => part(`k${index}`, "v")).join("") + LAST_BOUNDARY,
    ],
    ["a broken payload", part("@jsonPayload", "{") + LAST_BOUNDARY],
  ])("with %s is refused", async (_, body) => {
    const answer = await send(body);
    expect([answer.status, answer.body]).toEqual([400, BAD_REQUEST]);
  });

  test("of texts only may not be larger than 26 MiB", async () => {
    const body = part("a", "x".repeat(14 << 20)) + part("b", "x".repeat(14 << 20)) + LAST_BOUNDARY;
    expect((await send(body)).body).toBe(BAD_REQUEST);
  });

  test("gives uploads with what is known of them", async () => {
    const body =
      part("f", "hello world", "My Photo.TXT") +
      part("f", "", "..\\..\\/etc/pass wd.md") +
      part("t", "x") +
      LAST_BOUNDARY;
    const files = JSON.parse((await send(body, "/files")).body) as Record<string, unknown>[];
    expect(files).toMatchObject([
      {
        name: "f",
        original: "My Photo.TXT",
        size: 11,
        head: "hello",
        content: "hello world",
        temporary: 0,
      },
      { name: "f", original: "pass wd.md", size: 0, head: "", content: "" },
    ]);
    expect(files[0]!["stored"]).toMatch(/^my_photo_[a-z0-9]{10}\.TXT$/);
    expect(files[1]!["stored"]).toMatch(/^pass_wd_[a-z0-9]{10}\.md$/);
  });

  test("keeps large uploads in temporary files for as long as the request lasts", async () => {
    const large = "0123456789".repeat(100_000);
    const body = part("a", large, "a.txt") + part("b", large, "b.txt") + LAST_BOUNDARY;
    const files = JSON.parse((await send(body, "/files")).body) as Record<string, unknown>[];
    expect(files).toMatchObject([
      { size: 1_000_000, head: "01234", content: "01234567890123456789", temporary: 2 },
      { size: 1_000_000 },
    ]);
    await untilNoTempFiles();
  });

  test("of no length at all has no uploads to give", async () => {
    expect((await ask(server, "POST /body", { headers: MULTIPART_TYPE, body: "" })).body).toBe(
      "{}",
    );
    const refused = await ask(server, "POST /no-files", { headers: MULTIPART_TYPE, body: "" });
    expect(refused.body).toBe('"the multipart body is empty"');
  });

  test("leaves no temporary files when it is refused in the middle", async () => {
    const answer = await send(part("a", "x".repeat(1_000_000), "a.txt"), "/files");
    expect(answer.status).toBe(400);
    await untilNoTempFiles();
  });

  test("leaves no temporary files when the client goes away in the middle", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 9000000\r\n\r\n${part("a", "x".repeat(2_000_000), "a.txt")}`,
    );
    for (let tries = 0; tempFiles().length === 0 && tries < 100; tries++) await wait(20);
    expect(tempFiles()).toHaveLength(1);
    socket.destroy();
    await untilNoTempFiles();
  });
});

describe("the limit of a body", () => {
  test.each([
    ["POST /small", JSON_TYPE, '{"a":"1234567"}'],
    ["POST /small", FORM_TYPE, "a=123456789"],
    ["POST /small", MULTIPART_TYPE, part("a", "1") + LAST_BOUNDARY],
  ])("is kept by %s with %j", async (line, headers, body) => {
    for (const chunked of [false, true]) {
      const answer = await ask(server, line, { headers, body, chunked });
      expect([chunked, answer.status, answer.body]).toEqual([chunked, 413, TOO_LARGE]);
    }
  });

  test("counts the bytes exactly", async () => {
    expect(
      (await ask(server, "POST /small", { headers: JSON_TYPE, body: '{"a":1234}', chunked: true }))
        .status,
    ).toBe(200);
    expect(
      (await ask(server, "POST /small", { headers: JSON_TYPE, body: '{"a":12345}', chunked: true }))
        .status,
    ).toBe(413);
  });

  test("is checked by the announced length before anything is read, on unknown routes too", async () => {
    for (const path of ["/body", "/nowhere"]) {
      const body = Buffer.alloc((32 << 20) + 1, "x");
      const answer = await ask(server, `POST ${path}`, { headers: JSON_TYPE, body });
      expect([answer.status, answer.body]).toEqual([413, TOO_LARGE]);
    }
  });

  test("can be taken away", async () => {
    expect((await ask(server, "POST /any-size", { body: Buffer.alloc((32 << 20) + 1) })).body).toBe(
      "33554433",
    );
  });
});
