import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RecordModel } from "../../src/index.ts";
import { type PostsServer, startPostsServer } from "../realtime/fixture.ts";

/** Expected orders and contexts are what PocketBase 0.40.4 gives to the same handlers. */

type Json = Record<string, unknown>;

let server: PostsServer;
let posts: RecordModel[];
/** `context name` of every record that is enriched, `/…` when its handler is through. */
let order: string[];

beforeEach(async () => {
  server = await startPostsServer();
  const { app } = server;
  const users = app.findCollection("users").clone();
  users.viewRule = "";
  await app.save(users);
  posts = [];
  for (const [title, name] of [
    ["a", "ann"],
    ["b", "bob"],
    ["c", "cat"],
  ] as const) {
    const { record } = await server.user(name);
    posts.push(await server.post({ title, secret: "s", owner: record.id }));
  }
  order = [];
  app.onRecordEnrich("posts", "users").bindFunc(async (event) => {
    const { record, requestInfo } = event;
    const name = `${requestInfo.context} ${record.getString("title") || record.getString("name")}`;
    order.push(name);
    change(record);
    await event.next();
    order.push(`/${name}`);
  });
});

afterEach(() => server.close());

function change(record: RecordModel): void {
  const title = record.getString("title");
  if (title === "b") record.unhide("secret");
  if (title !== "c") return;
  record.hide("owner");
  record.withCustomData = true;
  record.set("extra", 1);
}

/** What `change` makes of the three. */
function expectChanged([a, b, c]: readonly (Json | undefined)[]): void {
  expect(a).toMatchObject({ title: "a", owner: posts[0]!.get("owner") });
  expect(a).not.toHaveProperty("secret");
  expect(b).toMatchObject({ title: "b", secret: "s" });
  expect(c).toMatchObject({ title: "c", extra: 1 });
  expect(c).not.toHaveProperty("owner");
}

async function ask(path: string, body?: unknown): Promise<Json> {
  const response = await fetch(`${server.url}/api/collections/${path}`, {
    ...(body !== undefined && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  return (await response.json()) as Json;
}

describe("onRecordEnrich", () => {
  it("of a list is nested over its records", async () => {
    const { items } = await ask("posts/records?sort=title");
    expectChanged(items as Json[]);
    expect(order).toEqual([
      "default a",
      "default b",
      "default c",
      "/default c",
      "/default b",
      "/default a",
    ]);
  });

  it("of a view is for its record", async () => {
    const views: Json[] = [];
    for (const { id } of posts) views.push(await ask(`posts/records/${id}`));
    expectChanged(views);
    expect(order.slice(0, 2)).toEqual(["default a", "/default a"]);
    expect(order).toHaveLength(6);
  });

  it("of expanded records runs inside of the records that they are expanded in", async () => {
    const { items } = await ask("posts/records?sort=title&expand=owner");
    const owners = (items as { expand: { owner: Json } }[]).map(
      ({ expand }) => expand.owner["name"],
    );
    expect(owners).toEqual(["ann", "bob", "cat"]);
    expect(order.slice(0, 3)).toEqual(["default a", "default b", "default c"]);
    expect(order.slice(-3)).toEqual(["/default c", "/default b", "/default a"]);
    const inner = order.slice(3, -3);
    const entered = inner.slice(0, 3);
    expect(entered.toSorted()).toEqual(["expand ann", "expand bob", "expand cat"]);
    expect(inner.slice(3)).toEqual(entered.toReversed().map((name) => `/${name}`));
  });

  it("of realtime events is for the record of each", async () => {
    const listener = await server.listen(["posts/*"]);
    for (const post of posts) {
      post.set("secret", "s");
      await server.app.save(post);
    }
    const messages = await listener.untilCount(3);
    expectChanged(messages.map(({ record }) => record));
    expect(order).toEqual([
      "realtime a",
      "/realtime a",
      "realtime b",
      "/realtime b",
      "realtime c",
      "/realtime c",
    ]);
  });

  it("of a sign-in is for who signs in", async () => {
    const { record } = await ask("users/auth-with-password", {
      identity: "ann@example.com",
      password: "1234567890",
    });
    expect(record).toMatchObject({ name: "ann" });
    expect(order).toEqual(["password ann", "/password ann"]);
  });

  it("that does not go on leaves out the rest of the work, not the answer", async () => {
    server.app.onRecordEnrich("posts").bind({ id: "stop", priority: -1, func: () => undefined });
    const { items } = await ask("posts/records?sort=title&expand=owner");
    expect((items as Json[]).map(({ title }) => title)).toEqual(["a", "b", "c"]);
    expect(items).not.toContainEqual(
      expect.objectContaining({ expand: expect.anything() as unknown }),
    );
    expect(order).toEqual([]);
  });
});
