import PocketBase from "pocketbase";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../src/testing/server.ts";

export interface Fixture {
  readonly server: TestServer;
  readonly root: PocketBase;
  /** A client of a fresh user. */
  signUp(name: string): Promise<PocketBase>;
  /** One raw request. */
  send(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A server with a superuser's client; collections are made by the test. */
export async function startFixture(options: TestServerOptions = {}): Promise<Fixture> {
  const server = await startTestServer(options);
  // Sign-ups do not wait for bcrypt.
  const users = server.app.findCollection("users").clone();
  users.findField("password")!["cost"] = 4;
  await server.app.save(users);
  const root = new PocketBase(server.url);
  root.autoCancellation(false);
  root.authStore.save(await server.superuserToken(), null);
  return {
    server,
    root,
    async signUp(name) {
      const client = new PocketBase(server.url);
      client.autoCancellation(false);
      const email = `${name}@example.com`;
      await client
        .collection("users")
        .create({ email, password: "12345678", passwordConfirm: "12345678" });
      await client.collection("users").authWithPassword(email, "12345678");
      return client;
    },
    async send(method, path, { body, token } = {}) {
      const response = await fetch(server.url + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token ? { authorization: token } : {}),
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
  };
}
