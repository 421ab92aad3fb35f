import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type App,
  createApp,
  forbidden,
  NotFoundError,
  type RecordModel,
} from "../../src/index.ts";
import { type PostsServer, startPostsServer } from "../realtime/fixture.ts";

/** The hooks around real saves, as PocketBase documents them: its numbered list of expectations. */

let server: PostsServer;
let app: App;
let order: string[];

beforeEach(async () => {
  server = await startPostsServer();
  app = server.app;
  order = [];
});

afterEach(() => server.close());

const note = (name: string) => async (event: { next(): Promise<void> }) => {
  order.push(name);
  await event.next();
  order.push(`/${name}`);
};

async function request(method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(server.url + path, {
    method,
    headers: { "content-type": "application/json", ...(token ? { authorization: token } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === "" ? undefined : JSON.parse(text)) as Record<string, unknown>,
  };
}

async function exists(id: string): Promise<boolean> {
  return (await app.findRecordsByIds("posts", [id])).length > 0;
}

test("handlers bound by collection name or id see its events, others do not", async () => {
  app.onRecordCreate("posts").bindFunc(note("name"));
  app.onRecordCreate(app.findCollection("posts").id).bindFunc(note("id"));
  app.onRecordCreate("users").bindFunc(note("users"));
  app.onRecordCreate().bindFunc(note("all"));
  app.onRecordCreate(note("short form"), "posts");
  await server.post({ title: "a" });
  const before = order.filter((name) => !name.startsWith("/"));
  expect(before).toEqual(["name", "id", "all", "short form"]);
});

test("one create runs its hooks in PocketBase's order", async () => {
  app.onModelCreate("posts").bind({ id: "early", priority: -100, func: note("model < -99") });
  app.onModelCreate("posts").bindFunc(note("model"));
  app.onRecordCreate("posts").bindFunc(note("record"));
  app.onModelValidate("posts").bindFunc(note("model validate"));
  app.onRecordValidate("posts").bindFunc(note("record validate"));
  app.onModelCreateExecute("posts").bindFunc(note("model execute"));
  app.onRecordCreateExecute("posts").bindFunc(note("record execute"));
  app.onModelAfterCreateSuccess("posts").bindFunc(note("model after"));
  app.onRecordAfterCreateSuccess("posts").bindFunc(note("record after"));
  await server.post({ title: "a" });
  expect(order).toEqual([
    "model < -99",
    "record",
    "model",
    "record validate",
    "model validate",
    "/model validate",
    "/record validate",
    "record execute",
    "model execute",
    "/model execute",
    "/record execute",
    "/model",
    "/record",
    "/model < -99",
    "record after",
    "model after",
    "/model after",
    "/record after",
  ]);
});

test("values set in onRecordCreate are validated, those set in onRecordCreateExecute are not", async () => {
  const tooLong = "x".repeat(6000);
  const id = app.onRecordCreate("posts").bindFunc(async (event) => {
    event.record.set("title", tooLong);
    await event.next();
  });
  await expect(server.post({ title: "a" })).rejects.toMatchObject({
    errors: { title: { code: "validation_max_text_constraint" } },
  });
  app.onRecordCreate("posts").unbind(id);
  app.onRecordCreateExecute("posts").bindFunc(async (event) => {
    event.record.set("title", tooLong);
    await event.next();
  });
  expect((await server.post({ title: "a" })).get("title")).toBe(tooLong);
});

describe("after a transaction", () => {
  beforeEach(() => {
    app.onRecordAfterCreateSuccess("posts").bindFunc(async (event) => {
      order.push(
        `success ${event.record.getString("title")} ${event.app === app} ${await exists(event.record.id)}`,
      );
      await event.next();
    });
    app.onRecordAfterCreateError("posts").bindFunc(async (event) => {
      order.push(
        `error ${event.record.getString("title")} ${event.app === app} ${event.record.isNew}`,
      );
      await event.next();
    });
  });

  test("success hooks run once it is committed, with the app outside, also for nested ones", async () => {
    await app.runInTransaction(async (tx) => {
      await tx.save(tx.newRecord("posts", { title: "a" }));
      await tx.runInTransaction(async (inner) => {
        expect(inner).toBe(tx);
        await inner.save(inner.newRecord("posts", { title: "b" }));
      });
      expect(order).toEqual([]);
    });
    expect(order).toEqual(["success a true true", "success b true true"]);
  });

  test("error hooks run once it is rolled back, and the records are new again", async () => {
    await expect(
      app.runInTransaction(async (tx) => {
        await tx.runInTransaction((inner) => inner.save(inner.newRecord("posts", { title: "a" })));
        expect(order).toEqual([]);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(order).toEqual(["error a true true"]);
    expect(await app.countRecords("posts")).toBe(0);
  });
});

test("an error in a success hook reaches the caller while the row exists", async () => {
  app.onRecordAfterCreateSuccess("posts").bindFunc(() => {
    throw new Error("afterwards");
  });
  const record = app.newRecord("posts", { title: "a" });
  await expect(app.save(record)).rejects.toThrow("afterwards");
  expect(await exists(record.id)).toBe(true);
});

test("an error in a success hook after a commit reaches the caller, and the other hooks have run", async () => {
  app.onRecordAfterCreateSuccess("posts").bindFunc(async (event) => {
    order.push(event.record.getString("title"));
    if (event.record.get("title") !== "c") throw new Error(event.record.getString("title"));
    await event.next();
  });
  const saved = app.runInTransaction(async (tx) => {
    for (const title of ["a", "b", "c"]) await tx.save(tx.newRecord("posts", { title }));
  });
  await expect(saved).rejects.toThrow("a");
  expect(order).toEqual(["a", "b", "c"]);
  expect(await app.countRecords("posts")).toBe(3);
});

// PocketBase joins both; what is meant for clients leads, and then what names fields.
test.each([
  ["a plain error", () => new Error("plain"), 400, ["title"]],
  ["an API error", () => forbidden("No"), 403, []],
])("%s in an error hook stands beside refused values", async (_, thrown, status, fields) => {
  app.onRecordAfterCreateError("posts").bindFunc(() => {
    throw thrown();
  });
  const values = { title: "x".repeat(6000) };
  const token = await server.superuserToken();
  const answer = await request("POST", "/api/collections/posts/records", values, token);
  expect([answer.status, Object.keys(answer.body["data"] as object)]).toEqual([status, fields]);
});

test("a cascade fires delete and update hooks for every record it touches, inside the transaction", async () => {
  const { record: owner } = await server.user("ann");
  const posts = app.findCollection("posts").clone();
  await app.save(posts);
  await server.post({ title: "unlinked", owner: owner.id });
  app.onRecordDelete("users").bindFunc(note("delete user"));
  app.onRecordUpdate("posts").bindFunc(async (event) => {
    order.push(`update ${event.record.getString("title")} ${event.app.isTransaction}`);
    await event.next();
  });
  await app.delete(owner);
  expect(order).toEqual(["delete user", "update unlinked true", "/delete user"]);
  order = [];
  const { record: other } = await server.user("bob");
  const cascading = app.findCollection("posts").clone();
  cascading.findField("owner")!["cascadeDelete"] = true;
  await app.save(cascading);
  await server.post({ title: "deleted", owner: other.id });
  app.onRecordDelete("posts").bindFunc(async (event) => {
    order.push(`delete ${event.record.getString("title")} ${event.app.isTransaction}`);
    await event.next();
  });
  await app.delete(other);
  expect(order).toEqual(["delete user", "delete deleted true", "/delete user"]);
});

test("the last superuser cannot be deleted; a new password ends second factors", async () => {
  const first = app.newRecord("_superusers", { email: "a@example.com", password: "1234567890" });
  await app.save(first);
  await expect(app.delete(first)).rejects.toThrow("You can't delete the only existing superuser.");
  const { record: user } = await server.user("ann");
  for (const name of ["_mfas", "_authOrigins"]) {
    const values = name === "_mfas" ? { method: "password" } : { fingerprint: "f" };
    await app.save(
      app.newRecord(name, { collectionRef: user.collection.id, recordRef: user.id, ...values }),
    );
  }
  user.set("password", "another1234");
  await app.save(user);
  expect([await app.countRecords("_mfas"), await app.countRecords("_authOrigins")]).toEqual([0, 0]);
});

test("onRecordEnrich is nested over the records of a list; hide, unhide and custom data take effect", async () => {
  for (const title of ["a", "b", "c"]) await server.post({ title, secret: "s" });
  app.onRecordEnrich("posts").bindFunc(async (event) => {
    const title = event.record.getString("title");
    order.push(title);
    if (title === "b") event.record.unhide("secret");
    if (title === "c") {
      event.record.hide("owner");
      event.record.withCustomData = true;
      event.record.set("extra", 1);
    }
    await event.next();
    order.push(`/${title}`);
  });
  const { body } = await request("GET", "/api/collections/posts/records?sort=title");
  expect(order).toEqual(["a", "b", "c", "/c", "/b", "/a"]);
  const [a, b, c] = body["items"] as Record<string, unknown>[];
  expect(a).not.toHaveProperty("secret");
  expect(b).toHaveProperty("secret", "s");
  expect(c).not.toHaveProperty("owner");
  expect(c).toHaveProperty("extra", 1);
});

test("what a hook changes is not put to the create rule again", async () => {
  const posts = app.findCollection("posts").clone();
  posts.createRule = "title = 'allowed'";
  await app.save(posts);
  app.onRecordCreateRequest("posts").bindFunc(async (event) => {
    event.record.set("title", "changed");
    await event.next();
  });
  const answer = await request("POST", "/api/collections/posts/records", { title: "allowed" });
  expect([answer.status, answer.body["title"]]).toEqual([200, "changed"]);
});

test("the requests of a batch run inside each other, in one transaction", async () => {
  const token = await server.superuserToken();
  await request("PATCH", "/api/settings", { batch: { enabled: true } }, token);
  app.onRecordCreateRequest("posts").bindFunc(async (event) => {
    const title = event.record.getString("title");
    order.push(
      `${title} ${event.app.isTransaction} ${(await event.requestInfo()).context} ${await event.app.countRecords("posts")}`,
    );
    await event.next();
    order.push(`/${title}`);
  });
  const requests = ["a", "b"].map((title) => ({
    method: "POST",
    url: "/api/collections/posts/records",
    body: { title },
  }));
  expect((await request("POST", "/api/batch", { requests }, token)).status).toBe(200);
  expect(order).toEqual(["a true batch 0", "b true batch 1", "/b", "/a"]);
});

test("mail hooks can replace message and transport, and know what the mail is made of", async () => {
  const sent: unknown[] = [];
  app.onMailerRecordVerificationSend("users").bindFunc(async (event) => {
    order.push(Object.keys(event.meta).join());
    event.message.subject = "replaced";
    await event.next();
  });
  app.onMailerSend().bindFunc(async (event) => {
    event.mailer = { send: async (message) => void sent.push(message.subject) };
    await event.next();
  });
  const { record } = await server.user("ann");
  await app.mail.sendVerification(record);
  expect(order).toEqual(["token"]);
  expect(sent).toEqual(["replaced"]);
});

test("an answer written in onRecordAuthRequest stays as it is", async () => {
  await server.user("ann");
  app.onRecordAuthRequest("users").bindFunc(async (event) => {
    await event.json(202, { own: true });
    await event.next();
  });
  const body = { identity: "ann@example.com", password: "1234567890" };
  expect(await request("POST", "/api/collections/users/auth-with-password", body)).toEqual({
    status: 202,
    body: { own: true },
  });
});

test("a missing second factor is a 401 with its id, and the auth hook has been entered", async () => {
  await server.user("ann");
  const users = app.findCollection("users").clone();
  users.auth!.otp.enabled = true;
  users.auth!.mfa.enabled = true;
  await app.save(users);
  app.onRecordAuthRequest("users").bindFunc(note("auth"));
  const body = { identity: "ann@example.com", password: "1234567890" };
  const answer = await request("POST", "/api/collections/users/auth-with-password", body);
  expect(answer).toEqual({
    status: 401,
    body: { mfaId: expect.stringMatching(/^\w{15}$/) as unknown },
  });
  expect(order[0]).toBe("auth");
});

test("onBootstrap, onServe and onTerminate run in this order, users' handlers among the engine's", async () => {
  const embedded = createApp({
    dataDir: `${server.dataDir}-second`,
    extensions: [
      (second) => {
        second.onServe().bind({ id: "late", priority: 99_999, func: note("serve late") });
        second.onServe().bindFunc(note("serve"));
        second.onTerminate().bindFunc(note("terminate"));
      },
    ],
  });
  embedded.app.onBootstrap().bindFunc(async (event) => {
    expect(() => event.app.db).toThrow("not bootstrapped");
    order.push("bootstrap");
    await event.next();
    expect(event.app.findCollection("users").name).toBe("users");
  });
  await embedded.start();
  await embedded.stop();
  expect(order).toEqual([
    "bootstrap",
    "serve",
    "serve late",
    "/serve late",
    "/serve",
    "terminate",
    "/terminate",
  ]);
});

test.for([
  [
    "an unknown error",
    () => new Error("secret detail"),
    400,
    "Something went wrong while processing your request.",
  ],
  ["no rows", () => new NotFoundError(), 404, "The requested resource wasn't found."],
] as const)(
  "%s thrown by a hook is answered without its text",
  async ([, make, status, message]) => {
    app.onRecordsListRequest("posts").bindFunc(() => {
      throw make();
    });
    expect(await request("GET", "/api/collections/posts/records")).toEqual({
      status,
      body: { data: {}, message, status },
    });
  },
);

test("API errors thrown by a hook keep status, message and data", async () => {
  app.onRecordsListRequest("posts").bindFunc((event) => {
    throw event.error(418, "short and stout", {
      data: { pot: { code: "too_hot", message: "wait" } },
    });
  });
  expect(await request("GET", "/api/collections/posts/records")).toEqual({
    status: 418,
    body: {
      data: { pot: { code: "too_hot", message: "Wait." } },
      message: "Short and stout.",
      status: 418,
    },
  });
});

test("the outer app inside a transaction neither waits for itself nor writes past it", async () => {
  await expect(
    app.runInTransaction(async (tx) => {
      await tx.save(tx.newRecord("posts", { title: "inside" }));
      await app.save(app.newRecord("posts", { title: "outside" }));
    }),
  ).rejects.toThrow(/transaction's own app/);
  expect(await app.countRecords("posts")).toBe(0);
});

test("a rejection that nobody awaits in a hook does not touch the request", async () => {
  const rejected: unknown[] = [];
  const listen = (error: unknown) => void rejected.push(error);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", listen);
  try {
    app.onRecordAfterCreateSuccess("posts").bindFunc(async (event) => {
      void Promise.reject(new Error("too late"));
      await event.next();
    });
    const record: RecordModel = await server.post({ title: "a" });
    expect(await exists(record.id)).toBe(true);
    await expect.poll(() => rejected).toHaveLength(1);
  } finally {
    process.off("unhandledRejection", listen);
    for (const other of others) process.on("unhandledRejection", other);
  }
});
