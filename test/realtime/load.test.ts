import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type PostsServer, startPostsServer } from "./fixture.ts";
import type { Listener } from "./listener.ts";

let server: PostsServer;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** Connects and reads only as far as PB_CONNECT. */
async function connectStalled(): Promise<{ socket: Socket; clientId: string }> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.write(`GET /api/realtime HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  let text = "";
  return new Promise((resolve) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const [, clientId] = /"clientId":"(\w+)"/.exec(text) ?? [];
      if (clientId === undefined) return;
      socket.off("data", read).pause();
      resolve({ socket, clientId });
    };
    socket.on("data", read);
  });
}

async function subscribe(clientId: string, topic: string, resume?: unknown): Promise<number> {
  const response = await fetch(`${server.url}/api/realtime`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ clientId, subscriptions: [topic], resume }),
  });
  await response.text();
  return response.status;
}

/** How many reads an event costs the database, heard by one more listener. */
async function readsOfOnePost(token: string, title = "a"): Promise<number> {
  const reads = () => server.app.databaseFiles.data.counters.reads;
  const listener = await server.listen(["posts/*"], { token });
  const before = reads();
  await server.post({ title });
  await listener.untilCount(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  listener.close();
  return reads() - before;
}

const SMALL = `posts/*?options=${encodeURIComponent('{"query":{"fields":"title:excerpt(20)"}}')}`;

describe("a client that does not read", () => {
  test("is disconnected, and neither the other hundred nor the writer wait for it", async () => {
    server = await startPostsServer();
    const { clientId } = await connectStalled();
    expect(await subscribe(clientId, "posts/*")).toBe(204);
    const others = await Promise.all(Array.from({ length: 100 }, () => server.listen([SMALL])));
    const large = "x".repeat(100_000);
    const slowest = { write: 0 };
    for (let index = 0; index < 150; index++) {
      const started = performance.now();
      await server.post({ title: `${index} ${large}`.slice(0, 5000) });
      slowest.write = Math.max(slowest.write, performance.now() - started);
      server.app.realtime.find(clientId)?.send({ name: "posts/*", data: large });
    }
    for (const other of others) await other.untilCount(150);
    expect(
      others.every(({ titles }) =>
        titles.every((title, index) => title.startsWith(`create:${index} `)),
      ),
    ).toBe(true);
    expect(slowest.write).toBeLessThan(1000);
    await expect.poll(() => server.app.realtime.find(clientId)).toBeUndefined();
    expect(server.app.realtime.clients.size).toBe(100);
  });

  test("may take one large message in its own time", async () => {
    server = await startPostsServer();
    const { socket, clientId } = await connectStalled();
    await subscribe(clientId, "large");
    const data = "y".repeat(8 << 20);
    server.app.realtime.broadcast("large", data);
    await new Promise((resolve) => setTimeout(resolve, 100));
    let received = 0;
    socket.on("data", (chunk: Buffer) => (received += chunk.length));
    socket.resume();
    await expect.poll(() => received, { timeout: 5000 }).toBeGreaterThan(data.length);
    expect(server.app.realtime.find(clientId)?.isClosed).toBe(false);
  });
});

describe("a client that missed much", () => {
  test("takes it in its own time, and is not taken for one that does not read", async () => {
    server = await startPostsServer();
    await server.app.changes.open(server.app);
    const { id: log, newest } = await server.app.changes.bounds(server.app);
    // More than what the system keeps for a connection, in fewer changes than are read at a time.
    const large = "\u{1f600}".repeat(4900);
    const others = await server.listen(["posts/*"]);
    await server.app.runInTransaction(async (tx) => {
      for (let index = 0; index < 600; index++)
        await tx.save(tx.newRecord("posts", { title: `${index}:${large}` }));
    });
    others.close();
    const { socket, clientId } = await connectStalled();
    const resume = { after: newest, log, subscriptions: ["posts/*"] };
    expect(await subscribe(clientId, "posts/*", resume)).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.resume();
    const isInPresent = () => Buffer.concat(chunks.slice(-2)).includes('"resume":{');
    await expect.poll(isInPresent, { timeout: 12_000 }).toBe(true);
    const text = Buffer.concat(chunks).toString("latin1");
    const places = Array.from(text.matchAll(/"title":"(\d+):/g), ([, place]) => Number(place));
    expect(places).toEqual(Array.from({ length: 600 }, (_, index) => index));
  });
});

describe("many clients", () => {
  test("a rule is asked once for all who are equal before it", async () => {
    server = await startPostsServer({ listRule: "@request.auth.id != '' && title != ''" });
    const users = await Promise.all(["ann", "bob"].map((name) => server.user(name)));
    const join = async (count: number) => {
      for (let index = 0; index < count; index++) {
        await server.listen(["posts/*"]);
        for (const { token } of users) await server.listen(["posts/*"], { token });
      }
    };
    await join(1);
    const reads = await readsOfOnePost(users[0]!.token);
    expect(reads).toBeGreaterThan(0);
    await join(19);
    expect(server.app.realtime.clients.size).toBeGreaterThanOrEqual(60);
    expect(await readsOfOnePost(users[0]!.token)).toBe(reads);
  });

  test("a rule that differs from one account to the next is asked for all of them at once", async () => {
    server = await startPostsServer({ listRule: "title != @request.auth.name" });
    const tokens: string[] = [];
    for (let index = 0; index < 30; index++) tokens.push((await server.user(`u${index}`)).token);
    for (const token of tokens.slice(0, 2)) await server.listen(["posts/*"], { token });
    const reads = await readsOfOnePost(tokens[0]!);
    expect(reads).toBeGreaterThan(0);
    const listeners = await Promise.all(
      tokens.map((token) => server.listen(["posts/*"], { token })),
    );
    expect(await readsOfOnePost(tokens[0]!, "u7")).toBe(reads);
    expect(listeners.filter(({ titles }) => titles.length === 0)).toEqual([listeners[7]]);
  });

  test("a thousand are told while requests are answered", async () => {
    server = await startPostsServer();
    const listeners: Listener[] = [];
    for (let batch = 0; batch < 10; batch++) {
      listeners.push(
        ...(await Promise.all(Array.from({ length: 100 }, () => server.listen(["posts/*"])))),
      );
    }
    await Promise.all([0, 1, 2].map((index) => server.post({ title: String(index) })));
    const health = await fetch(`${server.url}/api/health`);
    expect(health.status).toBe(200);
    for (const listener of listeners)
      await listener.until(({ events }) => events.length > 3, 15_000);
    const [first] = listeners;
    expect(first!.titles.toSorted()).toEqual(["create:0", "create:1", "create:2"]);
    expect(listeners.every(({ titles }) => titles.join() === first!.titles.join())).toBe(true);
  });
});
