import { newAuthToken, newCollection, type RecordModel } from "../../src/index.ts";
import { createField } from "../../src/fields/index.ts";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../src/testing/index.ts";
import { Listener, type ListenOptions } from "./listener.ts";

export interface PostsServer extends TestServer {
  /** Makes a listener of some topics; all are closed with the server. */
  listen(topics: readonly string[], options?: ListenOptions): Promise<Listener>;
  user(name: string): Promise<{ record: RecordModel; token: string }>;
  post(values: Readonly<Record<string, unknown>>): Promise<RecordModel>;
}

export interface PostsRules {
  readonly listRule?: string | null;
  readonly viewRule?: string | null;
}

/** A server with a collection `posts` (title, owner → users, secret: hidden), readable by everyone unless rules say otherwise. */
export async function startPostsServer(
  rules: PostsRules = {},
  options: TestServerOptions = {},
): Promise<PostsServer> {
  const server = await startTestServer(options);
  await makePosts(server, rules);
  const listeners: Listener[] = [];
  return {
    ...server,
    async listen(topics, listenOptions = {}) {
      const listener = await Listener.connect(server.url, listenOptions);
      listeners.push(listener);
      const status = await listener.subscribe(topics, listenOptions);
      if (status !== 204) throw new Error(`subscribing: ${status}`);
      return listener;
    },
    async user(name) {
      const record = server.app.newRecord("users", {
        email: `${name}@example.com`,
        password: "1234567890",
        name,
      });
      await server.app.save(record);
      return { record, token: await newAuthToken(record) };
    },
    async post(values) {
      const record = server.app.newRecord("posts", values);
      await server.app.save(record);
      return record;
    },
    async close() {
      for (const listener of listeners) listener.close();
      await server.close();
    },
  };
}

export async function makePosts(
  { app }: Pick<TestServer, "app">,
  rules: PostsRules,
): Promise<void> {
  if (app.collections.find("posts")) return;
  const posts = newCollection("base", "posts");
  posts.fields.push(
    createField({ type: "text", name: "title" }),
    createField({ type: "text", name: "secret", hidden: true }),
    createField({
      type: "relation",
      name: "owner",
      collectionId: app.findCollection("users").id,
      maxSelect: 1,
    }),
  );
  posts.listRule = rules.listRule === undefined ? "" : rules.listRule;
  posts.viewRule = rules.viewRule === undefined ? "" : rules.viewRule;
  await app.save(posts);
}
