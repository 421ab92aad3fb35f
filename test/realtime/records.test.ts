import { afterEach, describe, expect, test } from "vitest";
import { newAuthToken, type RecordModel } from "../../src/index.ts";
import { type PostsRules, type PostsServer, startPostsServer } from "./fixture.ts";

let server: PostsServer;

async function start(rules: PostsRules = {}): Promise<void> {
  server = await startPostsServer(rules);
}

afterEach(() => server.close());

function withOptions(topic: string, options: unknown): string {
  return `${topic}?options=${encodeURIComponent(JSON.stringify(options))}`;
}

/** An event that everybody gets, after which nothing earlier can follow. */
async function settle(): Promise<void> {
  const marker = await server.listen(["posts/*"], {
    token: await newAuthToken(await rootRecord()),
  });
  await server.post({ title: "marker" });
  await marker.until(({ titles }) => titles.includes("create:marker"));
  marker.close();
}

async function rootRecord(): Promise<RecordModel> {
  const [known] = await server.app.findRecordsByFilter("_superusers", "email = 'root@example.com'");
  if (known) return known;
  const record = server.app.newRecord("_superusers", {
    email: "root@example.com",
    password: "1234567890",
  });
  await server.app.save(record);
  return record;
}

describe("record events", () => {
  test("tell of create, update and delete in PocketBase's form", async () => {
    await start();
    const listener = await server.listen(["posts/*"]);
    const record = await server.post({ title: "a" });
    const { collection } = record;
    expect(await listener.untilCount(1)).toHaveLength(1);
    const json = `{"collectionId":"${collection.id}","collectionName":"posts","id":"${record.id}","owner":"","title":"a"}`;
    expect(listener.events[1]?.text).toBe(
      `id:${listener.clientId}\nevent:posts/*\ndata:{"record":${json},"action":"create"}`,
    );
    record.set("title", "b");
    await server.app.save(record);
    await server.app.delete(record);
    await listener.untilCount(3);
    expect(listener.titles).toEqual(["create:a", "update:b", "delete:b"]);
  });

  test("tell of what goes with a record before the record itself, as PocketBase", async () => {
    await start();
    const posts = server.app.findCollection("posts").clone();
    posts.findField("owner")!["cascadeDelete"] = true;
    await server.app.save(posts);
    const { record: owner } = await server.user("ann");
    await server.post({ title: "a", owner: owner.id });
    const token = await newAuthToken(await rootRecord());
    const listener = await server.listen(["posts/*", "users/*"], { token });
    await server.app.delete(owner);
    await listener.untilCount(2);
    expect(listener.events.slice(1).map(({ event }) => event)).toEqual(["posts/*", "users/*"]);
  });

  test("are not held up by one that a handler keeps from being told", async () => {
    await start();
    server.app.onRecordAfterCreateSuccess("posts").bindFunc((event) => {
      if (event.record.get("title") === "refused") throw new Error("no");
      return event.record.get("title") === "stopped" ? undefined : event.next();
    });
    const listener = await server.listen(["posts/*"]);
    await expect(server.post({ title: "refused" })).rejects.toThrow("no");
    await server.post({ title: "stopped" });
    const began = performance.now();
    await server.post({ title: "told" });
    await listener.untilCount(1);
    expect(listener.titles).toEqual(["create:told"]);
    expect(performance.now() - began).toBeLessThan(900);
  });

  test.for([
    ["posts", true],
    ["posts/*", true],
    ["COLLECTION", true],
    ["COLLECTION/*", true],
    ["posts/RECORD", true],
    ["COLLECTION/RECORD", true],
    ["Posts/*", false],
    ["posts/other", false],
    ["post", false],
  ] as const)("the topic %s hears of it: %s", async ([topic, hears]) => {
    await start();
    const record = await server.post({ title: "a" });
    const name = topic.replace("COLLECTION", record.collection.id).replace("RECORD", record.id);
    const listener = await server.listen([name, "posts/*"]);
    record.set("title", "b");
    await server.app.save(record);
    await listener.until(({ events }) => events.some(({ event }) => event === "posts/*"));
    await settle();
    const heard = listener.messages(name).filter(({ record: { title } }) => title === "b");
    expect(heard).toHaveLength(hears ? 1 : 0);
  });

  test("need the list rule for the collection and the view rule for one record", async () => {
    await start({ listRule: 'title = "listed"', viewRule: 'title = "viewed"' });
    const record = await server.post({ title: "listed" });
    const listener = await server.listen(["posts/*", `posts/${record.id}`]);
    for (const title of ["viewed", "neither", "listed"]) {
      record.set("title", title);
      await server.app.save(record);
    }
    await listener.untilCount(2);
    await settle();
    expect(listener.messages(`posts/${record.id}`).map(({ record: { title } }) => title)).toEqual([
      "viewed",
    ]);
    expect(listener.messages("posts/*").map(({ record: { title } }) => title)).toEqual(["listed"]);
  });

  test("go to nobody but superusers where the rule is null", async () => {
    await start({ listRule: null });
    const guest = await server.listen(["posts/*"]);
    const superuser = await server.listen(["posts/*"], {
      token: await newAuthToken(await rootRecord()),
    });
    await server.post({ title: "a", secret: "s" });
    const [message] = await superuser.untilCount(1);
    expect(message?.record).toMatchObject({ title: "a", secret: "s" });
    await settle();
    expect(guest.messages()).toEqual([]);
  });

  test("of auth-dependent rules go to whom they let", async () => {
    await start({ listRule: "owner = @request.auth.id || owner.name = @request.auth.name" });
    const [ann, bob] = [await server.user("ann"), await server.user("bob")];
    const annListens = await server.listen(["posts/*"], { token: ann.token });
    const bobListens = await server.listen(["posts/*"], { token: bob.token });
    await server.post({ title: "for ann", owner: ann.record.id });
    await server.post({ title: "for bob", owner: bob.record.id });
    await Promise.all([annListens.untilCount(1), bobListens.untilCount(1)]);
    await settle();
    expect(annListens.titles).toEqual(["create:for ann"]);
    expect(bobListens.titles).toEqual(["create:for bob"]);
  });

  test("rules see the options as query and headers, and the context", async () => {
    await start({
      listRule:
        '@request.context = "realtime" && @request.method = "GET" && @request.query.q = title && @request.headers.x_token = "t"',
    });
    const right = await server.listen([
      withOptions("posts/*", { query: { q: "7" }, headers: { "X-Token": "t" } }),
    ]);
    const wrong = await server.listen([
      withOptions("posts/*", { query: { q: 8 }, headers: { "X-Token": "t" } }),
    ]);
    await server.post({ title: "7" });
    await right.untilCount(1);
    await settle();
    expect(wrong.messages()).toEqual([]);
  });

  test("filter, fields and expand among the options do what they do in lists", async () => {
    await start();
    const { record: owner } = await server.user("ann");
    const users = server.app.findCollection("users").clone();
    users.viewRule = "";
    await server.app.save(users);
    const filtered = await server.listen([
      withOptions("posts/*", { query: { filter: "title ~ 'x'" } }),
    ]);
    const picked = await server.listen([
      withOptions("posts/*", { query: { fields: "title,expand.owner.name", expand: "owner" } }),
    ]);
    await server.post({ title: "plain", owner: owner.id });
    await server.post({ title: "xx" });
    expect(await picked.untilCount(2)).toEqual([
      { action: "create", record: { title: "plain", expand: { owner: { name: "ann" } } } },
      { action: "create", record: { title: "xx", expand: {} } },
    ]);
    await filtered.untilCount(1);
    expect(filtered.titles).toEqual(["create:xx"]);
  });

  test.for([
    "secret = 's'",
    "@request.auth.id = ''",
    "@collection.users.id != 'x'",
    "nope = 1",
    "title =",
  ])("a filter that clients may not use lets nothing through: %s", async (filter) => {
    await start();
    const listener = await server.listen([withOptions("posts/*", { query: { filter } })]);
    await server.post({ title: "a", secret: "s" });
    await settle();
    expect(listener.messages()).toEqual([]);
  });

  test("a superuser's filter may look at who asks, and is put for each of them", async () => {
    await start({ listRule: null });
    const first = await rootRecord();
    const second = server.app.newRecord("_superusers", {
      email: "second@example.com",
      password: "1234567890",
    });
    await server.app.save(second);
    const topic = withOptions("posts/*", { query: { filter: "title = @request.auth.email" } });
    const firstListens = await server.listen([topic], { token: await newAuthToken(first) });
    const secondListens = await server.listen([topic], { token: await newAuthToken(second) });
    await server.post({ title: "root@example.com" });
    await server.post({ title: "second@example.com" });
    await settle();
    expect(firstListens.titles).toEqual(["create:root@example.com"]);
    expect(secondListens.titles).toEqual(["create:second@example.com"]);
  });

  test("wrong fields are ignored and broken options count as none", async () => {
    await start();
    const wrongFields = await server.listen([
      withOptions("posts/*", { query: { fields: "title:excerpt(" } }),
    ]);
    const broken = await server.listen(["posts/*?options={nope"]);
    await server.post({ title: "a" });
    expect((await wrongFields.untilCount(1))[0]?.record).toHaveProperty("owner", "");
    expect((await broken.untilCount(1))[0]?.record).toHaveProperty("title", "a");
  });

  test("the enrich hook may hide, show and add, by who listens", async () => {
    await start();
    const { token } = await server.user("ann");
    server.app.onRecordEnrich("posts").bindFunc(async (event) => {
      if (event.requestInfo.auth) event.record.unhide("secret");
      event.record.withCustomData = true;
      event.record.set("seenBy", event.requestInfo.auth?.getString("name") ?? "guest");
      await event.next();
    });
    const guest = await server.listen(["posts/*"]);
    const user = await server.listen(["posts/*"], { token });
    await server.post({ title: "a", secret: "s" });
    expect((await guest.untilCount(1))[0]?.record).toMatchObject({ seenBy: "guest" });
    expect((await guest.untilCount(1))[0]?.record).not.toHaveProperty("secret");
    expect((await user.untilCount(1))[0]?.record).toMatchObject({ seenBy: "ann", secret: "s" });
  });

  test("show an e-mail to its owner and to superusers only", async () => {
    await start();
    const users = server.app.findCollection("users").clone();
    users.listRule = "";
    await server.app.save(users);
    const [ann, bob] = [await server.user("ann"), await server.user("bob")];
    const own = await server.listen(["users/*"], { token: ann.token });
    const other = await server.listen(["users/*"], { token: bob.token });
    ann.record.set("name", "Ann");
    await server.app.save(ann.record);
    expect((await own.untilCount(1))[0]?.record).toHaveProperty("email", "ann@example.com");
    expect((await other.untilCount(1))[0]?.record).not.toHaveProperty("email");
  });
});

describe("deletes", () => {
  test("are judged before the row and its relations are gone", async () => {
    await start({ listRule: "owner.name = 'ann'" });
    const { record: ann } = await server.user("ann");
    const record = await server.post({ title: "a", owner: ann.id });
    const listener = await server.listen(["posts/*"]);
    const posts = server.app.findCollection("posts").clone();
    posts.findField("owner")!["cascadeDelete"] = true;
    await server.app.save(posts);
    await server.app.delete(ann);
    await listener.untilCount(1);
    expect(listener.titles).toEqual([`delete:${record.getString("title")}`]);
  });

  test("that fail tell nobody", async () => {
    await start();
    const record = await server.post({ title: "a" });
    const listener = await server.listen(["posts/*"]);
    const id = server.app.onRecordDeleteExecute("posts").bindFunc(() => {
      throw new Error("not this one");
    });
    await expect(server.app.delete(record)).rejects.toThrow("not this one");
    server.app.onRecordDeleteExecute("posts").unbind(id);
    await settle();
    expect(listener.titles).toEqual(["create:marker"]);
  });
});

describe("transactions", () => {
  test("tell after the commit, in the order of the writes, and nothing when rolled back", async () => {
    await start();
    const listener = await server.listen(["posts/*"]);
    await expect(
      server.app.runInTransaction(async (tx) => {
        await tx.save(tx.newRecord("posts", { title: "undone" }));
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    await server.app.runInTransaction(async (tx) => {
      const first = tx.newRecord("posts", { title: "first" });
      await tx.save(first);
      await tx.save(tx.newRecord("posts", { title: "second" }));
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(listener.messages()).toEqual([]);
      await tx.delete(first);
    });
    await settle();
    expect(listener.titles.filter((title) => !title.endsWith("marker"))).toEqual([
      "create:first",
      "create:second",
      "delete:first",
    ]);
  });

  test("many writers at once: every client sees one and the same order per record", async () => {
    await start();
    const record = await server.post({ title: "0" });
    const listeners = await Promise.all([
      server.listen(["posts/*"]),
      server.listen([`posts/${record.id}`]),
    ]);
    const saves = Array.from({ length: 40 }, async (_, index) => {
      const copy = await server.app.findRecordById("posts", record.id);
      copy.set("title", String(index + 1));
      await server.app.save(copy);
    });
    await Promise.all(saves);
    const last = (await server.app.findRecordById("posts", record.id)).getString("title");
    for (const listener of listeners) {
      await listener.untilCount(40);
      expect(listener.titles.at(-1)).toBe(`update:${last}`);
    }
    expect(listeners[0]!.titles).toEqual(listeners[1]!.titles);
  });

  test("a create is heard of although the record is deleted at once", async () => {
    await start({ listRule: "title != ''" });
    const listener = await server.listen(["posts/*"]);
    for (let round = 0; round < 20; round++) {
      const record = await server.post({ title: `t${round}` });
      await server.app.delete(record);
    }
    await listener.untilCount(40);
    expect(listener.titles).toEqual(
      Array.from({ length: 20 }, (_, round) => [`create:t${round}`, `delete:t${round}`]).flat(),
    );
  });

  test("a handler that takes long after its save holds up nobody for long", async () => {
    await start();
    const listener = await server.listen(["posts/*"]);
    const release = Promise.withResolvers<void>();
    server.app.onRecordCreate("posts").bindFunc(async (event) => {
      await event.next();
      if (event.record.getString("title") === "slow") await release.promise;
    });
    const slow = server.post({ title: "slow" });
    await server.post({ title: "quick" });
    await listener.until(({ titles }) => titles.includes("create:quick"));
    release.resolve();
    await slow;
    await listener.untilCount(2);
    expect(listener.titles).toEqual(["create:quick", "create:slow"]);
  });
});

describe("the auth of clients", () => {
  test("ends with their tokens: a new password makes them guests", async () => {
    await start({ listRule: "@request.auth.id != ''" });
    const { record, token } = await server.user("ann");
    const listener = await server.listen(["posts/*"], { token });
    await server.post({ title: "before" });
    await listener.untilCount(1);
    record.set("password", "another1234");
    await server.app.save(record);
    await server.post({ title: "after" });
    await settle();
    expect(listener.titles).toEqual(["create:before"]);
    expect(server.app.realtime.find(listener.clientId)?.auth).toBeUndefined();
  });

  test("follows changes of their record, and ends with it", async () => {
    await start();
    const { record, token } = await server.user("ann");
    const listener = await server.listen(["posts/*"], { token });
    const client = server.app.realtime.find(listener.clientId)!;
    record.set("name", "Ann");
    await server.app.save(record);
    expect(client.auth?.getString("name")).toBe("Ann");
    await server.app.delete(record);
    expect(client.auth).toBeUndefined();
    expect(client.isClosed).toBe(false);
  });

  test("ends when the collection's secret changes", async () => {
    await start();
    const { token } = await server.user("ann");
    const listener = await server.listen(["posts/*"], { token });
    const client = server.app.realtime.find(listener.clientId)!;
    const users = server.app.findCollection("users").clone();
    users.auth!.authToken.secret = "x".repeat(50);
    await server.app.save(users);
    expect(client.auth).toBeUndefined();
  });
});
