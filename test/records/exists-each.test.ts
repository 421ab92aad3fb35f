import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Collection } from "../../src/index.ts";
import { existsEach } from "../../src/records/exists-each.ts";
import type { RecordModel } from "../../src/records/record.ts";
import { matchesRule } from "../../src/records/rule.ts";
import type { RequestInfo } from "../../src/records/request-info.ts";
import { type PostsServer, startPostsServer } from "../realtime/fixture.ts";

let server: PostsServer;
let posts: Collection;
let post: RecordModel;
let callers: (RecordModel | undefined)[];

beforeEach(async () => {
  server = await startPostsServer();
  posts = server.app.findCollection("posts");
  const names = ["ann", "bob", "Zoë \"quoted\" 'twice' \\ and %", "", "5", "5.0", "null", "a\tb"];
  const users: RecordModel[] = [];
  for (const [index, name] of names.entries()) {
    const { record } = await server.user(`user${index}`);
    record.set("name", name);
    await server.app.save(record);
    users.push(record);
  }
  callers = [undefined, ...users];
  post = await server.post({ title: "5", owner: users[1]!.id, secret: names[2] });
});
afterEach(() => server.close());

function infoOf(auth: RecordModel | undefined): RequestInfo {
  return { context: "realtime", method: "GET", headers: {}, query: {}, body: {}, auth };
}

const RULES = [
  "@request.auth.id != ''",
  "owner = @request.auth.id",
  "owner.name = @request.auth.name",
  "title = @request.auth.name",
  "secret = @request.auth.name",
  "secret ~ @request.auth.name",
  "@request.auth.name = '' || title = '5'",
  "@request.auth.name ?= title && @request.auth.verified = false",
  "@collection.users.name ?= @request.auth.name && @collection.users.id ?!= @request.auth.id",
  "@request.auth.created <= @now",
  "title = 5 && @request.auth.emailVisibility = false",
  "@request.auth.missing = 1 || @request.auth.id = owner",
];

describe("a rule that is put to the database for many callers at once", () => {
  test.each(RULES)("%s lets in the same as one by one", async (rule) => {
    const alone = [];
    for (const auth of callers) alone.push(await matchesRule(server.app, post, rule, infoOf(auth)));
    for (const kind of ["exists", "candidate"] as const) {
      const row = Object.fromEntries(posts.fields.map(({ name }) => [name, post.get(name)]));
      const contexts = callers.map((auth) => ({
        now: new Date(),
        info: infoOf(auth),
        literals: [],
        values: {},
        ...(kind === "exists" ? { id: post.id } : { candidate: () => row }),
      }));
      const request = { collection: posts, kind, rule, allowHidden: true };
      const before = server.app.databaseFiles.data.counters.reads;
      const errors: unknown[] = [];
      const together = await existsEach(server.app, request, contexts, (e) => errors.push(e));
      expect([kind, together]).toEqual([kind, alone]);
      expect(errors).toEqual([]);
      // Guests and members differ in shape, and so may empty and filled names.
      expect(server.app.databaseFiles.data.counters.reads - before).toBeLessThanOrEqual(6);
    }
  });

  test("is asked one by one where a value cannot be handed over with others", async () => {
    callers[1]!.set("name", "with\0NUL");
    const request = {
      collection: posts,
      kind: "exists" as const,
      rule: "title = @request.auth.name",
      allowHidden: true,
    };
    const contexts = callers.map((auth) => ({
      now: new Date(),
      info: infoOf(auth),
      literals: [],
      values: {},
      id: post.id,
    }));
    const found = await existsEach(server.app, request, contexts, () => undefined);
    expect(found.flatMap((is, index) => (is ? [index] : []))).toEqual([5]);
  });

  test("that cannot be run lets in nobody and is told", async () => {
    const request = {
      collection: posts,
      kind: "exists" as const,
      rule: "nothing = @request.auth.id",
      allowHidden: true,
    };
    const context = { now: new Date(), info: infoOf(callers[1]), literals: [], values: {} };
    const errors: unknown[] = [];
    const contexts = [
      { ...context, id: post.id },
      { ...context, id: post.id },
    ];
    expect(await existsEach(server.app, request, contexts, (e) => errors.push(e))).toEqual([
      false,
      false,
    ]);
    expect(errors).toHaveLength(2);
  });
});
