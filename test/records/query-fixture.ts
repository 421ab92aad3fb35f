import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../src/app.ts";
import type { Rule } from "../../src/collections/collection.ts";
import { saveCollection } from "../../src/collections/save.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { insertRow } from "../../src/db/dynamic.ts";
import type { RecordModel } from "../../src/records/record.ts";
import type { RequestInfo } from "../../src/records/request-info.ts";

type Json = Readonly<Record<string, unknown>>;

/** A real app on a temporary folder whose tables are filled row by row, past all validation. */
export interface QueryFixture {
  readonly app: App;
  create(json: Json): Promise<void>;
  /** Reads API JSON onto a stored collection. */
  update(name: string, json: Json): Promise<void>;
  insert(table: string, ...rows: readonly Json[]): Promise<void>;
  record(collection: string, id: string): Promise<RecordModel>;
  close(): Promise<void>;
}

export async function startQueryFixture(): Promise<QueryFixture> {
  const folder = mkdtempSync(join(tmpdir(), "generatio-queries-"));
  const app = new App({ dataDir: folder });
  await app.bootstrap();
  return {
    app,
    async create(json) {
      await saveCollection(app, decodeCollection(json), { validate: true });
    },
    async update(name, json) {
      const collection = decodeCollection(json, app.findCollection(name));
      await saveCollection(app, collection, { validate: true });
    },
    async insert(table, ...rows) {
      for (const row of rows) await app.db.run(insertRow(table, row));
    },
    async record(collection, id) {
      return app.findRecordById(collection, id);
    },
    async close() {
      await app.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A request by nobody, or with the given parts. */
export function requestInfo(parts: Partial<RequestInfo> = {}): RequestInfo {
  return {
    context: "default",
    method: "GET",
    headers: {},
    query: {},
    body: {},
    auth: undefined,
    ...parts,
  };
}

export const relation = (name: string, target: string, maxSelect = 1) => ({
  name,
  type: "relation",
  collectionId: target,
  maxSelect,
});

export const text = (name: string, options: Json = {}) => ({ name, type: "text", ...options });

/** Rules that let everyone read. */
export const PUBLIC: { listRule: Rule; viewRule: Rule } = { listRule: "", viewRule: "" };

/**
 * A small blog. Posts carry the tags of PocketBase's documented example of several values: p1 red; p2 red and
 * blue; p3 none; p4 red and one that is gone; p5 one without a name.
 */
export async function createBlog(fixture: QueryFixture): Promise<void> {
  await fixture.update("users", PUBLIC);
  await fixture.create({
    id: "tags00000000000",
    name: "tags",
    type: "base",
    ...PUBLIC,
    fields: [text("name"), text("internal", { hidden: true })],
  });
  await fixture.create({
    id: "posts0000000000",
    name: "posts",
    type: "base",
    ...PUBLIC,
    fields: [
      text("title"),
      text("secret", { hidden: true }),
      { name: "rating", type: "number" },
      { name: "public", type: "bool" },
      { name: "status", type: "select", values: ["draft", "live"], maxSelect: 1 },
      { name: "labels", type: "select", values: ["a", "b", "c"], maxSelect: 3 },
      { name: "data", type: "json" },
      { name: "place", type: "geoPoint" },
      relation("tags", "tags00000000000", 9),
      relation("author", "_pb_users_auth_"),
    ],
  });
  await fixture.create({
    id: "comments0000000",
    name: "comments",
    type: "base",
    ...PUBLIC,
    fields: [
      text("text"),
      { name: "likes", type: "number" },
      relation("post", "posts0000000000"),
      { ...relation("hush", "posts0000000000"), hidden: true },
    ],
  });
  await fixture.create({
    id: "details00000000",
    name: "details",
    type: "base",
    ...PUBLIC,
    fields: [{ name: "size", type: "number" }, relation("post", "posts0000000000")],
    indexes: ["CREATE UNIQUE INDEX `idx_details_post` ON `details` (`post`)"],
  });
  await fixture.create({
    name: "post_view",
    type: "view",
    ...PUBLIC,
    viewQuery: "SELECT id, title, author FROM posts",
  });
  await fillBlog(fixture);
}

async function fillBlog({ insert }: QueryFixture): Promise<void> {
  const user = (id: string, name: string, emailVisibility: boolean) => ({
    id,
    name,
    email: `${name}@example.com`,
    emailVisibility,
    verified: true,
    tokenKey: `key${id}`,
    password: "",
  });
  await insert("users", user("u1", "ada", true), user("u2", "bob", false));
  await insert("tags", { id: "a", name: "red" }, { id: "b", name: "blue" }, { id: "c", name: "" });
  await insert(
    "posts",
    {
      id: "p1",
      title: "One",
      rating: 1,
      public: true,
      status: "live",
      labels: '["a"]',
      tags: '["a"]',
      author: "u1",
      data: '{"x":1,"list":[{"k":"v"}]}',
      place: '{"lon":23.3,"lat":42.7}',
    },
    {
      id: "p2",
      title: "two",
      rating: 2.5,
      public: true,
      status: "live",
      labels: '["a","b"]',
      tags: '["a","b"]',
      author: "u2",
      data: '"text"',
      place: '{"lon":0,"lat":0}',
    },
    {
      id: "p3",
      title: "",
      rating: 0,
      public: false,
      status: "",
      labels: "[]",
      tags: "[]",
      author: "",
      data: null,
      place: '{"lon":0,"lat":0}',
    },
    {
      id: "p4",
      title: "50%_off",
      rating: -1,
      public: false,
      status: "draft",
      labels: '["c"]',
      tags: '["a","gone"]',
      author: "gone",
      data: '{"x":""}',
      place: '{"lon":-74,"lat":40.7}',
    },
    {
      id: "p5",
      title: "one",
      rating: 10,
      public: true,
      status: "draft",
      labels: '["b","c"]',
      tags: '["c"]',
      author: "u1",
      data: "[1,2]",
      place: '{"lon":23.4,"lat":42.7}',
    },
  );
  await insert(
    "comments",
    { id: "c1", text: "first", likes: 1, post: "p1" },
    { id: "c2", text: "second", likes: 5, post: "p1" },
    { id: "c3", text: "first", likes: 0, post: "p2" },
    { id: "c4", text: "lost", likes: 9, post: "" },
  );
  await insert("details", { id: "d1", size: 10, post: "p1" }, { id: "d2", size: 20, post: "p2" });
}
