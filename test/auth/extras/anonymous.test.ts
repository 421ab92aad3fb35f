import { expect, test } from "vitest";
import { cleanAuthExtras } from "../../../src/auth/extras/cleanup.ts";
import { PASSWORD } from "../fixture.ts";
import { type ExtrasServer, race, startExtras } from "./fixture.ts";

interface Account {
  readonly id: string;
  readonly token: string;
}

interface World extends ExtrasServer {
  /** Signs somebody in whom nobody knows. */
  arrive(): Promise<Account>;
}

async function startWorld(): Promise<World> {
  const server = await startExtras();
  await server.configure((_, collection) => {
    collection.findField("email")!["required"] = false;
  });
  await server.turn({ anonymous: { enabled: true, days: 30 } });
  return {
    ...server,
    async arrive() {
      const { status, body } = await server.post("auth-anonymous");
      expect(status).toBe(200);
      return { id: (body["record"] as { id: string }).id, token: String(body["token"]) };
    },
  };
}

const FORM = { email: "user@example.com", password: PASSWORD, passwordConfirm: PASSWORD };

/** Makes accounts look as if nobody had used them for that long. */
function letPass(world: World, days: number): Promise<unknown> {
  const seen = new Date(Date.now() - days * 86_400_000).toISOString().replace("T", " ");
  return world.app.db.run({ sql: "UPDATE _xAnonymous SET seen = ?", parameters: [seen] });
}

async function isThere(world: World, { id }: Account): Promise<boolean> {
  return (await world.app.countRecords("users", "id = {:id}", { id })) === 1;
}

test("anybody gets an account of their own, whose token works and can be renewed", async () => {
  const world = await startWorld();
  const [first, second] = [await world.arrive(), await world.arrive()];
  expect(first.id).not.toBe(second.id);
  const own = `GET /api/collections/users/records/${first.id}`;
  const { status, body } = await world.ask(own, { token: first.token });
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: first.id, email: "", verified: false });
  expect((await world.ask(own, { token: second.token })).status).toBe(404);
  expect((await world.post("auth-refresh", {}, first.token)).status).toBe(200);
});

test("a second factor is not asked of who has no first", async () => {
  const world = await startWorld();
  await world.configure((auth) => {
    auth.otp.enabled = true;
    auth.mfa.enabled = true;
  });
  expect((await world.post("auth-anonymous")).status).toBe(200);
});

test("an account becomes a real one with the same id, and what refers to it stays", async () => {
  const world = await startWorld();
  const { app } = world;
  const fields = [
    { name: "owner", type: "relation", collectionId: app.findCollection("users").id },
  ];
  await world.ask("POST /api/collections", {
    body: { name: "notes", type: "base", fields },
    token: world.root,
  });
  const account = await world.arrive();
  const note = app.newRecord("notes", { owner: account.id });
  await app.save(note);
  expect((await world.post("upgrade-anonymous", FORM, account.token)).status).toBe(204);
  const { status, body } = await world.signIn(FORM.email);
  expect(status).toBe(200);
  expect(body["record"]).toMatchObject({ id: account.id, email: FORM.email, verified: false });
  expect((await app.findRecordById("notes", note.id)).getString("owner")).toBe(account.id);
  // The tokens from before have ended with the password from before.
  expect((await world.post("auth-refresh", {}, account.token)).status).toBe(401);
  await letPass(world, 31);
  await cleanAuthExtras(app);
  expect(await isThere(world, account)).toBe(true);
});

test("it becomes a real one once", async () => {
  const world = await startWorld();
  const { token } = await world.arrive();
  const attempts = Array.from(
    { length: 20 },
    (_, index) => () =>
      world.post("upgrade-anonymous", { ...FORM, email: `user${index}@example.com` }, token),
  );
  const counts = await race(attempts);
  expect(counts[204]).toBe(1);
  expect((counts[400] ?? 0) + (counts[401] ?? 0)).toBe(19);
  expect(await world.app.countRecords("users", "email != ''")).toBe(1);
});

test.for([
  [{ ...FORM, email: "" }, "email"],
  [{ ...FORM, email: "nonsense" }, "email"],
  [{ ...FORM, email: "taken@example.com" }, "email"],
  [{ ...FORM, password: "" }, "password,passwordConfirm"],
  [{ ...FORM, password: "short", passwordConfirm: "short" }, "password"],
  [{ ...FORM, passwordConfirm: "another" }, "passwordConfirm"],
] as [object, string][])(
  "an upgrade with %j is refused and leaves it anonymous",
  async ([form, names]) => {
    const world = await startWorld();
    await world.user({ email: "taken@example.com" });
    const account = await world.arrive();
    const { status, body } = await world.post("upgrade-anonymous", form, account.token);
    expect(status).toBe(400);
    expect(
      Object.keys(body["data"] as object)
        .toSorted()
        .join(),
    ).toBe(names);
    expect((await world.post("upgrade-anonymous", FORM, account.token)).status).toBe(204);
  },
);

test("only an anonymous account of the collection can be upgraded", async () => {
  const world = await startWorld();
  await world.user({ email: "other@example.com" });
  const real = String((await world.signIn("other@example.com")).body["token"]);
  expect((await world.post("upgrade-anonymous", FORM, real)).status).toBe(400);
  expect((await world.post("upgrade-anonymous", FORM, world.root)).status).toBe(403);
  expect((await world.post("upgrade-anonymous", FORM)).status).toBe(401);
  expect((await world.signIn("other@example.com")).status).toBe(200);
});

test("who does not come back for the days of the collection is deleted with what hangs on it", async () => {
  const world = await startWorld();
  const { app } = world;
  const users = app.findCollection("users").id;
  const fields = [{ name: "owner", type: "relation", collectionId: users, cascadeDelete: true }];
  await world.ask("POST /api/collections", {
    body: { name: "notes", type: "base", fields },
    token: world.root,
  });
  const gone = await world.arrive();
  await app.save(app.newRecord("notes", { owner: gone.id }));
  const back = await world.arrive();
  await letPass(world, 31);
  await world.post("auth-refresh", {}, back.token);
  await app.crons.run(app.crons.find("__pbMFACleanup__")!);
  expect(await isThere(world, gone)).toBe(false);
  expect(await app.countRecords("notes")).toBe(0);
  expect(await isThere(world, back)).toBe(true);
  await letPass(world, 29);
  await cleanAuthExtras(app);
  expect(await isThere(world, back)).toBe(true);
});

test("who has linked another service is not deleted", async () => {
  const world = await startWorld();
  const account = await world.arrive();
  const values = {
    collectionRef: world.app.findCollection("users").id,
    recordRef: account.id,
    provider: "google",
    providerId: "1",
  };
  await world.app.save(world.app.newRecord("_externalAuths", values));
  await letPass(world, 31);
  await cleanAuthExtras(world.app);
  expect(await isThere(world, account)).toBe(true);
});

test("an account that is refused by the auth rule is not left behind", async () => {
  const world = await startWorld();
  await world.configure((auth) => {
    auth.authRule = "verified = true";
  });
  expect((await world.post("auth-anonymous")).status).toBe(403);
  expect(await world.app.countRecords("users")).toBe(0);
});

test("a collection that requires something of its records says what", async () => {
  const world = await startWorld();
  await world.configure((_, collection) => {
    collection.findField("name")!["required"] = true;
  });
  const { status, body } = await world.post("auth-anonymous");
  expect(status).toBe(400);
  expect(Object.keys(body["data"] as object)).toEqual(["name"]);
  expect(await world.app.countRecords("users")).toBe(0);
});

test("one address gets only so many accounts", async () => {
  const world = await startWorld();
  const counts = await race(Array.from({ length: 70 }, () => () => world.post("auth-anonymous")));
  expect(counts).toEqual({ 200: 60, 429: 10 });
});

test("nobody becomes a superuser this way", async () => {
  const world = await startWorld();
  const change = { anonymous: { enabled: true } };
  const line = "PATCH /api/collections/_superusers/auth-extras";
  expect((await world.ask(line, { body: change, token: world.root })).status).toBe(400);
  expect((await world.post("auth-anonymous", {}, "", "_superusers")).status).toBe(404);
});
