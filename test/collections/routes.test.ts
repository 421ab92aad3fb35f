import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/server.ts";

let server: TestServer;
let token: string;

beforeEach(async () => {
  server = await startTestServer();
  token = await server.superuserToken();
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  authorization = token,
): Promise<Answer> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}/api/collections${path}`, {
    method,
    headers: { "content-type": "application/json", authorization },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  return {
    status: response.status,
    body: answer === "" ? {} : (JSON.parse(answer) as Record<string, unknown>),
  };
}

const text = (name: string, id = name) => ({ type: "text", name, id });
const envelope = (message: string, data: unknown = {}) => ({
  status: 400,
  body: { status: 400, message, data },
});

describe("only superusers", () => {
  test.for([
    ["GET", ""],
    ["POST", ""],
    ["GET", "/users"],
    ["PATCH", "/users"],
    ["DELETE", "/users"],
    ["DELETE", "/users/truncate"],
    ["PUT", "/import"],
    ["GET", "/meta/scaffolds"],
    ["GET", "/meta/oauth2-providers"],
    ["POST", "/meta/dry-run-view"],
  ])("may %s %s", async ([method, path]) => {
    expect(await send(method!, path!, method === "GET" ? undefined : {}, "")).toEqual({
      status: 401,
      body: {
        status: 401,
        message: "The request requires valid record authorization token.",
        data: {},
      },
    });
  });
});

describe("a collection", () => {
  test("is created with the defaults of its type, changed, viewed and deleted", async () => {
    const created = await send("POST", "", { name: "posts", fields: [text("a")] });
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({
      id: "pbc_1125843985",
      name: "posts",
      type: "base",
      listRule: null,
    });
    const changed = await send("PATCH", "/POSTS", { listRule: "", name: "articles" });
    expect(changed.body).toMatchObject({ id: "pbc_1125843985", name: "articles", listRule: "" });
    expect(await send("GET", "/pbc_1125843985")).toEqual(changed);
    expect(await send("DELETE", "/articles")).toEqual({ status: 204, body: {} });
    expect((await send("GET", "/articles")).status).toBe(404);
  });

  test("that is not there is not found", async () => {
    for (const [method, path] of [
      ["GET", "/nope"],
      ["PATCH", "/nope"],
      ["DELETE", "/nope"],
      ["DELETE", "/nope/truncate"],
    ]) {
      expect(await send(method!, path!, method === "PATCH" ? {} : undefined)).toEqual({
        status: 404,
        body: { status: 404, message: "The requested resource wasn't found.", data: {} },
      });
    }
  });

  test("made by a form stays closed", async () => {
    const response = await fetch(`${server.url}/api/collections`, {
      method: "POST",
      headers: { authorization: token },
      body: new URLSearchParams({ name: "posts", type: "base" }),
    });
    expect(await response.json()).toMatchObject({ listRule: null, createRule: null });
  });

  test.for([
    ["POST", "", "[", "Failed to load the collection type data due to invalid formatting."],
    ["POST", "", { type: 1 }, "Failed to load the collection type data due to invalid formatting."],
    [
      "POST",
      "",
      { name: "a", listRule: 1 },
      "Failed to load the submitted data due to invalid formatting.",
    ],
    ["PATCH", "/users", "[", "Failed to load the submitted data due to invalid formatting."],
    [
      "PATCH",
      "/users",
      { fields: [{ type: "x" }] },
      "Failed to load the submitted data due to invalid formatting.",
    ],
  ] as const)("is not read from %s %s %j", async ([method, path, body, message]) => {
    expect(await send(method, path, body)).toEqual(envelope(message));
  });

  test("that is refused says why, by key", async () => {
    const leaf = { code: "validation_required", message: "Cannot be blank." };
    expect(await send("POST", "", {})).toEqual(
      envelope("Failed to create collection.", { name: leaf }),
    );
    expect(await send("PATCH", "/users", { name: "" })).toEqual(
      envelope("Failed to update collection.", { name: leaf }),
    );
  });

  test("that the database refuses gives its reason", async () => {
    await send("POST", "", { name: "posts", fields: [text("a")] });
    await send("POST", "", { name: "seen", type: "view", viewQuery: "select id, a from posts" });
    const { status, body } = await send("PATCH", "/posts", { fields: [] });
    expect([status, body["data"]]).toEqual([400, {}]);
    expect(body["message"]).toMatch(
      /^Failed to update collection\. Raw error: \nfailed to drop column a - SQL logic error: error in view seen/,
    );
  });

  test("that others refer to is not deleted", async () => {
    await send("POST", "", { name: "posts", id: "posts_id" });
    const relation = { type: "relation", name: "p", collectionId: "posts_id" };
    await send("POST", "", { name: "likes", fields: [relation] });
    await send("POST", "", { name: "stars", fields: [relation] });
    expect(await send("DELETE", "/posts")).toEqual(
      envelope("Failed to delete collection probably due to existing reference in likes, stars."),
    );
    expect(await send("DELETE", "/_mfas")).toEqual(envelope("Failed to delete collection."));
  });
});

describe("the list", () => {
  const names = async (query: string) => {
    const { body } = await send("GET", query);
    return (body["items"] as { name: string }[]).map(({ name }) => name);
  };

  test("is paged, filtered and sorted", async () => {
    const { body } = await send("GET", "?page=2&perPage=4");
    expect(Object.keys(body)).toEqual(["items", "page", "perPage", "totalItems", "totalPages"]);
    expect(body).toMatchObject({ page: 2, perPage: 4, totalItems: 6, totalPages: 2 });
    expect(await names("?page=2&perPage=4&sort=@rowid")).toEqual(["_superusers", "users"]);
    expect(await names("?filter=type='auth'%26%26system=true")).toEqual(["_superusers"]);
    expect(await names("?filter=created<@now%26%26name~'_ot'")).toEqual(["_otps"]);
    expect(await names("?sort=-name&perPage=2")).toEqual(["users", "_superusers"]);
    expect((await send("GET", "?skipTotal=true&perPage=1")).body).toMatchObject({
      totalItems: -1,
      totalPages: -1,
    });
    expect((await send("GET", "?page=99")).body).toMatchObject({
      items: [],
      page: 99,
      totalItems: 6,
    });
  });

  test.for([
    "?filter=fields~'x'",
    "?filter=(",
    "?sort=options",
    "?page=x",
    "?perPage=1.5",
    "?skipTotal=maybe",
  ])("%s is refused without details", async (query) => {
    expect(await send("GET", query)).toEqual(
      envelope("Something went wrong while processing your request."),
    );
  });
});

describe("truncating", () => {
  test("empties a collection", async () => {
    await send("POST", "", { name: "posts", listRule: "" });
    await server.app.save(server.app.newRecord("posts"));
    expect(await send("DELETE", "/posts/truncate")).toEqual({ status: 204, body: {} });
    expect((await send("GET", "/posts/records")).body).toMatchObject({ items: [] });
  });

  test("a view is refused", async () => {
    await send("POST", "", { name: "seen", type: "view", viewQuery: "select id from users" });
    expect(await send("DELETE", "/seen/truncate")).toEqual(
      envelope("View collections cannot be truncated since they don't store their own records."),
    );
  });

  test("required records is refused", async () => {
    await send("POST", "", { name: "posts", id: "posts_id" });
    const relation = { type: "relation", name: "p", collectionId: "posts_id", required: true };
    await send("POST", "", { name: "likes", fields: [relation] });
    const post = server.app.newRecord("posts");
    await server.app.save(post);
    await server.app.save(server.app.newRecord("likes", { p: post.id }));
    expect(await send("DELETE", "/posts/truncate")).toEqual(
      envelope(
        "Failed to truncate collection (most likely due to required cascade delete record references).",
      ),
    );
  });
});

describe("an import", () => {
  test("answers nothing", async () => {
    expect(await send("PUT", "/import", { collections: [{ name: "one" }] })).toEqual({
      status: 204,
      body: {},
    });
    expect((await send("GET", "/one")).status).toBe(200);
  });

  const failure = (message: string) =>
    envelope("Failed to import collections.", {
      collections: { code: "validation_collections_import_failure", message },
    });

  test("that is refused says why", async () => {
    const required = { collections: { code: "validation_required", message: "Cannot be blank." } };
    const validating = "An error occurred while validating the submitted data.";
    expect(await send("PUT", "/import", { collections: [] })).toEqual(
      envelope(validating, required),
    );
    expect(await send("PUT", "/import", {})).toEqual(envelope(validating, required));
    for (const nameless of [{ name: "" }, null]) {
      expect(await send("PUT", "/import", { collections: [nameless] })).toEqual(
        failure(
          'Data validations failed for collection "" (pbc_3233087073):\n{\n  "name": "cannot be blank"\n}.',
        ),
      );
    }
    expect(
      await send("PUT", "/import", { collections: [{ id: "_pb_users_auth_", name: "_mfas" }] }),
    ).toEqual(
      failure(
        'Failed to import the collections configuration. Raw error:\nfailed to save collection "_mfas": constraint failed: UNIQUE constraint failed: _collections.name (2067).',
      ),
    );
  });

  test.for([
    "[",
    { collections: 5 },
    { collections: [5] },
    { collections: [{}], deleteMissing: 1 },
  ])("of %j cannot be read", async (body) => {
    expect(await send("PUT", "/import", body)).toEqual(
      envelope("An error occurred while loading the submitted data."),
    );
  });
});

describe("beside the collections", () => {
  test("scaffolds are new collections without name and id", async () => {
    const { body } = await send("GET", "/meta/scaffolds");
    expect(Object.keys(body).toSorted()).toEqual(["auth", "base", "view"]);
    expect(body["auth"]).toMatchObject({ id: "", name: "", authToken: { duration: 432_000 } });
    expect((body["auth"] as { indexes: string[] }).indexes[0]).toMatch(
      /^CREATE UNIQUE INDEX `idx_tokenKey_[a-z0-9]{10}` ON `` \(`tokenKey`\)$/,
    );
  });

  test("OAuth2 providers come in their order with name and mark", async () => {
    const { body } = await send("GET", "/meta/oauth2-providers");
    const providers = body as unknown as { name: string; displayName: string; logo: string }[];
    expect(providers.map(({ name }) => name).join(" ")).toBe(
      "apple google microsoft yandex facebook instagram2 github gitlab bitbucket gitee gitea discord twitter kakao vk linear notion monday lark box spotify trakt twitch patreon strava wakatime livechat mailcow planningcenter oidc oidc2 oidc3",
    );
    expect(providers[12]).toMatchObject({
      displayName: "X/Twitter",
      logo: expect.stringMatching(/^<svg /),
    });
  });

  test("a view's query is tried", async () => {
    const { status, body } = await send("POST", "/meta/dry-run-view", {
      query: "select 1 as id, 2 as n",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      fields: [
        { name: "id", type: "text" },
        { name: "n", type: "json" },
      ],
      sample: [{ id: "1", n: 2 }],
    });
  });

  test.for([
    [{ query: "" }, /^An error occurred while validating the submitted data\.$/],
    [{ query: " ".repeat(5001) }, /^An error occurred while validating the submitted data\.$/],
    [{ query: 5 }, /^An error occurred while loading the submitted data\.$/],
    ["[]", /^An error occurred while loading the submitted data\.$/],
    [{ query: "select 1" }, /^Invalid view query\. Raw error: \nmissing required id column/],
    [
      { query: "drop table users" },
      /^Invalid view query\. Raw error: \nSQL logic error: near "drop": syntax error \(1\)\.$/,
    ],
  ] as const)("a query of %j is refused", async ([body, message]) => {
    const answer = await send("POST", "/meta/dry-run-view", body);
    expect(answer.status).toBe(400);
    expect(answer.body["message"]).toMatch(message);
    expect((await send("GET", "/users")).status).toBe(200);
  });
});

describe("request hooks", () => {
  test("see and change what is asked for", async () => {
    const { app } = server;
    app.onCollectionCreateRequest().bindFunc((event) => {
      event.collection.listRule = "";
      return event.next();
    });
    expect((await send("POST", "", { name: "posts" })).body).toMatchObject({ listRule: "" });
    app.onCollectionsListRequest().bindFunc((event) => {
      event.result.items = event.collections.filter(({ name }) => name === "posts");
      return event.next();
    });
    expect((await send("GET", "")).body["items"]).toMatchObject([{ name: "posts" }]);
    app.onCollectionsImportRequest().bindFunc((event) => {
      event.collectionsData = [{ name: "other" }];
      return event.next();
    });
    await send("PUT", "/import", { collections: [{ name: "one" }] });
    expect(app.collections.find("other")).toBeDefined();
    expect(app.collections.find("one")).toBeUndefined();
  });

  test("can end a request", async () => {
    const { app } = server;
    const seen: string[] = [];
    for (const hook of [
      app.onCollectionUpdateRequest(),
      app.onCollectionDeleteRequest(),
      app.onCollectionViewRequest(),
    ]) {
      hook.bindFunc((event) => {
        seen.push(event.collection.name);
        throw event.forbidden("Not today.");
      });
    }
    for (const method of ["PATCH", "DELETE", "GET"]) {
      const answer = await send(method, "/users", method === "PATCH" ? { name: "x" } : undefined);
      expect([answer.status, answer.body["message"]]).toEqual([403, "Not today."]);
    }
    expect(seen).toEqual(["x", "users", "users"]);
    expect(app.findCollection("users").name).toBe("users");
  });
});
