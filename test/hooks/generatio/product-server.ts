import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { newAuthToken } from "generatio";
import { startTestServer, type TestServer } from "generatio/testing";
import PocketBase from "pocketbase";
import {
  type FalEmulator,
  type FalEmulatorOptions,
  startFalEmulator,
} from "../../../hooks/generatio/testing/index.ts";

const folder = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const KEY = "emulated-key-id:emulated-key-secret";
export const LOGIN_PASSWORD = "login-password-1";
export const KEY_PASSWORD = "key-password-22";

/** An answer of a custom route. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** The product on a listening server, with the emulated provider behind it. */
export interface ProductServer extends TestServer {
  readonly emulator: FalEmulator;
  /** Registers somebody through the official SDK and logs them in. */
  signUp(email?: string): Promise<Member>;
  /** Resolves once no job is waiting or at work. */
  jobsAreOver(): Promise<void>;
  /** Calls a custom route with the headers given and nothing else. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly emulator?: FalEmulatorOptions;
  readonly dataDir?: string;
  /** Instead of the project's own. */
  readonly hooksDir?: string;
  /** Vendors can reach it with their callbacks: a number as its port, true for a free one. */
  readonly calledBack?: boolean | number;
}

export async function startProduct(options: ProductOptions = {}): Promise<ProductServer> {
  const { calledBack = false } = options;
  const address = `127.0.0.1:${calledBack === true ? await freePort() : Number(calledBack)}`;
  const emulator = await startFalEmulator({ keys: { [KEY]: "ok" }, ...options.emulator });
  const server = await startTestServer({
    hooksDir: options.hooksDir ?? folder("hooks"),
    migrationsDir: folder("schema/migrations"),
    ...(options.dataDir ? { dataDir: options.dataDir } : {}),
    http: address,
    env: {
      ...(calledBack === false ? {} : { GENERATIO_PUBLIC_URL: `http://${address}` }),
      GENERATIO_FAL_URL: emulator.url,
      GENERATIO_PBKDF2_ITERATIONS: "100000",
      ...options.env,
    },
  });
  await hashCheaply(server, "generatio_users");
  let members = 0;
  const call = (method: string, path: string, sent: CallOptions = {}) =>
    send(`${server.url}/api/custom/${path}`, method, sent);
  return {
    ...server,
    emulator,
    call,
    async jobsAreOver() {
      const unfinished = 'state = "queued" || state = "running"';
      while ((await server.app.countRecords("jobs", unfinished)) > 0) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async signUp(email = `member${++members}@example.com`) {
      const client = new PocketBase(server.url);
      client.autoCancellation(false);
      const users = client.collection("generatio_users");
      const record = await users.create({
        email,
        password: LOGIN_PASSWORD,
        passwordConfirm: LOGIN_PASSWORD,
      });
      // As a login would, without the time that a password check is made to take.
      const stored = await server.app.findRecordById("generatio_users", record.id);
      client.authStore.save(newAuthToken(stored), record);
      return new Member(client, { id: record.id, email }, call);
    },
    async close() {
      await server.close();
      await emulator.close();
    },
  };
}

/** Sign-ups do not wait for bcrypt. */
async function hashCheaply({ app }: TestServer, name: string): Promise<void> {
  const users = app.collections.find(name)?.clone();
  const password = users?.findField("password");
  if (!users || !password || password["cost"] === MIN_COST) return;
  password["cost"] = MIN_COST;
  await app.save(users);
}

const MIN_COST = 4;

/** One that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** Somebody with an account, seen from their side of the wire. */
export class Member {
  readonly client: PocketBase;
  readonly id: string;
  readonly email: string;
  /** Sent as `X-Session-ID` once it is known. */
  sessionId = "";
  readonly #call: ProductServer["call"];

  constructor(
    client: PocketBase,
    user: { id: string; email: string },
    call: ProductServer["call"],
  ) {
    this.client = client;
    this.id = user.id;
    this.email = user.email;
    this.#call = call;
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#call(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: {
        Authorization: `Bearer ${this.client.authStore.token}`,
        ...(this.sessionId ? { "X-Session-ID": this.sessionId } : {}),
        ...headers,
      },
    });
  }

  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.call("POST", path, body, headers);
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  /** Stores the key and opens a session. */
  async unlock(key = KEY): Promise<this> {
    await this.post("tokens/setup", { fal_token: key, password: KEY_PASSWORD });
    const { body } = await this.post("auth/create-session", { password: KEY_PASSWORD });
    this.sessionId = String(body["session_id"]);
    return this;
  }

  generate(
    body: Record<string, unknown> = {},
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    return this.post(
      "generate/image",
      { model: "flux/schnell", prompt: "a fox", ...body },
      headers,
    );
  }
}

async function send(
  url: string,
  method: string,
  { body, headers = {} }: CallOptions,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
