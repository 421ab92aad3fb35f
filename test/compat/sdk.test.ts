import PocketBase, { ClientResponseError } from "pocketbase";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/server.ts";

// The official SDK, untouched, against a listening server: one call of every service.
let server: TestServer;
let root: PocketBase;

beforeAll(async () => {
  server = await startTestServer();
  root = new PocketBase(server.url);
  root.autoCancellation(false);
  await server.superuserToken("root@example.com");
  await root.collection("_superusers").authWithPassword("root@example.com", "1234567890");
  await root.collections.create({
    name: "posts",
    type: "base",
    listRule: "",
    viewRule: "",
    createRule: "@request.auth.id != ''",
    updateRule: "author = @request.auth.id",
    deleteRule: "author = @request.auth.id",
    fields: [
      { name: "title", type: "text", required: true, max: 50 },
      { name: "author", type: "relation", collectionId: "_pb_users_auth_", maxSelect: 1 },
      { name: "picture", type: "file", maxSelect: 2, mimeTypes: ["image/png"], thumbs: ["10x10"] },
      { name: "meta", type: "json" },
      { name: "at", type: "date" },
      { name: "created", type: "autodate", onCreate: true },
    ],
    indexes: ["CREATE UNIQUE INDEX idx_posts_title ON posts (title)"],
  });
});

afterAll(() => server.close());

async function signUp(name: string): Promise<PocketBase> {
  const client = new PocketBase(server.url);
  client.autoCancellation(false);
  const email = `${name}@example.com`;
  await client
    .collection("users")
    .create({ email, password: "12345678", passwordConfirm: "12345678", name });
  await client.collection("users").authWithPassword(email, "12345678");
  return client;
}

/** The error that a refused call ends with. */
async function refusal(call: Promise<unknown>): Promise<ClientResponseError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ClientResponseError) return error;
  throw new Error("the call was not refused");
}

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("records", () => {
  it("are created, read, listed, changed and deleted", async () => {
    const ada = await signUp("ada");
    const author = ada.authStore.record!.id;
    const made = await ada
      .collection("posts")
      .create({ title: "one", author, meta: { a: [1] }, at: "2026-11-21 10:00:00Z" });
    expect(made).toMatchObject({
      title: "one",
      meta: { a: [1] },
      at: "2026-11-21 10:00:00.000Z",
      collectionName: "posts",
    });
    expect(
      await ada
        .collection("posts")
        .getOne(made.id, { expand: "author", fields: "id,expand.author.name" }),
    ).toEqual({
      id: made.id,
      expand: { author: { name: "ada" } },
    });
    expect(
      await ada
        .collection("posts")
        .getFirstListItem(ada.filter("title = {:title}", { title: "one" })),
    ).toMatchObject({ id: made.id });
    expect(
      (await ada.collection("posts").getFullList({ sort: "-created" })).map(({ id }) => id),
    ).toContain(made.id);
    expect(await ada.collection("posts").update(made.id, { title: "uno" })).toMatchObject({
      title: "uno",
    });
    expect(await ada.collection("posts").delete(made.id)).toBe(true);
    expect((await refusal(ada.collection("posts").getOne(made.id))).status).toBe(404);
  });

  it("are refused with the field and a code", async () => {
    const bob = await signUp("bob");
    await bob.collection("posts").create({ title: "taken" });
    const cases: [object, object][] = [
      [{}, { title: { code: "validation_required", message: "Cannot be blank." } }],
      [
        { title: "x".repeat(51) },
        {
          title: {
            code: "validation_max_text_constraint",
            message: "Must be no more than 50 character(s).",
            params: { max: 50 },
          },
        },
      ],
      [
        { title: "taken" },
        { title: { code: "validation_not_unique", message: "Value must be unique." } },
      ],
      [
        { title: "t", author: "missing00000000" },
        {
          author: {
            code: "validation_missing_rel_records",
            message: "Failed to find all relation records with the provided ids.",
          },
        },
      ],
    ];
    for (const [data, expected] of cases) {
      const error = await refusal(bob.collection("posts").create({ ...data }));
      expect([error.status, error.response]).toEqual([
        400,
        { data: expected, message: "Failed to create record.", status: 400 },
      ]);
    }
  });

  it("are kept from strangers", async () => {
    const [eve, guest] = [await signUp("eve"), new PocketBase(server.url)];
    const owner = await signUp("owner");
    const { id } = await owner
      .collection("posts")
      .create({ title: "mine", author: owner.authStore.record!.id });
    expect((await refusal(eve.collection("posts").update(id, { title: "hers" }))).status).toBe(404);
    expect((await refusal(eve.collection("posts").delete(id))).status).toBe(404);
    expect((await refusal(guest.collection("posts").create({ title: "g" }))).status).toBe(400);
    expect((await guest.collection("users").getList()).items).toEqual([]);
    expect((await refusal(guest.collections.getFullList())).status).toBe(401);
    expect((await refusal(eve.collections.getFullList())).status).toBe(403);
  });
});

describe("auth", () => {
  it("signs in, refreshes, and ends old tokens with the password", async () => {
    const carol = await signUp("carol");
    const before = carol.authStore.token;
    const { token, record } = await carol.collection("users").authRefresh();
    expect(record).toMatchObject({ email: "carol@example.com", name: "carol" });
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    await carol.collection("users").update(record.id, {
      oldPassword: "12345678",
      password: "87654321",
      passwordConfirm: "87654321",
    });
    carol.authStore.save(before, record);
    expect((await refusal(carol.collection("users").authRefresh())).status).toBe(401);
    expect(
      (await refusal(carol.collection("users").authWithPassword("carol@example.com", "12345678")))
        .status,
    ).toBe(400);
    await carol.collection("users").authWithPassword("carol@example.com", "87654321");
    expect(carol.authStore.isValid).toBe(true);
  });

  it("tells its methods and lets a superuser impersonate", async () => {
    expect(await root.collection("users").listAuthMethods()).toMatchObject({
      password: { enabled: true, identityFields: ["email"] },
    });
    const dave = await signUp("dave");
    const impersonated = await root.collection("users").impersonate(dave.authStore.record!.id, 60);
    expect(impersonated.authStore.record).toMatchObject({ name: "dave" });
  });
});

describe("files", () => {
  it("are uploaded, served, protected by tokens where asked, and removed", async () => {
    const fay = await signUp("fay");
    const picture = new File([PIXEL], "My Pixel.PNG");
    const made = await fay
      .collection("posts")
      .create({ title: "file", author: fay.authStore.record!.id, picture: [picture] });
    const [name] = made["picture"] as string[];
    expect(name).toMatch(/^my_pixel_[a-z0-9]{10}\.PNG$/);
    const answer = await fetch(fay.files.getURL(made, name!));
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PIXEL);
    expect((await fetch(fay.files.getURL(made, name!, { thumb: "10x10" }))).status).toBe(200);
    expect(await fay.files.getToken()).toMatch(/\./);
    const changed = await fay.collection("posts").update(made.id, { "picture-": name });
    expect(changed["picture"]).toEqual([]);
    expect((await fetch(fay.files.getURL(made, name!))).status).toBe(404);
    const wrong = await refusal(
      fay.collection("posts").create({ title: "text", picture: new File(["x"], "a.png") }),
    );
    expect(wrong.response["data"]).toMatchObject({
      picture: { code: "validation_invalid_mime_type" },
    });
  });
});

describe("the superuser's services", () => {
  it("manage collections", async () => {
    const made = await root.collections.create({
      name: "temp",
      type: "base",
      fields: [{ name: "a", type: "number" }],
    });
    await root.collection("temp").create({ a: 1 });
    expect(await root.collections.update("temp", { name: "temporary" })).toMatchObject({
      id: made.id,
      name: "temporary",
    });
    expect((await root.collection("temporary").getFullList()).map((record) => record["a"])).toEqual(
      [1],
    );
    await root.collections.truncate("temporary");
    expect((await root.collection("temporary").getList()).totalItems).toBe(0);
    const all = await root.collections.getFullList();
    await root.collections.import(all, false);
    expect(Object.keys(await root.collections.getScaffolds()).toSorted()).toEqual([
      "auth",
      "base",
      "view",
    ]);
    expect(await root.collections.delete("temporary")).toBe(true);
  });

  it("read and change settings, logs, crons and health", async () => {
    expect(await root.settings.getAll()).toMatchObject({ meta: { appName: "Acme" } });
    expect(await root.settings.update({ meta: { appName: "Here" } })).toMatchObject({
      meta: { appName: "Here" },
    });
    expect(await root.health.check()).toMatchObject({ code: 200 });
    expect((await root.crons.getFullList()).map(({ id }) => id)).toContain("__pbLogsCleanup__");
    expect(await root.crons.run("__pbLogsCleanup__")).toBe(true);
    expect(await root.logs.getList(1, 5)).toMatchObject({ page: 1, perPage: 5 });
  });

  it("send several writes as one", async () => {
    await root.settings.update({ batch: { enabled: true } });
    const batch = root.createBatch();
    batch.collection("posts").create({ title: "b1" });
    batch.collection("posts").create({ title: "b2" });
    expect((await batch.send()).map(({ status }) => status)).toEqual([200, 200]);
    const failing = root.createBatch();
    failing.collection("posts").create({ title: "b3" });
    failing.collection("posts").create({ title: "b1" });
    expect((await refusal(failing.send())).status).toBe(400);
    expect(await root.collection("posts").getList(1, 1, { filter: "title = 'b3'" })).toMatchObject({
      totalItems: 0,
    });
  });
});
