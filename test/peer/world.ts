import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/* A data folder that PocketBase has made, from which both servers start. */

/** Where it is, and tokens by account: `root`, `ann`, `bob`, `eve` and `dan` (who has a second factor). */
export interface World {
  readonly folder: string;
  readonly tokens: Readonly<Record<string, string>>;
}

const OPEN = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
const TIMES = [
  { type: "autodate", name: "created", onCreate: true },
  { type: "autodate", name: "updated", onCreate: true, onUpdate: true },
];
const relation = (
  name: string,
  collectionId: string,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  type: "relation",
  name,
  collectionId,
  maxSelect: 1,
  ...more,
});

const COLLECTIONS = [
  {
    name: "posts",
    id: "pbc_posts000000",
    type: "base",
    ...OPEN,
    fields: [
      { type: "text", name: "title", max: 20, required: true },
      { type: "text", name: "slug" },
      { type: "number", name: "num", min: 0 },
      { type: "text", name: "secret", hidden: true },
      { type: "select", name: "tags", values: ["a", "b", "c"], maxSelect: 2 },
      { type: "json", name: "data" },
      { type: "bool", name: "open" },
      { type: "email", name: "mail" },
      relation("owner", "_pb_users_auth_"),
      { type: "file", name: "files", maxSelect: 3, maxSize: 1000, thumbs: ["10x10"] },
      {
        type: "file",
        name: "pic",
        maxSelect: 1,
        maxSize: 100_000,
        protected: true,
        mimeTypes: ["image/png", "text/plain"],
      },
      ...TIMES,
    ],
    indexes: ["CREATE UNIQUE INDEX idx_posts_slug ON posts (slug) WHERE slug != ''"],
  },
  {
    name: "comments",
    id: "pbc_comments000",
    type: "base",
    ...OPEN,
    fields: [
      { type: "text", name: "text" },
      relation("post", "pbc_posts000000", { cascadeDelete: true, required: true }),
      { type: "file", name: "file", maxSelect: 1, maxSize: 1000 },
      ...TIMES,
    ],
  },
  {
    name: "replies",
    id: "pbc_replies0000",
    type: "base",
    ...OPEN,
    fields: [
      { type: "text", name: "text" },
      relation("comment", "pbc_comments000", { cascadeDelete: true }),
      { type: "file", name: "files", maxSelect: 5, maxSize: 1000 },
    ],
  },
  {
    name: "likes",
    id: "pbc_likes000000",
    type: "base",
    ...OPEN,
    fields: [
      relation("posts", "pbc_posts000000", { maxSelect: 5 }),
      { type: "text", name: "text", min: 3 },
    ],
  },
  {
    name: "lists",
    id: "pbc_lists000000",
    type: "base",
    ...OPEN,
    fields: [relation("posts", "pbc_posts000000", { maxSelect: 5, cascadeDelete: true })],
  },
  {
    name: "needs",
    id: "pbc_needs000000",
    type: "base",
    ...OPEN,
    fields: [relation("post", "pbc_posts000000", { required: true })],
  },
  {
    name: "owned",
    id: "pbc_owned000000",
    type: "base",
    listRule: "owner = @request.auth.id",
    viewRule: "owner = @request.auth.id || open = true",
    createRule: "@request.auth.id != '' && owner = @request.auth.id",
    updateRule: "owner = @request.auth.id && @request.body.locked:isset = false",
    deleteRule: null,
    fields: [
      { type: "text", name: "title" },
      { type: "bool", name: "open" },
      { type: "bool", name: "locked" },
      relation("owner", "_pb_users_auth_"),
    ],
  },
] as const;

const LATER = [
  {
    name: "nodes",
    id: "pbc_nodes000000",
    type: "base",
    ...OPEN,
    fields: [
      { type: "text", name: "name" },
      relation("parent", "pbc_nodes000000", { cascadeDelete: true }),
    ],
  },
  {
    name: "titles",
    id: "pbc_titles00000",
    type: "view",
    listRule: "",
    viewRule: "",
    viewQuery: "select id, title, owner, files from posts",
  },
  {
    name: "members",
    id: "pbc_members0000",
    type: "auth",
    ...OPEN,
    fields: [
      { type: "text", name: "nick" },
      { type: "file", name: "photo", maxSelect: 1 },
    ],
    passwordAuth: { enabled: true, identityFields: ["email"] },
    otp: { enabled: true, duration: 300, length: 8 },
    mfa: { enabled: true, duration: 300, rule: "" },
    authAlert: { enabled: true },
  },
] as const;

/** Makes the folder. Everybody's password is `1234567890`. */
export async function makeWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-peer-world-"));
  const server = await startPocketBase(folder);
  try {
    await fill(server);
    return { folder, tokens: await tokensOf(server) };
  } finally {
    await server.stop();
  }
}

async function fill(server: PocketBaseServer): Promise<void> {
  for (const collection of [...COLLECTIONS, ...LATER]) await make(server, collection);
  await must(server, "PATCH", "/api/collections/users", {
    ...OPEN,
    otp: { enabled: true, duration: 300, length: 8 },
    authAlert: { enabled: true },
  });
  await must(server, "PATCH", "/api/settings", {
    batch: { enabled: true, maxRequests: 20, timeout: 3 },
    logs: { maxDays: 0, minLevel: 8 },
    meta: {
      appName: "Peer",
      appURL: "http://peer.test",
      senderName: "Peer",
      senderAddress: "peer@example.com",
    },
  });
  for (const name of ["ann", "bob", "eve"]) await makeUser(server, "users", name);
  await makeUser(server, "members", "dan");
}

/** A collection that names itself is made without that field first. */
async function make(
  server: PocketBaseServer,
  collection: (typeof COLLECTIONS | typeof LATER)[number],
): Promise<void> {
  const fields = "fields" in collection ? collection.fields : [];
  const isOwn = (field: object) => "collectionId" in field && field.collectionId === collection.id;
  const first = { ...collection, fields: fields.filter((field) => !isOwn(field)) };
  const { body } = await must(server, "POST", "/api/collections", first);
  if (!fields.some(isOwn)) return;
  const made = (body as { fields: object[] }).fields;
  await must(server, "PATCH", `/api/collections/${collection.id}`, {
    fields: [...made, ...fields.filter(isOwn)],
  });
}

async function makeUser(server: PocketBaseServer, collection: string, name: string): Promise<void> {
  await must(server, "POST", `/api/collections/${collection}/records`, {
    id: `${name}${name}${name}000000`,
    email: `${name}@example.com`,
    password: "1234567890",
    passwordConfirm: "1234567890",
    verified: name !== "eve",
    emailVisibility: name === "bob",
  });
}

async function tokensOf(server: PocketBaseServer): Promise<Record<string, string>> {
  const tokens: Record<string, string> = { root: server.token };
  const accounts = ["users/ann", "users/bob", "users/eve", "members/dan"];
  for (const account of accounts) {
    const [collection, name] = account.split("/") as [string, string];
    const path = `/api/collections/${collection}/impersonate/${name}${name}${name}000000`;
    const { body } = await must(server, "POST", path, { duration: 100_000 });
    tokens[name] = (body as { token: string }).token;
  }
  return tokens;
}

async function must(server: PocketBaseServer, method: string, path: string, body: unknown) {
  const answer = await server.send(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer;
}
