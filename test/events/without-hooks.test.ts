import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EVENT_NAMES } from "../../src/events/events.ts";
import type { App, RecordModel } from "../../src/index.ts";
import { type PostsServer, startPostsServer } from "../realtime/fixture.ts";

let server: PostsServer;
let app: App;
let bare: App;
let triggered: string[];

beforeEach(async () => {
  server = await startPostsServer();
  app = server.app;
  bare = app.unsafeWithoutHooks();
  triggered = [];
  for (const name of EVENT_NAMES) {
    app.events[name].bindFunc((event: { next(): Promise<void> }) => {
      triggered.push(name);
      return event.next();
    });
  }
});

afterEach(() => server.close());

const withId = (id: string, title: string) => app.newRecord("posts", { id, title });

async function titles(): Promise<string[]> {
  const records = await app.findRecordsByFilter("posts", "", { sort: "title" });
  return records.map((record) => record.getString("title"));
}

describe("app.unsafeWithoutHooks()", () => {
  it("saves and deletes without any handler", async () => {
    const post = withId("aaaaaaaaaaaaaaa", "a");
    await bare.save(post);
    expect(await titles()).toEqual(["a"]);
    post.set("title", "b");
    await bare.save(post);
    expect(await titles()).toEqual(["b"]);
    await bare.delete(post);
    expect(await titles()).toEqual([]);
    expect(triggered).toEqual([]);
  });

  it("does without the engine's own handlers: no checks, no made values, no cascades", async () => {
    const { record: user } = await server.user("ann");
    const post = await server.post({ title: "a", owner: user.id });
    const title = app.findCollection("posts").clone();
    title.findField("title")!["required"] = true;
    await app.save(title);
    await bare.save(withId("bad id", ""));
    await bare.delete(user);
    expect((await app.findRecordById("posts", post.id)).getString("owner")).toBe(user.id);
    expect(await titles()).toEqual(["", "a"]);
  });

  it("stays without them in a transaction that it begins", async () => {
    await bare.runInTransaction(async (tx) => tx.save(withId("aaaaaaaaaaaaaaa", "a")));
    expect(await titles()).toEqual(["a"]);
    expect(triggered).toEqual([]);
  });

  it("works inside a transaction that is under way, and is rolled back with it", async () => {
    const failed = app.runInTransaction(async (tx) => {
      await tx.unsafeWithoutHooks().save(withId("aaaaaaaaaaaaaaa", "a"));
      expect(await tx.countRecords("posts")).toBe(1);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await titles()).toEqual([]);
    await app.runInTransaction(async (tx) =>
      tx.unsafeWithoutHooks().save(withId("aaaaaaaaaaaaaaa", "a")),
    );
    expect(await titles()).toEqual(["a"]);
    expect(triggered).toEqual([]);
  });

  it("leaves the app's own hooks as they were", async () => {
    bare.onRecordCreate().bindFunc(() => {
      throw new Error("only for the other one");
    });
    await app.save(withId("aaaaaaaaaaaaaaa", "a"));
    expect(triggered).toContain("onRecordAfterCreateSuccess");
    await expect(bare.save(withId("bbbbbbbbbbbbbbb", "b"))).resolves.toBeUndefined();
  });

  it("shares settings, collections and the store", async () => {
    bare.store.set("key", 1);
    expect(app.store.get("key")).toBe(1);
    expect(bare.settings).toBe(app.settings);
    expect(bare.findCollection("posts")).toBe(app.findCollection("posts"));
  });

  it("ends tokens all the same", async () => {
    const { record, token } = await server.user("ann");
    const refresh = () => statusOfRefresh(token);
    expect(await refresh()).toBe(200);
    record.set("tokenKey", "another_token_key_of_more_than_thirty_characters");
    await bare.save(record);
    expect(await refresh()).toBe(401);
  });

  it("does not hold up the realtime events of others", async () => {
    const listener = await server.listen(["posts/*"]);
    await bare.save(withId("aaaaaaaaaaaaaaa", "a"));
    const started = performance.now();
    const told: RecordModel = await server.post({ title: "b" });
    await listener.untilCount(1);
    expect(listener.titles).toEqual([`create:${told.getString("title")}`]);
    // Unfinished changes hold up later ones for a second.
    expect(performance.now() - started).toBeLessThan(900);
  });
});

async function statusOfRefresh(token: string): Promise<number> {
  const path = `${server.url}/api/collections/users/auth-refresh`;
  const response = await fetch(path, { method: "POST", headers: { authorization: token } });
  await response.text();
  return response.status;
}
