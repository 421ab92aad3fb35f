import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { Listener } from "../realtime/listener.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/* The same requests to both servers; answers and realtime events must be the same but for ids and dates. */

interface Side {
  readonly url: string;
  readonly token: string;
  readonly collectionId: string;
  readonly userId: string;
}

let folder: string;
let peer: PocketBaseServer;
let own: TestServer;
let sides: { peer: Side; own: Side };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-peer-realtime-"));
  peer = await startPocketBase(folder);
  own = await startTestServer();
  sides = {
    peer: await prepare(peer.url, peer.token),
    own: await prepare(own.url, await own.superuserToken("root2@example.com")),
  };
});

afterAll(async () => {
  await own.close();
  await peer.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function send(
  { url, token }: Pick<Side, "url" | "token">,
  method: string,
  path: string,
  body?: unknown,
) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: token, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

async function prepare(url: string, token: string): Promise<Side> {
  const side = { url, token };
  await send(side, "PATCH", "/api/settings", {
    batch: { enabled: true, maxRequests: 50, timeout: 3 },
  });
  await send(side, "PATCH", "/api/collections/users", { viewRule: "" });
  const user = {
    email: "ann@example.com",
    password: "1234567890",
    passwordConfirm: "1234567890",
    name: "ann",
  };
  const { body: record } = await send(side, "POST", "/api/collections/users/records", user);
  const posts = {
    name: "posts",
    type: "base",
    listRule: "",
    viewRule: "",
    createRule: "",
    updateRule: "",
    deleteRule: "",
    fields: [
      { type: "text", name: "title", max: 20 },
      { type: "text", name: "secret", hidden: true },
      { type: "relation", name: "owner", collectionId: "_pb_users_auth_", maxSelect: 1 },
      { type: "json", name: "data" },
      { type: "number", name: "num" },
      { type: "autodate", name: "created", onCreate: true },
    ],
  };
  const { body: collection } = await send(side, "POST", "/api/collections", posts);
  return {
    ...side,
    collectionId: (collection as { id: string }).id,
    userId: (record as { id: string }).id,
  };
}

const options = (value: unknown) => `?options=${encodeURIComponent(JSON.stringify(value))}`;
const query = (value: Record<string, unknown>) => options({ query: value });

const TOPICS = [
  "posts/*",
  "posts",
  "COLLECTION/*",
  "Posts/*",
  `posts/*${query({ fields: "title,expand.owner.name", expand: "owner" })}`,
  `posts/*${query({ fields: "title:excerpt(" })}`,
  `posts/*${query({ fields: "*,expand.*.id", expand: "owner,nope" })}`,
  `posts${query({ filter: "num > 1" })}`,
  `posts${query({ filter: "data.a = true" })}`,
  `posts/*${query({ filter: "secret='s'" })}`,
  `posts/*${query({ filter: "num>=0", sort: "@request.x" })}`,
  `posts/*${query({ filter: "", sort: "@request.x" })}`,
  `posts/*${query({ filter: ["num>=0"], fields: true })}`,
  `posts/*?a=1&options=${encodeURIComponent('{"query":{"fields":"id,title"}}')}`,
  "posts/*?options={bad",
  "posts/*#x",
  "unknown",
];

/** Every event of a create, an update and a delete, by topic, without what differs by nature. */
async function watch(side: Side, token: string): Promise<string[]> {
  const listener = await Listener.connect(side.url);
  const topics = TOPICS.map((topic) => topic.replace("COLLECTION", side.collectionId));
  expect(await listener.subscribe(topics, token ? { token } : {})).toBe(204);
  const values = {
    title: "<b>x & y</b>",
    secret: "s",
    owner: side.userId,
    data: { b: 1.5, a: true },
    num: 5,
  };
  const { body } = await send(side, "POST", "/api/collections/posts/records", values);
  const { id } = body as { id: string };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 300));
  await settle();
  await send(side, "PATCH", `/api/collections/posts/records/${id}`, { num: 0, owner: "" });
  await settle();
  await send(side, "DELETE", `/api/collections/posts/records/${id}`);
  await settle();
  listener.close();
  const lines = listener.events.slice(1).map(({ event, data }) => {
    const message = JSON.parse(data, sortKeys) as { action: string };
    return `${message.action} ${event} ${JSON.stringify(message)}`;
  });
  return lines.toSorted().map((line) => withoutIds(line, side, id));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutIds(text: string, { collectionId, userId }: Side, id: string): string {
  return text
    .replaceAll(id, "RECORD")
    .replaceAll(collectionId, "COLLECTION")
    .replaceAll(userId, "USER")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z/g, "DATE");
}

describe("realtime events", () => {
  test.for(["guests", "superusers"])("of %s", async (who) => {
    const asSuperuser = who === "superusers";
    const theirs = await watch(sides.peer, asSuperuser ? sides.peer.token : "");
    expect(theirs.length).toBeGreaterThan(20);
    expect(await watch(sides.own, asSuperuser ? sides.own.token : "")).toEqual(theirs);
  });
});

const RECORDS = "/api/collections/posts/records";
const create = (body: unknown, url = RECORDS) => ({ method: "POST", url, body });
const ID = "abcdefghijklmno";

const REQUESTS: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ...[
    {},
    { clientId: "", subscriptions: [] },
    { clientId: null },
    { clientId: "x", subscriptions: null },
    { clientId: 5 },
    { clientId: "x", subscriptions: "a" },
    { clientId: "x", subscriptions: [1] },
    { clientId: "x".repeat(256) },
    { clientId: "x", subscriptions: ["a", "y".repeat(2501)] },
    { clientId: "x", subscriptions: Array.from({ length: 1001 }, String) },
    [],
    "x",
  ].map((body) => ["POST", "/api/realtime", body] as const),
  ...[
    undefined,
    [],
    "x",
    [1],
    [{ method: "post", url: "/x" }],
    [{ method: "GET", url: "" }],
    [{ method: "POST", url: "x".repeat(2001) }],
    Array.from({ length: 51 }, () => ({ method: "GET", url: "/a" })),
    [create({ title: "a" }), { method: "GET", url: "/api/health" }],
    [create({}, "/api/collections/nope/records")],
    [create({ title: "x".repeat(21) })],
    [create({ title: "a" }), create({ title: "x".repeat(21) }), create({ title: "b" })],
    [{ ...create({ title: "a" }), headers: { "X-A": 1 } }],
    [
      create({ title: "a" }, `${RECORDS}?fields=title`),
      { method: "PUT", url: `${RECORDS}?fields=title`, body: { id: ID, title: "b" } },
      { method: "PUT", url: `${RECORDS}?fields=title,num`, body: { id: ID, num: 3 } },
      { method: "PATCH", url: `${RECORDS}/${ID}?fields=num`, body: { "num+": 2 } },
      { method: "DELETE", url: `${RECORDS}/${ID}` },
    ],
    [create({ title: "a" }), { method: "PATCH", url: `${RECORDS}/nonexistent`, body: {} }],
    [create([])],
    [create({}, `http://x${RECORDS}`)],
    [create({}, `${RECORDS}?title=q&fields=title`)],
    [{ method: "PUT", url: `${RECORDS}?fields=title`, body: { title: "n" } }],
  ].map((requests) => ["POST", "/api/batch", { requests }] as const),
  ["GET", "/api/crons"],
  ["POST", "/api/crons/missing"],
  ...[
    "?filter=nope=1",
    "?sort=nope",
    "?sort=data.x&perPage=1&page=9999&skipTotal=1",
    "?filter=data.auth:lower='x'&page=9999",
    "?filter=data.a..b=1",
    "?filter=data.a.=1",
    "?filter=level~'x'%26%26message~'x'",
    "?page=x",
    "?filter=created>'2100-01-01'",
    "/stats?filter=nope=1",
    "/stats?filter=created>'2100-01-01'",
    "/missing",
  ].map((path) => ["GET", `/api/logs${path}`] as const),
];

test.for(REQUESTS)("%s %s %j", async ([method, path, body]) => {
  const theirs = await send(sides.peer, method, path, body);
  expect(await send(sides.own, method, path, body)).toEqual(theirs);
});
