import PocketBase, { type RecordSubscription } from "pocketbase";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TestEventSource } from "../../src/testing/event-source.ts";
import { type PostsRules, type PostsServer, startPostsServer } from "./fixture.ts";

let server: PostsServer;
const clients: PocketBase[] = [];

beforeEach(() => void vi.stubGlobal("EventSource", TestEventSource));
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.realtime.unsubscribe()));
  await server.close();
  vi.unstubAllGlobals();
});

async function start(rules: PostsRules = {}): Promise<void> {
  server = await startPostsServer(rules);
}

function newClient(): PocketBase {
  const client = new PocketBase(server.url);
  client.autoCancellation(false);
  clients.push(client);
  return client;
}

/** `create:title` of what a client hears of posts from now on. */
async function heardBy(client: PocketBase, topic = "*"): Promise<string[]> {
  const heard: string[] = [];
  await client
    .collection("posts")
    .subscribe(topic, ({ action, record }: RecordSubscription) =>
      heard.push(`${action}:${String(record["title"])}`),
    );
  return heard;
}

describe("the official SDK, as it is", () => {
  test("hears of what is created, changed and deleted, until it unsubscribes", async () => {
    await start();
    const client = newClient();
    const all = await heardBy(client);
    const record = await server.post({ title: "a" });
    await expect.poll(() => all).toEqual(["create:a"]);
    const one = await heardBy(client, record.id);
    record.set("title", "b");
    await server.app.save(record);
    await expect.poll(() => [all, one]).toEqual([["create:a", "update:b"], ["update:b"]]);
    await client.collection("posts").unsubscribe(record.id);
    await server.app.delete(record);
    await expect.poll(() => all).toEqual(["create:a", "update:b", "delete:b"]);
    expect(one).toEqual(["update:b"]);
  });

  test("comes back by itself when its connection breaks, with all its subscriptions", async () => {
    await start();
    const client = newClient();
    const all = await heardBy(client);
    const { id } = await server.post({ title: "before" });
    const one = await heardBy(client, id);
    await expect.poll(() => all).toEqual(["create:before"]);
    const { clientId } = client.realtime;
    server.app.realtime.disconnectAll();
    await expect
      .poll(() => [...server.app.realtime.clients.values()][0]?.subscriptions.size)
      .toBe(2);
    expect(client.realtime.clientId).not.toBe(clientId);
    const record = await server.app.findRecordById("posts", id);
    record.set("title", "after");
    await server.app.save(record);
    await expect.poll(() => [all.at(-1), one]).toEqual(["update:after", ["update:after"]]);
  });

  test("has its rights from its latest subscription, and loses them with its tokens", async () => {
    await start({ listRule: "@request.auth.id != ''", viewRule: "" });
    const { record } = await server.user("ann");
    const client = newClient();
    const all = await heardBy(client);
    const post = await server.post({ title: "for members" });
    const one = await heardBy(client, post.id);
    const change = async (title: string) => {
      post.set("title", title);
      await server.app.save(post);
      await expect.poll(() => one.at(-1)).toBe(`update:${title}`);
    };
    await change("as a guest");
    await client.collection("users").authWithPassword("ann@example.com", "1234567890");
    await change("signed in, not told yet");
    expect(all).toEqual([]);
    await client.realtime.subscribe("anything", () => undefined);
    await change("as ann");
    await expect.poll(() => all).toEqual(["update:as ann"]);
    record.set("password", "another1234");
    await server.app.save(record);
    await change("with an old token");
    expect(all).toEqual(["update:as ann"]);
  });

  test("is told in a thousand clients at once, each of what it may see", async () => {
    await start({ listRule: "title != 'private' || @request.auth.id != ''" });
    const { token } = await server.user("ann");
    const heard: { isMember: boolean; titles: string[] }[] = [];
    for (let first = 0; first < 1000; first += 50) {
      const batch = Array.from({ length: 50 }, async (_, index) => {
        const client = newClient();
        const isMember = index % 5 === 0;
        if (isMember) client.authStore.save(token);
        heard.push({ isMember, titles: await heardBy(client) });
      });
      await Promise.all(batch);
    }
    for (const title of ["public", "private", "last"]) await server.post({ title });
    const isTold = ({ titles }: { titles: string[] }) => titles.includes("create:last");
    await expect.poll(() => heard.every(isTold), { timeout: 15_000 }).toBe(true);
    const members = heard.filter(({ isMember }) => isMember);
    expect([heard.length, members.length]).toEqual([1000, 200]);
    const all = ["create:public", "create:private", "create:last"];
    const guests = ["create:public", "create:last"];
    expect(
      heard.filter(({ isMember, titles }) => titles.join() !== (isMember ? all : guests).join()),
    ).toEqual([]);
  }, 60_000);
});
