import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../src/embed.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-embed-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("createApp", () => {
  it("lets two apps live in one process without seeing each other", async () => {
    const make = (name: string) =>
      createApp({
        dataDir: join(folder, name),
        extensions: [
          (app) => {
            app.onServe().bindFunc((event) => {
              event.router.get("/who", (request) => request.json(200, { who: name }));
              return event.next();
            });
            app.onRecordCreate().bindFunc(async (event) => {
              app.store.set("created", event.record.collection.name);
              await event.next();
            });
          },
        ],
      });
    const [one, two] = [make("one"), make("two")];
    const [urlOne, urlTwo] = [
      await one.listen({ http: "127.0.0.1:0" }),
      await two.listen({ http: "127.0.0.1:0" }),
    ];
    expect(await (await fetch(`${urlOne}/who`)).json()).toEqual({ who: "one" });
    expect(await (await fetch(`${urlTwo}/who`)).json()).toEqual({ who: "two" });
    const body = JSON.stringify({
      email: "a@example.com",
      password: "12345678",
      passwordConfirm: "12345678",
    });
    const sent = { method: "POST", body, headers: { "content-type": "application/json" } };
    expect((await fetch(`${urlOne}/api/collections/users/records`, sent)).status).toBe(200);
    expect(await one.app.countRecords("users")).toBe(1);
    expect(await two.app.countRecords("users")).toBe(0);
    expect(one.app.store.get("created")).toBe("users");
    expect(two.app.store.has("created")).toBe(false);
    await one.stop();
    expect((await fetch(`${urlTwo}/api/health`)).status).toBe(200);
    await two.stop();
  });

  it("answers requests without a socket and adds no signal handlers", async () => {
    const before = ["SIGINT", "SIGTERM", "uncaughtException", "unhandledRejection"].map((name) =>
      process.listenerCount(name),
    );
    const server = createApp({ dataDir: join(folder, "pb_data") });
    const answer = await server.fetch(new Request("http://localhost/api/health"));
    expect(await answer.json()).toMatchObject({ message: "API is healthy." });
    const after = ["SIGINT", "SIGTERM", "uncaughtException", "unhandledRejection"].map((name) =>
      process.listenerCount(name),
    );
    expect(after).toEqual(before);
    await server.stop();
  });

  it.each(["8090", "127.0.0.1", "127.0.0.1:99999", ""])(
    "refuses %j as an address, with a sentence",
    async (http) => {
      const server = createApp({ dataDir: join(folder, "pb_data") });
      await expect(server.listen({ http })).rejects.toThrow(/is no address: write host:port/);
      await server.stop();
    },
  );
});
