import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type PostsServer, startPostsServer } from "./fixture.ts";
import { Listener } from "./listener.ts";

let server: PostsServer;

beforeEach(async () => {
  server = await startPostsServer();
});

afterEach(() => server.close());

async function submit(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/api/realtime`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

describe("GET /api/realtime", () => {
  test("opens an event stream that no proxy may hold back", async () => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/api/realtime`, { signal: abort.signal });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    abort.abort();
  });

  test("begins with PB_CONNECT, byte for byte as PocketBase's", async () => {
    const listener = await server.listen([]);
    const { clientId } = listener;
    expect(clientId).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(listener.events[0]?.text).toBe(
      `id:${clientId}\nevent:PB_CONNECT\ndata:{"clientId":"${clientId}"}`,
    );
  });

  test("does not use the request's Authorization header", async () => {
    const { token } = await server.user("ann");
    const listener = await Listener.connect(server.url, { headers: { authorization: token } });
    expect(server.app.realtime.find(listener.clientId)?.auth).toBeUndefined();
    listener.close();
  });

  test("forgets a client that goes away", async () => {
    const listener = await server.listen(["posts/*"]);
    expect(server.app.realtime.clients.size).toBe(1);
    listener.close();
    await expect.poll(() => server.app.realtime.clients.size).toBe(0);
  });

  test("ends a connection without messages after the idle time, and any after its greatest age", async () => {
    server.app.onRealtimeConnectRequest().bindFunc(async (event) => {
      if (event.query.has("idle")) event.idleTimeout = 80;
      else event.maxTimeout = 80;
      await event.next();
    });
    for (const query of ["?idle=1", ""]) {
      const response = await fetch(`${server.url}/api/realtime${query}`);
      expect(await response.text()).toMatch(/^id:\w+\nevent:PB_CONNECT\ndata:.*\n\n$/);
    }
  });

  test("a message postpones the idle end", async () => {
    server.app.onRealtimeConnectRequest().bindFunc(async (event) => {
      event.idleTimeout = 800;
      await event.next();
    });
    const listener = await server.listen(["tick"]);
    for (let count = 0; count < 5; count++) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      server.app.realtime.broadcast("tick", { count });
    }
    expect(await listener.untilCount(5)).toHaveLength(5);
    await listener.ended;
  });

  test("stopping the server ends the streams at once", async () => {
    const listener = await server.listen(["posts/*"]);
    const started = performance.now();
    await server.close();
    await listener.ended;
    expect(performance.now() - started).toBeLessThan(900);
  });
});

describe("POST /api/realtime", () => {
  test.for([
    [{}, { clientId: { code: "validation_required", message: "Cannot be blank." } }],
    [
      { clientId: "x".repeat(256) },
      {
        clientId: {
          code: "validation_length_out_of_range",
          message: "The length must be between 1 and 255.",
          params: { max: 255, min: 1 },
        },
      },
    ],
    [
      { clientId: "x", subscriptions: Array.from({ length: 1001 }, String) },
      {
        subscriptions: {
          code: "validation_length_too_long",
          message: "The length must be no more than 1000.",
          params: { max: 1000, min: 0 },
        },
      },
    ],
    [
      { clientId: "x", subscriptions: ["ok", "y".repeat(2501)] },
      {
        subscriptions: {
          "1": {
            code: "validation_length_too_long",
            message: "The length must be no more than 2500.",
            params: { max: 2500, min: 0 },
          },
        },
      },
    ],
    [{ clientId: "x", subscriptions: "posts" }, {}],
    [{ clientId: 5 }, {}],
  ])("refuses %j", async ([body, data]) => {
    expect(await submit(body)).toEqual({
      status: 400,
      body: { data, message: "Something went wrong while processing your request.", status: 400 },
    });
  });

  test("knows no other clients than the connected ones", async () => {
    expect(await submit({ clientId: "missing", subscriptions: ["a"] })).toEqual({
      status: 404,
      body: { data: {}, message: "Missing or invalid client id.", status: 404 },
    });
  });

  test.each([
    ["a", ["a"]],
    ["a&subscriptions=7", ["a", "7"]],
    ["", []],
  ])("may be a form: subscriptions=%s", async (values, topics) => {
    const listener = await Listener.connect(server.url);
    const response = await fetch(`${server.url}/api/realtime`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `clientId=${listener.clientId}&subscriptions=${values}`,
    });
    expect(response.status).toBe(204);
    expect([...server.app.realtime.find(listener.clientId)!.subscriptions.keys()]).toEqual(topics);
    listener.close();
  });

  test("replaces all earlier subscriptions and skips empty ones", async () => {
    const listener = await server.listen(["a", "b"]);
    expect(await listener.subscribe(["b", "", "c"])).toBe(204);
    expect([...server.app.realtime.find(listener.clientId)!.subscriptions.keys()]).toEqual([
      "b",
      "c",
    ]);
    await listener.subscribe([]);
    expect(server.app.realtime.find(listener.clientId)?.subscriptions.size).toBe(0);
  });

  test("refuses a request from another address than the connection's", async () => {
    server.app.settings.trustedProxy.headers = ["X-Real-Ip"];
    const listener = await Listener.connect(server.url, { headers: { "x-real-ip": "10.0.0.1" } });
    const body = { clientId: listener.clientId, subscriptions: ["a"] };
    expect(await submit(body, { "x-real-ip": "10.0.0.2" })).toEqual({
      status: 400,
      body: { data: {}, message: "Invalid realtime client.", status: 400 },
    });
    expect((await submit(body, { "x-real-ip": "10.0.0.1" })).status).toBe(204);
    listener.close();
  });

  test("a guest may sign in; a signed-in client may neither change nor sign out", async () => {
    const [ann, bob] = [await server.user("ann"), await server.user("bob")];
    const listener = await server.listen(["posts/*"]);
    expect(await listener.subscribe(["posts/*"], { token: ann.token })).toBe(204);
    expect(await listener.subscribe(["posts/*"], { token: ann.token })).toBe(204);
    expect(await listener.subscribe(["posts/*"], { token: bob.token })).toBe(403);
    expect(await listener.subscribe(["posts/*"])).toBe(403);
    expect(server.app.realtime.find(listener.clientId)?.auth?.id).toBe(ann.record.id);
  });
});

describe("the hooks", () => {
  test("code behind next() of onRealtimeConnectRequest runs when the client is gone", async () => {
    const order: string[] = [];
    server.app.onRealtimeConnectRequest().bindFunc(async (event) => {
      order.push("before");
      await event.next();
      order.push("after");
    });
    const listener = await server.listen([]);
    expect(order).toEqual(["before"]);
    listener.close();
    await expect.poll(() => order).toEqual(["before", "after"]);
  });

  test("an error before the stream is open refuses the connection", async () => {
    server.app.onRealtimeConnectRequest().bindFunc((event) => {
      throw event.forbidden("Not you.");
    });
    const response = await fetch(`${server.url}/api/realtime`);
    expect([response.status, await response.json()]).toEqual([
      403,
      { data: {}, message: "Not you.", status: 403 },
    ]);
  });

  test("onRealtimeMessageSend may change a message, leave it out, or end the connection", async () => {
    const listener = await server.listen(["news"]);
    server.app.onRealtimeMessageSend().bindFunc(async (event) => {
      const { text } = event.message.data as { text: string };
      if (text === "change") event.message.data = { text: "changed" };
      if (text === "end") throw new Error("enough");
      if (text !== "skip") await event.next();
    });
    for (const text of ["one", "change", "skip", "two", "end"])
      server.app.realtime.broadcast("news", { text });
    await listener.ended;
    expect(listener.messages()).toEqual([{ text: "one" }, { text: "changed" }, { text: "two" }]);
  });

  test("onRealtimeSubscribeRequest may change what is listened to", async () => {
    server.app.onRealtimeSubscribeRequest().bindFunc(async (event) => {
      event.subscriptions = event.subscriptions.filter((topic) => topic !== "secrets");
      await event.next();
    });
    const listener = await server.listen(["secrets", "news"]);
    server.app.realtime.broadcast("secrets", 1);
    server.app.realtime.broadcast("news", 2);
    await listener.untilCount(1);
    expect(listener.events[1]?.text).toBe(`id:${listener.clientId}\nevent:news\ndata:2`);
  });
});

describe("topics of one's own", () => {
  test("reach every listener under the name it subscribed with, options included", async () => {
    const withOptions = 'news?options={"query":{"a":"1"}}';
    const plain = await server.listen(["news", "other"]);
    const optioned = await server.listen([withOptions]);
    expect(server.app.realtime.broadcast("news", { text: "hi" })).toBe(2);
    await Promise.all([plain.untilCount(1), optioned.untilCount(1)]);
    expect(plain.events[1]?.event).toBe("news");
    expect(optioned.events[1]?.event).toBe(withOptions);
  });

  test("a single client can be sent something, whatever it listens to", async () => {
    const listener = await server.listen([]);
    server.app.realtime.find(listener.clientId)?.send({ name: "hello", data: "two\nlines" });
    await listener.until(({ events }) => events.length === 2);
    expect(listener.events[1]).toMatchObject({ event: "hello", data: "two\nlines" });
  });
});
