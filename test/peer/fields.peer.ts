import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { Random } from "../campaigns/random.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/* The same random values, changes and settings to both servers; every answer must be the same. */

const CASES = Number(process.env["FIELD_CASES"] ?? 400);
const SEED = Number(process.env["FIELD_SEED"] ?? Math.floor(Math.random() * 1e9));

const IDS = ["aaaaaaaaaaaaaa0", "aaaaaaaaaaaaaa1", "aaaaaaaaaaaaaa2", "aaaaaaaaaaaaaa3"];

const FIELDS = [
  { name: "text", type: "text" },
  { name: "short", type: "text", min: 2, max: 5 },
  { name: "pattern", type: "text", pattern: "(?i)^[a-z\\pL]+[0-9_-]*\\z" },
  { name: "number", type: "number" },
  { name: "limited", type: "number", min: -10.5, max: 1000 },
  { name: "whole", type: "number", onlyInt: true },
  { name: "bool", type: "bool" },
  { name: "date", type: "date" },
  { name: "span", type: "date", min: "2000-01-01", max: "2030-01-01" },
  { name: "json", type: "json" },
  { name: "small", type: "json", maxSize: 12 },
  { name: "geo", type: "geoPoint" },
  { name: "one", type: "select", values: ["a", "b", "1", "true", "[1]"] },
  { name: "several", type: "select", values: ["a", "b", "c", "1", "true", "0.5"], maxSelect: 3 },
  { name: "editor", type: "editor", maxSize: 20 },
  { name: "email", type: "email" },
  { name: "url", type: "url" },
  { name: "link", type: "relation", collectionId: "pbc_targets0000" },
  { name: "links", type: "relation", collectionId: "pbc_targets0000", maxSelect: 3, minSelect: 2 },
  { name: "file", type: "file" },
  { name: "files", type: "file", maxSelect: 2 },
];

/** Pieces that strings are made of. */
const PIECES = [
  "",
  "a",
  "b",
  "1",
  "0",
  "-",
  "+",
  ".",
  ",",
  "e",
  "E",
  "_",
  " ",
  "[",
  "]",
  "{",
  "}",
  '"',
  "\\",
  "x",
  "X",
  "p",
  "true",
  "false",
  "null",
  "Inf",
  "NaN",
  "t",
  "T",
  "0x",
  "1e3",
  "é",
  "日",
  "😀",
  "<",
  "&",
  "/",
  ":",
  "@",
  "%20",
  "%",
  "2024-01-02",
  "T03:04:05",
  " 03:04:05",
  ".123",
  "Z",
  "+02:00",
  "-0330",
  " UTC",
  " GMT+2",
  "Jan",
  "Tue, ",
  "24",
  "http://",
  "https://",
  "www.",
  "example.com",
  ".co",
  "a.b",
  ":80",
  "?q=1",
  "#f",
  "localhost",
  "a@b.co",
  "user@",
  "[::1]",
  "1.2.3.4",
  "aaaaaaaaaaaaaa0",
  "aaaaaaaaaaaaaa1",
  '"a"',
  '["a","b"]',
  '{"lon":1,"lat":2}',
  '"lon":',
  '"lat":',
  "91",
  "181",
];

let dataDir: string;
let peer: PocketBaseServer;
let own: TestServer;
let token: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "generatio-peer-fields-"));
  peer = await startPocketBase(dataDir);
  own = await startTestServer();
  token = await own.superuserToken();
  await both("POST", "/api/collections", {
    id: "pbc_targets0000",
    name: "targets",
    type: "base",
    fields: [],
  });
  for (const id of IDS) await both("POST", "/api/collections/targets/records", { id });
  await both("POST", "/api/collections", { name: "fields", type: "base", fields: FIELDS });
  await both("POST", "/api/collections/fields/records", { id: "theonetochange0" });
});

afterAll(async () => {
  await own.close();
  await peer.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** An answer without what is random or about time. */
async function ask(
  url: string,
  authorization: string,
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  for (const key of ["id", "collectionId", "created", "updated"]) delete answer[key];
  return { status: response.status, ...answer };
}

async function both(
  method: string,
  path: string,
  body: unknown,
): Promise<readonly [peer: unknown, own: unknown]> {
  const answers = await Promise.all([
    ask(peer.url, peer.token, method, path, body),
    ask(own.url, token, method, path, body),
  ]);
  return [answers[0], answers[1]];
}

function randomText(random: Random): string {
  return Array.from({ length: random.integer(0, 4) }, () => random.pick(PIECES)).join("");
}

function randomValue(random: Random, depth = 2): unknown {
  switch (random.integer(0, depth > 0 ? 8 : 6)) {
    case 0:
      return random.pick<unknown>([
        null,
        true,
        false,
        0,
        1,
        -1,
        0.5,
        -0.5,
        1e21,
        1e-7,
        123456789012,
        2 ** 53,
        1e300,
      ]);
    case 1:
      return (random.integer(0, 20_000) - 10_000) / random.pick([1, 10, 1000]);
    case 2:
      return random.pick(IDS);
    case 7:
      return Array.from({ length: random.integer(0, 3) }, () => randomValue(random, depth - 1));
    case 8: {
      const keys = ["lon", "lat", "a", "b", "10", "2", "__proto__x"];
      return Object.fromEntries(
        Array.from({ length: random.integer(0, 2) }, () => [
          random.pick(keys),
          randomValue(random, depth - 1),
        ]),
      );
    }
    default:
      return randomText(random);
  }
}

/** What PocketBase does with them is an accident: half a point out of broken JSON, years beyond four digits. */
function isAccident(field: string, value: unknown): boolean {
  if (field === "geo") return typeof value === "string" && value.includes('"l');
  return field === "date" && typeof value === "string" && /^0000-01-01|^9999-12-31/.test(value);
}

test(
  `random values are cast and judged alike (FIELD_SEED=${SEED})`,
  { timeout: 600_000 },
  async () => {
    const random = new Random(SEED);
    for (let index = 0; index < CASES; index++) {
      const body: Record<string, unknown> = {};
      for (const { name } of FIELDS) {
        const value = randomValue(random);
        if (random.integer(0, 3) === 0 && !isAccident(name, value)) body[name] = value;
      }
      const [theirs, ours] = await both("POST", "/api/collections/fields/records", body);
      expect({ body, answer: ours }).toEqual({ body, answer: theirs });
    }
  },
);

test(`random changes are resolved alike (FIELD_SEED=${SEED})`, { timeout: 600_000 }, async () => {
  const random = new Random(SEED + 1);
  const keys = FIELDS.flatMap(({ name }) => [
    name,
    `${name}+`,
    `+${name}`,
    `${name}-`,
    `${name}:autogenerate`,
  ]);
  for (let index = 0; index < CASES; index++) {
    const body: Record<string, unknown> = {};
    for (let count = random.integer(0, 3); count >= 0; count--) {
      const [key, value] = [random.pick(keys), randomValue(random)];
      if (!isAccident(key, value)) body[key] = value;
    }
    const [theirs, ours] = await both(
      "PATCH",
      "/api/collections/fields/records/theonetochange0",
      body,
    );
    expect({ body, answer: ours }).toEqual({ body, answer: theirs });
  }
});
