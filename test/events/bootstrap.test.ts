import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PostsServer, startPostsServer } from "../realtime/fixture.ts";

/** The orders are PocketBase 0.40.4's. */

let server: PostsServer;
let order: string[];

beforeEach(async () => {
  server = await startPostsServer();
  const { app } = server;
  order = [];
  for (const name of ["onBootstrap", "onBootstrapClear", "onTerminate"] as const) {
    app.events[name].bindFunc(async (event: { next(): Promise<void> }) => {
      order.push(`${name} ${app.isBootstrapped ? "open" : "closed"}`);
      await event.next();
      order.push(`/${name} ${app.isBootstrapped ? "open" : "closed"}`);
    });
  }
});

afterEach(() => server.close());

describe("clearBootstrap", () => {
  it("closes what is open, once", async () => {
    await server.app.clearBootstrap();
    await server.app.clearBootstrap();
    expect(order).toEqual(["onBootstrapClear open", "/onBootstrapClear closed"]);
    expect(() => server.app.db).toThrow("not bootstrapped");
  });

  it("comes with the old name too", async () => {
    await server.app.resetBootstrapState();
    expect(server.app.isBootstrapped).toBe(false);
  });

  it("happens inside a bootstrap of an open app, which then works as before", async () => {
    await server.post({ title: "a" });
    await server.app.bootstrap();
    expect(order).toEqual([
      "onBootstrap open",
      "onBootstrapClear open",
      "/onBootstrapClear closed",
      "/onBootstrap open",
    ]);
    await server.post({ title: "b" });
    const answer = await fetch(`${server.url}/api/collections/posts/records`);
    expect(await answer.json()).toMatchObject({ totalItems: 2 });
  });

  it("happens at the end, inside onTerminate, unless nothing is open", async () => {
    await server.app.terminate();
    expect(order).toEqual([
      "onTerminate open",
      "onBootstrapClear open",
      "/onBootstrapClear closed",
      "/onTerminate closed",
    ]);
    order.length = 0;
    await server.app.terminate();
    expect(order).toEqual(["onTerminate closed", "/onTerminate closed"]);
  });
});
