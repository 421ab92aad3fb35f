import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PocketBase, { type RecordModel } from "pocketbase";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resumable, type Resumption } from "../../src/client/index.ts";
import { createApp, newAuthToken, type Server } from "../../src/index.ts";
import { TestEventSource } from "../../src/testing/event-source.ts";
import { makePosts } from "../realtime/fixture.ts";
import { Listener } from "../realtime/listener.ts";

let dataDir: string;
let server: Server;
let url: string;
const clients: PocketBase[] = [];

beforeEach(async () => {
  vi.stubGlobal("EventSource", TestEventSource);
  dataDir = join(mkdtempSync(join(tmpdir(), "generatio-client-")), "pb_data");
  server = createApp({ dataDir });
  url = await server.listen({ http: "127.0.0.1:0" });
  await makePosts(server, { listRule: "title !~ 'private'" });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.realtime.unsubscribe();
  await server.stop();
  rmSync(join(dataDir, ".."), { recursive: true, force: true });
  vi.unstubAllGlobals();
});

interface Watcher {
  readonly client: PocketBase;
  /** `create:title`, in order. */
  readonly titles: string[];
  readonly events: { action: string; record: RecordModel }[];
  readonly resumptions: Resumption[];
  readonly gaps: Resumption[];
}

async function watch(topic = "*"): Promise<Watcher> {
  const [titles, events, resumptions, gaps] = [
    [] as string[],
    [] as Watcher["events"],
    [] as Resumption[],
    [] as Resumption[],
  ];
  const client = resumable(new PocketBase(url), {
    onResume: (resumption) => resumptions.push(resumption),
    onGap: (resumption) => gaps.push(resumption),
  });
  clients.push(client);
  await client.collection("posts").subscribe(topic, (event) => {
    events.push(event);
    titles.push(`${event.action}:${event.record["title"]}`);
  });
  return { client, titles, events, resumptions, gaps };
}

async function post(title: string, more: Record<string, unknown> = {}) {
  const record = server.app.newRecord("posts", { title, ...more });
  await server.app.save(record);
  return record;
}

function breakConnections(): void {
  server.app.realtime.disconnectAll();
}

async function restart(): Promise<void> {
  await server.stop();
  server = createApp({ dataDir });
  await server.listen({ http: new URL(url).host });
}

const untilConnections = (count: number, watcher: Watcher) =>
  expect.poll(() => watcher.resumptions.length, { timeout: 8000 }).toBe(count);

describe("a resumable client", () => {
  test("gets what it missed between two connections, once and in order", async () => {
    const watcher = await watch();
    await post("a");
    await expect.poll(() => watcher.titles).toEqual(["create:a"]);
    breakConnections();
    const b = await post("b");
    await post("c");
    b.set("title", "b2");
    await server.app.save(b);
    await server.app.delete(b);
    await untilConnections(2, watcher);
    await post("d");
    await expect
      .poll(() => watcher.titles)
      .toEqual(["create:a", "create:b", "create:c", "update:b2", "delete:b2", "create:d"]);
    expect(watcher.gaps).toEqual([]);
  });

  test("sees events as the plain SDK does: without anything of the protocol", async () => {
    const watcher = await watch();
    const plain: unknown[] = [];
    const client = new PocketBase(url);
    clients.push(client);
    await client.collection("posts").subscribe("*", (event) => plain.push(event));
    await post("a");
    await expect.poll(() => plain).toHaveLength(1);
    await expect.poll(() => watcher.events).toEqual(plain);
    expect(Object.keys(plain[0] as object)).toEqual(["record", "action"]);
  });

  test("goes on after a restart of the server", async () => {
    const watcher = await watch();
    await post("a");
    await expect.poll(() => watcher.titles).toEqual(["create:a"]);
    await restart();
    await post("b");
    await untilConnections(2, watcher);
    await expect.poll(() => watcher.titles).toEqual(["create:a", "create:b"]);
  });

  test("gets nothing twice when an event came just before the break", async () => {
    const watcher = await watch();
    for (let round = 0; round < 5; round++) {
      await post(`t${round}`);
      await expect.poll(() => watcher.titles.length).toBe(round + 1);
      breakConnections();
      await untilConnections(round + 2, watcher);
    }
    expect(watcher.titles).toEqual([0, 1, 2, 3, 4].map((round) => `create:t${round}`));
  });

  test("reconnects when the connection breaks while its subscriptions are sent", async () => {
    const watcher = await watch();
    let breaks = 2;
    server.app.onRealtimeSubscribeRequest().bindFunc(async (event) => {
      await event.next();
      if (breaks-- <= 0) return;
      breakConnections();
      // The answer is a success that comes after the end of its stream.
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    breakConnections();
    await post("a");
    await untilConnections(2, watcher);
    await post("b");
    await expect.poll(() => watcher.titles).toEqual(["create:a", "create:b"]);
  });

  test("reconnects when connections break again and again while an old request is under way", async () => {
    const watcher = await watch();
    watcher.client.autoCancellation(false);
    const held = Promise.withResolvers<void>();
    let requests = 0;
    server.app.onRealtimeSubscribeRequest().bindFunc(async (event) => {
      await event.next();
      if (++requests === 1) await held.promise;
    });
    const connected = (count: number) =>
      expect.poll(() => connections, { timeout: 8000 }).toBeGreaterThanOrEqual(count);
    let connections = 0;
    server.app.onRealtimeConnectRequest().bindFunc((event) => {
      connections++;
      return event.next();
    });
    breakConnections();
    await connected(1);
    await expect.poll(() => requests).toBe(1);
    breakConnections();
    await connected(2);
    // The SDK keeps its next request back until the first one is answered.
    await new Promise((resolve) => setTimeout(resolve, 100));
    breakConnections();
    await new Promise((resolve) => setTimeout(resolve, 100));
    held.resolve();
    await post("a");
    await expect.poll(() => watcher.titles, { timeout: 10_000 }).toEqual(["create:a"]);
  });

  test("missed events are judged by the rules of today", async () => {
    const watcher = await watch();
    breakConnections();
    await post("public");
    await post("private");
    const posts = server.app.findCollection("posts").clone();
    posts.listRule = "title = 'private'";
    await server.app.save(posts);
    await untilConnections(2, watcher);
    expect(watcher.titles).toEqual(["create:private"]);
  });

  test("missed events hold no hidden field, not even for superusers", async () => {
    const root = server.app.newRecord("_superusers", {
      email: "root@example.com",
      password: "1234567890",
    });
    await server.app.save(root);
    const watcher = await watch();
    watcher.client.authStore.save(await newAuthToken(root), null);
    await watcher.client.realtime.unsubscribe();
    const events: RecordModel[] = [];
    await watcher.client.collection("posts").subscribe("*", ({ record }) => events.push(record));
    await post("live", { secret: "s" });
    await expect.poll(() => events.map((record) => record["secret"])).toEqual(["s"]);
    breakConnections();
    await post("missed", { secret: "s" });
    await expect
      .poll(() => events.map((record) => record["title"]), { timeout: 8000 })
      .toEqual(["live", "missed"]);
    expect(events[1]).not.toHaveProperty("secret");
  });

  test("a listener that comes after a break is not told of what was before it", async () => {
    const watcher = await watch();
    breakConnections();
    await post("missed");
    const late: string[] = [];
    await watcher.client
      .collection("posts")
      .subscribe("*", ({ record }) => late.push(record["title"] as string), {
        filter: "title != ''",
      });
    await untilConnections(2, watcher);
    await post("new");
    await expect.poll(() => watcher.titles).toEqual(["create:missed", "create:new"]);
    expect(late).toEqual(["new"]);
  });

  test("is told when events are lost for good, and goes on from there", async () => {
    const watcher = await watch();
    server.app.changes.window = { rows: 5, milliseconds: 60_000 };
    await post("a");
    await expect.poll(() => watcher.titles).toEqual(["create:a"]);
    breakConnections();
    for (let index = 0; index < 20; index++) await post(`lost${index}`);
    await untilConnections(2, watcher);
    expect(watcher.gaps).toHaveLength(1);
    expect(watcher.resumptions[1]?.gap).toBe(true);
    await post("b");
    await expect.poll(() => watcher.titles).toEqual(["create:a", "create:b"]);
  });

  test("another log is a gap too: the data folder was replaced", async () => {
    const watcher = await watch();
    await server.app.databaseFiles.data.run({
      sql: "UPDATE _xChanges SET record = 'another' WHERE position = 0",
      parameters: [],
    });
    breakConnections();
    await untilConnections(2, watcher);
    expect(watcher.gaps).toHaveLength(1);
    await post("a");
    await expect.poll(() => watcher.titles).toEqual(["create:a"]);
  });

  test("changes nothing against a server that cannot resume", async () => {
    server.app.onRealtimeSubscribeRequest().bindFunc(async (event) => {
      delete (await event.body())["resume"];
      await event.next();
    });
    const watcher = await watch();
    await post("a");
    await expect.poll(() => watcher.titles).toEqual(["create:a"]);
    expect(watcher.resumptions).toEqual([]);
  });
});

describe("the change log", () => {
  const hasLog = () =>
    server.app.db.get({
      sql: "SELECT 1 FROM sqlite_master WHERE name = '_xChanges'",
      parameters: [],
    });

  test("is made at the first subscription that can resume, not before", async () => {
    const listener = await Listener.connect(url);
    await listener.subscribe(["posts/*"]);
    await post("a");
    await listener.untilCount(1);
    listener.close();
    expect(await hasLog()).toBeUndefined();
    await watch();
    expect(await hasLog()).toBeDefined();
  });

  test("holds no password hashes and no token keys", async () => {
    await watch();
    const user = server.app.newRecord("users", {
      email: "ann@example.com",
      password: "1234567890",
    });
    await server.app.save(user);
    const rows = await server.app.db.all<{ data: string }>({
      sql: "SELECT data FROM _xChanges WHERE record = ?",
      parameters: [user.id],
    });
    const [row] = rows.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
    expect(row).toHaveProperty("email", "ann@example.com");
    expect(row).not.toHaveProperty("password");
    expect(row).not.toHaveProperty("tokenKey");
  });

  test("a change that is rolled back is not in it", async () => {
    await watch();
    await expect(
      server.app.runInTransaction(async (tx) => {
        await tx.save(tx.newRecord("posts", { title: "undone" }));
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    const { newest } = await server.app.changes.bounds(server.app);
    expect(newest).toBe(0);
  });
});
