import { onTestFinished } from "vitest";
import type { App } from "../../src/app.ts";
import type { Collection } from "../../src/collections/collection.ts";
import { MIN_COST } from "../../src/lib/password.ts";
import type { RecordModel } from "../../src/records/record.ts";
import { currentSettings } from "../../src/settings/store.ts";
import {
  type Mailbox,
  startMailbox,
  startOAuth2Provider,
  startTestServer,
  type TestProvider,
  type TestServerOptions,
} from "../../src/testing/index.ts";

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A server with the users collection, a mailbox its mails go to, and an OAuth2 provider. */
export interface AuthServer {
  readonly url: string;
  readonly app: App;
  readonly mailbox: Mailbox;
  readonly provider: TestProvider;
  /** POST below the collection's path; the body is sent as JSON. */
  post(action: string, body?: unknown, token?: string, collection?: string): Promise<Answer>;
  /** Any request. */
  ask(
    line: string,
    options?: { body?: unknown; token?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Changes the collection's auth options. */
  configure(
    change: (auth: NonNullable<Collection["auth"]>, collection: Collection) => void,
    name?: string,
  ): Promise<void>;
  /** A user with password `password1`. */
  user(values?: Record<string, unknown>): Promise<RecordModel>;
  /** The stored state of a user. */
  stored(user: { readonly id: string }): Promise<RecordModel>;
  signIn(email: string, password?: string): Promise<Answer>;
}

export const PASSWORD = "password1";

/** Starts everything; it is closed when the test ends. bcrypt is cheap here. */
export async function startAuth(options: TestServerOptions = {}): Promise<AuthServer> {
  const server = await startTestServer(options);
  const [mailbox, provider] = await Promise.all([startMailbox(), startOAuth2Provider()]);
  onTestFinished(async () => {
    await Promise.all([server.close(), mailbox.close(), provider.close()]);
  });
  const { app } = server;
  const settings = currentSettings(app);
  settings.data.smtp = { ...mailbox.settings };
  await app.save(settings);

  const ask: AuthServer["ask"] = async (line, { body, token, headers = {} } = {}) => {
    const [method, path] = line.split(" ") as [string, string];
    const response = await fetch(server.url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token && { authorization: token }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("{") ? (JSON.parse(text) as Answer["body"]) : {},
    };
  };
  const configure: AuthServer["configure"] = async (change, name = "users") => {
    const collection = app.findCollection(name).clone();
    change(collection.auth!, collection);
    await app.save(collection);
  };
  for (const name of ["users", "_otps"]) {
    await configure((_, collection) => {
      collection.findField("password")!["cost"] = MIN_COST;
    }, name);
  }
  const post: AuthServer["post"] = (action, body = {}, token = "", collection = "users") =>
    ask(`POST /api/collections/${collection}/${action}`, { body, token });
  return {
    url: server.url,
    app,
    mailbox,
    provider,
    ask,
    configure,
    post,
    async user(values = {}) {
      const record = app.newRecord("users", {
        email: "user@example.com",
        password: PASSWORD,
        ...values,
      });
      await app.save(record);
      return app.findRecordById("users", record.id);
    },
    stored: ({ id }) => app.findRecordById("users", id),
    signIn: (identity, password = PASSWORD) => post("auth-with-password", { identity, password }),
  };
}

/** Lets users sign in with the test's provider, under the name of a real one. */
export async function allowOAuth2(
  server: AuthServer,
  name = "oidc",
  more: Record<string, unknown> = {},
): Promise<void> {
  await server.configure((auth) => {
    const config = {
      name,
      ...server.provider.config,
      displayName: "",
      pkce: null,
      extra: null,
      ...more,
    };
    auth.oauth2.enabled = true;
    auth.oauth2.providers = [
      ...auth.oauth2.providers.filter((other) => other.name !== name),
      config,
    ];
  });
}

/** The token in a mail's link. */
export function tokenIn(html: string): string {
  const token = /\/([\w-]+\.[\w-]+\.[\w-]+)"/.exec(html)?.[1];
  if (!token) throw new Error("the mail has no link with a token");
  return token;
}

/** Counts how often hooks fire, by their names. */
export function countEvents(app: App, ...names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    const hook = (
      app.events as unknown as Record<
        string,
        { bindFunc(func: (event: { next(): Promise<void> }) => Promise<void>): void }
      >
    )[name]!;
    counts[name] = 0;
    hook.bindFunc(async (event) => {
      counts[name]!++;
      await event.next();
    });
  }
  return counts;
}
