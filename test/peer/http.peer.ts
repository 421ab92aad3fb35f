import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradient } from "../files/fixture.ts";
import { type Answer, ask, type Question } from "../http/fixture.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/* The same requests to both servers; every header and every body must be the same. */

const MODIFIED = new Date("2023-11-14T22:13:20Z");
const LAST_MODIFIED = MODIFIED.toUTCString();
const STATIC: Readonly<Record<string, string>> = {
  "a.txt": "hello world",
  "empty.txt": "",
  "dir/index.html": "<p>dir</p>",
  "bare/x.txt": "x",
  "s p.txt": "space",
  noext: "plain",
  bin: "\0\x01\x02",
  "b.css": "x{}",
  "c.js": "1",
  "d.json": "{}",
  "f.svg": "<svg/>",
  "h.woff2": "1",
  "l.xyz": "1",
  "o.xml": "<a/>",
  "p.ico": "1",
  "q.pdf": "1",
  "s.mp4": "1",
};

let folder: string;
let dataDir: string;
let peer: PocketBaseServer;
let own: TestServer;
/** Stored names by original name, per server. */
let stored: { peer: Uploaded; own: Uploaded };

interface Uploaded {
  readonly id: string;
  readonly names: Readonly<Record<string, string>>;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-peer-public-"));
  for (const [name, content] of Object.entries(STATIC)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), MODIFIED, MODIFIED);
  }
  dataDir = mkdtempSync(join(tmpdir(), "generatio-peer-data-"));
  peer = await startPocketBase(dataDir, "--publicDir", folder);
  own = await startTestServer({ publicDir: folder });
  const authorization = await own.superuserToken();
  const headers = { authorization, "content-type": "application/json" };
  await peer.send("POST", "/api/collections", COLLECTION);
  await fetch(`${own.url}/api/collections`, {
    method: "POST",
    headers,
    body: JSON.stringify(COLLECTION),
  });
  stored = { peer: await upload(peer), own: await upload(own) };
});
afterAll(async () => {
  await own.close();
  await peer.stop();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

const THUMBS = ["40x0", "0x40", "30x20", "30x20t", "30x20b", "30x20f", "300x200"];

const COLLECTION = {
  name: "probe",
  type: "base",
  fields: [
    { name: "files", type: "file", maxSelect: 20, maxSize: 5_000_000, thumbs: THUMBS },
    { name: "json", type: "json" },
    { name: "text", type: "text" },
  ],
  listRule: "",
  viewRule: "",
  createRule: "",
  updateRule: "",
  deleteRule: "",
};

async function upload(server: { readonly url: string }): Promise<Uploaded> {
  const picture = gradient(120, 60);
  const contents: Record<string, Uint8Array> = {
    "picture.png": await picture.png().toBuffer(),
    "picture.jpg": await picture.withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    "picture.webp": await gradient(120, 60).webp().toBuffer(),
    "picture.gif": await gradient(120, 60).gif().toBuffer(),
    "hello.txt": Buffer.from("hello world"),
    "page.html": Buffer.from("<!doctype html><p>x"),
    "drawing.svg": Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "data.json": Buffer.from('{"a":1}'),
    "document.pdf": Buffer.from("%PDF-1.7\n"),
    "nothing.bin": Buffer.from([0, 1, 2, 255]),
    "My Prüfung!.TAR.GZ": Buffer.from([0x1f, 0x8b, 8, 0]),
  };
  const form = new FormData();
  for (const [name, bytes] of Object.entries(contents))
    form.append("files", new Blob([new Uint8Array(bytes)]), name);
  const response = await fetch(`${server.url}/api/collections/probe/records`, {
    method: "POST",
    body: form,
  });
  const record = (await response.json()) as { id: string; files: string[] };
  return {
    id: record.id,
    names: Object.fromEntries(
      Object.keys(contents).map((name, index) => [name, record.files[index]!]),
    ),
  };
}

type Request = string | readonly [line: string, question: Question, leftOut?: ReadonlySet<string>];

/** Our admin pages load nothing from elsewhere, and are asked for again once they have changed. */
const PAGES_OWN: ReadonlySet<string> = new Set([
  "cache-control",
  "content-security-policy",
  "referrer-policy",
]);

/**
 * Sends requests to both and gives their answers, freed of what must differ. `{id}` and `{name}` in a request
 * stand for each server's own.
 */
async function compare(...requests: Request[]): Promise<{ theirs: unknown[]; ours: unknown[] }> {
  const sendAll = async (server: { readonly url: string }, uploaded: Uploaded) => {
    const answers: unknown[] = [];
    for (const request of requests) {
      const [line, question, leftOut] = typeof request === "string" ? [request, {}] : request;
      const filled = line
        .replace("{id}", uploaded.id)
        .replace(/\{([^}]+)\}/, (_, name: string) => encodeURIComponent(uploaded.names[name]!));
      const answer = await ask(server, filled, question);
      for (const name of leftOut ?? []) delete answer.headers[name];
      answers.push([request, normalise(answer, uploaded)]);
    }
    return answers;
  };
  return { theirs: await sendAll(peer, stored.peer), ours: await sendAll(own, stored.own) };
}

/** Left out: what describes the connection and not the answer. */
const CONNECTION = new Set([
  "date",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
]);

function normalise(answer: Answer, { id, names }: Uploaded): unknown {
  const neutral = (text: string): string => {
    const withoutNames = Object.entries(names).reduce(
      (result, [name, real]) => result.replaceAll(real, `{${name}}`),
      text,
    );
    return withoutNames
      .replaceAll(id, "{id}")
      .replace(/boundary=\w+|^--\w{30,}/gm, "{boundary}")
      .replace(/"(id|collectionId)":"\w+"/g, '"$1":"…"')
      .replace(/_[a-z0-9]{10}\./g, "_….");
  };
  const headers = Object.entries(answer.headers)
    .filter(([name]) => !CONNECTION.has(name))
    .map(([name, value]) => [
      name,
      name === "last-modified" ? sameMinute(String(value)) : neutral(String(value)),
    ]);
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: neutral(answer.body),
  };
}

function sameMinute(date: string): string {
  return date === LAST_MODIFIED ? date : "now";
}

describe("both servers answer alike", () => {
  test.each([
    "GET /api/health",
    "HEAD /api/health",
    "POST /api/health",
    "OPTIONS /api/health",
    "OPTIONS /nope",
    "GET /api/health/",
    "GET /api/nope",
    "HEAD /api/nope",
    "DELETE /api/nope",
    "GET /",
    "POST /",
    "GET //api/health",
    "GET /api/../api/health",
    "GET /api/./health?x=1",
    "GET /a/..",
    "HEAD /a//b",
    "POST /api//health",
    "GET /%zz",
    "GET /api/health%2f",
    "GET /api/%68ealth",
    "GET /a%2f%2fb",
    "GET /%2e%2e/x",
    "GET /api/health?fields=code",
    "GET /api/health?fields=code:excerpt(",
    "GET /_",
    "PUT /api/collections",
    "TRACE /api/health",
    "GET /api/collections/nope/records",
    "GET /api/settings",
    "POST /api/files/token",
  ])("%s", async (line) => {
    const { theirs, ours } = await compare(line);
    expect(ours).toEqual(theirs);
  });

  test.each(["GET /_/nope", "GET /_/extensions.js", "GET /_/extensions/foo/x.js"])(
    "%s, but for the pages' own policies",
    async (line) => {
      const { theirs, ours } = await compare([line, {}, PAGES_OWN]);
      expect(ours).toEqual(theirs);
    },
  );

  test.each<Record<string, string>>([
    { origin: "http://a.b" },
    { origin: "null" },
    {
      origin: "http://a.b",
      "access-control-request-headers": "X-A, X-B",
      "access-control-request-method": "POST",
    },
  ])("requests and preflights with %j", async (headers) => {
    const { theirs, ours } = await compare(
      ["GET /api/health", { headers }],
      ["OPTIONS /api/health", { headers }],
    );
    expect(ours).toEqual(theirs);
  });

  test.each([
    ...Object.keys(STATIC).map((name) => `/${encodeURI(name)}`),
    "/dir",
    "/dir/",
    "/dir?x=1",
    "/dir/index.html",
    "/a.txt/",
    "/bare",
    "/bare/",
    "/nope",
    "/a%00b",
    "/dir%2findex.html",
    "/%2fdir",
    "/%5cdir/",
    "/dir/%2f",
    "/a.txt%2f",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
  ])("GET and HEAD %s of the public folder", async (path) => {
    const { theirs, ours } = await compare(`GET ${path}`, `HEAD ${path}`);
    expect(ours).toEqual(theirs);
  });

  test.each<Record<string, string>>([
    ...[
      "0-4",
      "5-",
      "-3",
      "-100",
      "0-100",
      "11-",
      "20-30",
      "5-2",
      "abc",
      "",
      "0-1,3-4",
      "0-10,0-10",
      "0-1,20-30",
      "-0",
      "--1",
      " 0 - 1",
    ].map((range) => ({ range: `bytes=${range}` })),
    { "if-modified-since": LAST_MODIFIED },
    { "if-unmodified-since": new Date(MODIFIED.getTime() - 1000).toUTCString() },
    { "if-none-match": "*" },
    { "if-none-match": '"x"' },
    { "if-match": '"x"' },
    { range: "bytes=0-4", "if-range": LAST_MODIFIED },
    { range: "bytes=0-4", "if-range": '"x"' },
  ])("GET /a.txt with %j", async (headers) => {
    const { theirs, ours } = await compare(
      ["GET /a.txt", { headers }],
      ["HEAD /a.txt", { headers }],
    );
    expect(ours).toEqual(theirs);
  });

  test.each([
    "picture.png",
    "picture.jpg",
    "picture.webp",
    "picture.gif",
    "hello.txt",
    "page.html",
    "drawing.svg",
    "data.json",
    "document.pdf",
    "nothing.bin",
    "My Prüfung!.TAR.GZ",
  ])("the uploaded file %s", async (name) => {
    const line = `GET /api/files/probe/{id}/{${name}}`;
    const { theirs, ours } = await compare(
      line,
      `${line}?download=1`,
      `${line}?download=0`,
      `${line}?thumb=7x7`,
      line.replace("GET", "HEAD"),
      [line, { headers: { range: "bytes=0-2" } }],
      [line, { headers: { range: "bytes=x" } }],
      [line, { headers: { "if-none-match": "*" } }],
    );
    expect(ours).toEqual(theirs);
  });

  test.each([
    "GET /api/files/probe/{id}/nope.txt",
    "GET /api/files/nope/{id}/{hello.txt}",
    "GET /api/files/probe/nope/{hello.txt}",
    "GET /api/files/PROBE/{id}/{hello.txt}",
    "GET /api/files/probe/{id}/",
    "GET /api/files/probe/{id}/{hello.txt}/",
  ])("%s", async (line) => {
    const { theirs, ours } = await compare(line);
    expect(ours).toEqual(theirs);
  });

  // The bytes of a thumb are the imaging library's business.
  test.each(["picture.png", "picture.jpg", "picture.webp", "picture.gif"])(
    "the shape of all thumbs of %s",
    async (name) => {
      const shapeOf = async (
        server: { readonly url: string },
        { id, names }: Uploaded,
        size: string,
      ) => {
        const answer = await ask(
          server,
          `GET /api/files/probe/${id}/${names[name]!}?thumb=${size}`,
        );
        const { format, width, height } = await sharp(answer.bytes).metadata();
        return [answer.status, answer.headers["content-type"], format, width, height];
      };
      for (const size of ["100x100", ...THUMBS]) {
        expect([size, await shapeOf(own, stored.own, size)]).toEqual([
          size,
          await shapeOf(peer, stored.peer, size),
        ]);
      }
    },
  );

  const JSON_BODIES = [
    '{"text":"<a&b>\\u2028"}',
    '{"text":"x"} xyz',
    "null",
    "[]",
    "   ",
    '{"text":"x","text":"y"}',
    '{"text":"x","json":{"a":1,"a":2}}',
    '{"text":"\\ud83d"}',
    '\u{feff}{"text":"x"}',
    '{"text":"a\\u0000b"}',
    '{"text":"x',
  ];
  const FORM_BODIES = [
    "text=a+b%20c&json=5",
    "json=a&json=5",
    "text=%zz",
    "text=a;json=5",
    "text=%ff",
    '@jsonPayload={"text":"p"}&text=f',
    "@jsonPayload={bad",
    ...["true", "0.0", "000.1", "1e3", "1.", "-", "1-2", "12345678901234567000"].map(
      (value) => `json=x&json=${value}`,
    ),
  ];
  test.each([
    ...JSON_BODIES.map((body) => ["application/json", body]),
    ...FORM_BODIES.map((body) => ["application/x-www-form-urlencoded", body]),
    ["Application/JSON", "{}"],
    ["application/jsonp", '{"text":"x"}'],
    ["text/plain", "{}"],
    ["application/xml", "<a/>"],
    ["multipart/form-data", "x"],
    ["multipart/form-data; boundary=B", "garbage"],
    [
      "multipart/form-data; boundary=B",
      '--B\r\nContent-Disposition: form-data; name="text"\r\n\r\nhel',
    ],
    [
      "multipart/form-data; boundary=B",
      '--B\r\nContent-Disposition: form-data; name="files"; filename="../a b.TXT"\r\n\r\nx\r\n--B--\r\n',
    ],
  ])("a record created with %s %s", async (type, body) => {
    const { theirs, ours } = await compare([
      "POST /api/collections/probe/records",
      {
        headers: { "content-type": type },
        body,
      },
    ]);
    expect(ours).toEqual(theirs);
  });
});
