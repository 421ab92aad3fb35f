import { describe, expect, test } from "vitest";
import { type Answer, PASSWORD } from "../fixture.ts";
import { type ExtrasServer, startExtras } from "./fixture.ts";

interface World extends ExtrasServer {
  /** The token of the user `user@example.com`. */
  readonly token: string;
  readonly userId: string;
  /** Makes a key of the user. */
  key(scope: object, token?: string, collection?: string): Promise<string>;
}

const EVERYTHING = {
  collections: ["*"],
  actions: ["list", "view", "create", "update", "delete"],
};

/** Users, and posts that belong to them; a post may be about a secret. */
async function startWorld(): Promise<World> {
  const server = await startExtras({ apiKeys: { enabled: true } });
  const { app } = server;
  const own = "author = @request.auth.id";
  for (const [name, target] of [
    ["secrets", "users"],
    ["posts", "secrets"],
  ]) {
    const fields = [
      { name: "title", type: "text" },
      { name: "author", type: "relation", collectionId: app.findCollection("users").id },
      { name: "about", type: "relation", collectionId: app.findCollection(target!).id },
    ];
    const rules = {
      listRule: own,
      viewRule: own,
      createRule: own,
      updateRule: own,
      deleteRule: own,
    };
    const body = { name, type: "base", fields, ...rules };
    const made = await server.ask("POST /api/collections", { body, token: server.root });
    expect(made.status).toBe(200);
  }
  const user = await server.user({ verified: true });
  const token = String((await server.signIn("user@example.com")).body["token"]);
  const key: World["key"] = async (scope, by = token, collection = "users") => {
    const answer = await server.post("api-keys", { name: "test", ...scope }, by, collection);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return String(answer.body["key"]);
  };
  return { ...server, token, userId: user.id, key };
}

async function post(world: World, title: string): Promise<string> {
  const record = world.app.newRecord("posts", { title, author: world.userId });
  await world.app.save(record);
  return record.id;
}

test("a key is shown once, and its table holds only a hash", async () => {
  const world = await startWorld();
  const made = await world.post(
    "api-keys",
    { name: "ci", collections: ["posts"], actions: ["list"] },
    world.token,
  );
  expect(made.status).toBe(200);
  const { key, ...shown } = made.body;
  expect(key).toMatch(/^gak_[\w-]{43}$/);
  expect(shown).toEqual({
    id: expect.stringMatching(/^[a-z0-9]{15}$/) as string,
    name: "ci",
    hint: String(key).slice(0, 8),
    collections: ["posts"],
    actions: ["list"],
    routes: [],
    created: expect.any(String) as string,
    expires: expect.any(String) as string,
    lastUsed: "",
  });
  const days = (Date.parse(String(shown["expires"])) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(89.9);
  expect(days).toBeLessThan(90.1);
  const listed = await world.ask("GET /api/collections/users/api-keys", { token: world.token });
  expect(listed.body).toEqual({ items: [shown] });
  const rows = await world.app.db.all({ sql: "SELECT * FROM _xApiKeys", parameters: [] });
  expect(JSON.stringify(rows)).not.toContain(String(key).slice(8));
});

test("a request with a key is its record's, with and without Bearer, and the use is noted", async () => {
  const world = await startWorld();
  await post(world, "mine");
  const key = await world.key({ collections: ["posts"], actions: ["list"] });
  for (const token of [key, `Bearer ${key}`, `bearer ${key}`]) {
    const { status, body } = await world.ask("GET /api/collections/posts/records", { token });
    expect(status).toBe(200);
    expect(body["totalItems"]).toBe(1);
  }
  await expect
    .poll(async () => {
      const { body } = await world.ask("GET /api/collections/users/api-keys", {
        token: world.token,
      });
      return (body["items"] as { lastUsed: string }[])[0]!.lastUsed;
    })
    .toMatch(/^\d{4}-/);
});

/** What a key to list and view posts gets. */
const ANSWERS: readonly (readonly [string, number])[] = [
  ["GET /api/collections/posts/records", 200],
  ["GET /api/collections/posts/records?filter=title='mine'&sort=-title", 200],
  ["GET /api/collections/posts/records/ID", 200],
  ["POST /api/collections/posts/records", 403],
  ["PATCH /api/collections/posts/records/ID", 403],
  ["DELETE /api/collections/posts/records/ID", 403],
  ["GET /api/collections/secrets/records", 403],
  ["GET /api/collections/users/records/USER", 403],
  // Through relations too.
  ["GET /api/collections/posts/records?expand=author", 403],
  ["GET /api/collections/posts/records?expand=about.author", 403],
  ["GET /api/collections/posts/records/ID?expand=title,%20about", 403],
  ["GET /api/collections/posts/records?filter=about.title~'a'", 403],
  ["GET /api/collections/posts/records?filter=(title='a'||(1=1%26%26about.title:lower~'a'))", 403],
  ["GET /api/collections/posts/records?filter=geoDistance(about.title,1,2,3)>0", 403],
  ["GET /api/collections/posts/records?sort=title,-author.email", 403],
  ["GET /api/collections/posts/records?filter=@collection.secrets.title='a'", 403],
  ["GET /api/files/secrets/ID/a.txt", 403],
  ["GET /api/files/posts/ID/a.txt", 404],
  ["GET /api/health", 200],
  ["GET /api/settings", 403],
  ["GET /api/collections", 403],
  ["POST /api/files/token", 403],
  ["POST /api/realtime", 403],
  ["POST /api/collections/users/auth-refresh", 403],
  ["POST /api/collections/users/request-email-change", 403],
  ["POST /api/collections/users/impersonate/USER", 403],
  ["GET /api/collections/users/api-keys", 403],
  ["POST /api/collections/users/api-keys", 403],
  ["GET /api/no/such/route", 403],
];

test("a key for one collection and two actions opens nothing else, not through relations either", async () => {
  const world = await startWorld();
  const id = await post(world, "mine");
  const token = await world.key({ collections: ["posts"], actions: ["list", "view"] });
  const found: (readonly [string, number])[] = [];
  const reasons: string[] = [];
  for (const [line] of ANSWERS) {
    const hasBody = /^(?:POST|PATCH)/.test(line);
    const answer = await world.ask(line.replace("ID", id).replace("USER", world.userId), {
      token,
      ...(hasBody && { body: {} }),
    });
    found.push([line, answer.status]);
    if (answer.status === 403) reasons.push(String(answer.body["message"]));
  }
  expect(found).toEqual(ANSWERS);
  expect(reasons.filter((reason) => !reason.includes("API key"))).toEqual([]);
});

test("all collections are all but the system's, and relations between them are open", async () => {
  const world = await startWorld();
  await post(world, "mine");
  const token = await world.key(EVERYTHING);
  const list = await world.ask(
    "GET /api/collections/posts/records?expand=author&sort=author.name",
    { token },
  );
  expect(list.status).toBe(200);
  expect(list.body["items"]).toMatchObject([{ expand: { author: { id: world.userId } } }]);
  expect((await world.ask("GET /api/collections/_superusers/records", { token })).status).toBe(403);
  const user = `/api/collections/users/records/${world.userId}`;
  expect((await world.ask(`PATCH ${user}`, { token, body: { name: "new" } })).status).toBe(200);
});

test.for([
  { password: "another password", passwordConfirm: "another password", oldPassword: PASSWORD },
  { email: "new@example.com" },
  { "tokenKey:autogenerate": "" },
  { tokenKey: "x".repeat(50) },
])("no key changes how an account signs in: %j", async (body) => {
  const world = await startWorld();
  const own = await world.key(EVERYTHING);
  await world.turn({ apiKeys: { enabled: true } }, "_superusers");
  const superusers = await world.key(
    { ...EVERYTHING, collections: ["users"] },
    world.root,
    "_superusers",
  );
  const settings = { batch: { enabled: true } };
  await world.ask("PATCH /api/settings", { body: settings, token: world.root });
  const before = await world.stored({ id: world.userId });
  const url = `/api/collections/users/records/${world.userId}`;
  const query = new URLSearchParams(
    Object.entries(body).map(([name, value]): [string, string] => [name, value]),
  );
  for (const token of [own, superusers]) {
    expect((await world.ask(`PATCH ${url}`, { body, token })).status).toBe(403);
    for (const request of [
      { method: "PATCH", url, body },
      { method: "PATCH", url: `${url}?${query}`, body: { name: "a" } },
      { method: "PUT", url: "/api/collections/users/records", body: { ...body, id: world.userId } },
    ]) {
      const { status } = await world.ask("POST /api/batch", {
        body: { requests: [request] },
        token,
      });
      expect(status).toBe(400);
    }
  }
  const after = await world.stored({ id: world.userId });
  for (const name of ["email", "tokenKey", "password:hash"])
    expect(after.get(name)).toEqual(before.get(name));
});

test("the requests of a batch are judged one by one", async () => {
  const world = await startWorld();
  await world.ask("PATCH /api/settings", { body: { batch: { enabled: true } }, token: world.root });
  const id = await post(world, "mine");
  const token = await world.key({ collections: ["posts"], actions: ["create"] });
  const url = "/api/collections/posts/records";
  const send = (...requests: object[]) =>
    world.ask("POST /api/batch", { body: { requests }, token });
  const create = { method: "POST", url, body: { title: "new", author: world.userId } };
  expect((await send(create)).status).toBe(200);
  const refused: object[] = [
    { method: "DELETE", url: `${url}/${id}` },
    { method: "PATCH", url: `${url}/${id}`, body: { title: "a" } },
    { method: "PUT", url, body: { id, title: "a" } },
    { ...create, url: "/api/collections/secrets/records" },
    { ...create, url: `${url}?expand=author` },
  ];
  for (const request of refused) expect((await send(create, request)).status).toBe(403);
  expect(await world.app.countRecords("posts")).toBe(2);
});

describe("a superuser's key", () => {
  test("reaches the routes it was made for, and no other of theirs", async () => {
    const world = await startWorld();
    await world.turn({ apiKeys: { enabled: true } }, "_superusers");
    const token = await world.key(
      { routes: ["GET /api/settings", "/api/logs/"] },
      world.root,
      "_superusers",
    );
    for (const [line, status] of [
      ["GET /api/settings", 200],
      ["GET /api/logs/stats", 200],
      ["PATCH /api/settings", 403],
      ["GET /api/logs", 403],
      ["GET /api/collections", 403],
      ["GET /api/collections/posts/records", 403],
      ["GET /api/%73ettings", 200],
    ] as [string, number][])
      expect([
        line,
        (await world.ask(line, { token, ...(line.startsWith("PATCH") && { body: {} }) })).status,
      ]).toEqual([line, status]);
  });

  test("for everything still signs nobody in", async () => {
    const world = await startWorld();
    await world.turn({ apiKeys: { enabled: true } }, "_superusers");
    const scope = { ...EVERYTHING, collections: ["*", "_superusers", "_mfas"], routes: ["/"] };
    const token = await world.key(scope, world.root, "_superusers");
    const account = {
      email: "b@example.com",
      password: "1234567890",
      passwordConfirm: "1234567890",
    };
    for (const [line, body] of [
      [`POST /api/collections/users/impersonate/${world.userId}`, {}],
      ["POST /api/collections/_superusers/auth-refresh", {}],
      ["POST /api/collections/_superusers/records", account],
      ["POST /api/collections/_superusers/api-keys", { ...EVERYTHING, name: "a" }],
      ["PATCH /api/collections/users/auth-extras", { totp: { enabled: true } }],
      ["POST /api/files/token", {}],
    ] as [string, object][]) {
      expect([line, (await world.ask(line, { body, token })).status]).toEqual([line, 403]);
    }
    expect((await world.ask("GET /api/collections", { token })).status).toBe(200);
    expect((await world.ask("GET /api/collections/_superusers/records", { token })).status).toBe(
      200,
    );
  });

  test("of a user opens no route of superusers, whatever it names", async () => {
    const world = await startWorld();
    const token = await world.key({ routes: ["/"] });
    expect((await world.ask("GET /api/settings", { token })).status).toBe(403);
    expect((await world.ask("GET /api/collections", { token })).status).toBe(403);
  });
});

describe("a key ends at once", () => {
  const endings: Record<string, (world: World, id: string) => Promise<unknown>> = {
    "when it is revoked": (world, id) =>
      world.ask(`DELETE /api/collections/users/api-keys/${id}`, { token: world.token }),
    "with the record's password": (world) =>
      world.ask(`PATCH /api/collections/users/records/${world.userId}`, {
        body: { password: "another password", passwordConfirm: "another password" },
        token: world.root,
      }),
    "with the record's tokens": (world) =>
      world.ask(`PATCH /api/collections/users/records/${world.userId}`, {
        body: { "tokenKey:autogenerate": "" },
        token: world.root,
      }),
    "with the record": (world) =>
      world.ask(`DELETE /api/collections/users/records/${world.userId}`, { token: world.root }),
    "when the collection switches keys off": (world) => world.turn({ apiKeys: { enabled: false } }),
    "when its time is over": async (world) => {
      await world.app.db.run({
        sql: "UPDATE _xApiKeys SET expires = '2020-01-01 00:00:00.000Z'",
        parameters: [],
      });
      world.app.auth.tokens.forgetAll();
    },
    "when an address is proven that may not have been its maker's": async (world) => {
      const { app, userId } = world;
      for (const verified of [false, true]) {
        const record = await app.findRecordById("users", userId);
        record.set("verified", verified);
        await app.save(record);
      }
    },
  };

  test.for(Object.entries(endings))("%s", async ([, end]) => {
    const world = await startWorld();
    const token = await world.key(EVERYTHING);
    const use = () => world.ask("GET /api/collections/posts/records", { token });
    const { body } = await world.ask("GET /api/collections/users/api-keys", { token: world.token });
    const [{ id }] = body["items"] as [{ id: string }];
    expect((await use()).status).toBe(200);
    await end(world, id);
    const answer = await use();
    expect(answer.status).toBe(401);
    expect(answer.body["message"]).toBe("The API key is invalid, expired or revoked.");
  });

  test("also for what another process sees, by the record's own row", async () => {
    const world = await startWorld();
    const token = await world.key(EVERYTHING);
    // As PocketBase would write it, with no hook of ours around.
    await world.app.db.run({
      sql: "UPDATE users SET tokenKey = 'other' || tokenKey",
      parameters: [],
    });
    world.app.auth.tokens.forgetAll();
    expect((await world.ask("GET /api/collections/posts/records", { token })).status).toBe(401);
    expect(
      await world.ask("GET /api/collections/users/api-keys", { token: world.token }),
    ).toMatchObject({ status: 401 });
  });
});

/** Changes of a good form, and where they are refused. */
const WRONG: readonly (readonly [object, string])[] = [
  [{ name: "" }, "name"],
  [{ name: "x".repeat(101) }, "name"],
  [{ collections: ["nothing"] }, "collections"],
  [{ collections: "posts" }, "collections"],
  [{ collections: [] }, "collections"],
  [{ actions: [] }, "actions"],
  [{ actions: ["drop"] }, "actions"],
  [{ actions: [1] }, "actions"],
  [{ collections: [], actions: [] }, "actions,collections"],
  [{ routes: ["api/settings"] }, "routes"],
  [{ routes: [`/${"x".repeat(255)}`] }, "routes"],
  [{ routes: {} }, "routes"],
  [{ days: -1 }, "days"],
  [{ days: 366 }, "days"],
];

test("a key that is not described well is refused where it is wrong", async () => {
  const world = await startWorld();
  const good = { name: "a", collections: ["posts"], actions: ["list"] };
  for (const [wrong, names] of WRONG) {
    const { status, body } = await world.post("api-keys", { ...good, ...wrong }, world.token);
    const told = Object.keys((body["data"] as object | undefined) ?? {})
      .toSorted()
      .join();
    expect([wrong, status, told]).toEqual([wrong, 400, names]);
  }
  expect(await world.tables()).toEqual(["_xAuthOptions"]);
});

test("keys of others are neither seen nor revoked", async () => {
  const world = await startWorld();
  await world.user({ email: "other@example.com" });
  const other = String((await world.signIn("other@example.com")).body["token"]);
  const key = await world.key(EVERYTHING);
  const mine = await world.ask("GET /api/collections/users/api-keys", { token: world.token });
  const [{ id }] = mine.body["items"] as [{ id: string }];
  const list = (token: string): Promise<Answer> =>
    world.ask("GET /api/collections/users/api-keys", { token });
  expect((await list(other)).body).toEqual({ items: [] });
  expect(
    (await world.ask(`DELETE /api/collections/users/api-keys/${id}`, { token: other })).status,
  ).toBe(404);
  expect((await list(world.root)).status).toBe(403);
  expect((await list("")).status).toBe(401);
  expect((await world.ask("GET /api/collections/posts/records", { token: key })).status).toBe(200);
});

test("on a folder without keys one is a guest's token, as in PocketBase", async () => {
  const server = await startExtras();
  const token = `gak_${"a".repeat(43)}`;
  const health = await server.ask("GET /api/health", { token });
  expect(health.status).toBe(200);
  expect((await server.ask("GET /api/collections/users/records", { token })).status).toBe(200);
  expect(await server.tables()).toEqual([]);
});

test("no log and no error holds a key", async () => {
  const world = await startWorld();
  const token = await world.key({ collections: ["posts"], actions: ["list"] });
  const written: unknown[] = [];
  world.app.logger.addSink((entry) => void written.push(entry));
  const answers = [
    await world.ask("GET /api/collections/posts/records", { token }),
    await world.ask("GET /api/collections/secrets/records", { token }),
    await world.ask("GET /api/collections/posts/records", { token: `${token}x` }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 403, 401]);
  await expect.poll(() => written.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify([written, answers])).not.toContain(token.slice(8));
});
