import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EventName } from "../../src/events/events.ts";
import { EVENT_NAMES } from "../../src/events/events.ts";
import { decodeCollection } from "../../src/collections/scaffold.ts";
import { cached, dump, failureOf, type Fixture, startApp } from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startApp();
});
afterEach(() => fixture.close());

const text = (name: string, id = name) => ({ type: "text", name, id });

describe("a saved collection", () => {
  test("has dates, a table, and is in the cache", async () => {
    const collection = await fixture.create({ name: "posts", fields: [text("title")] });
    expect([collection.isNew, collection.lastSavedId]).toEqual([false, "pbc_1125843985"]);
    expect(collection.created).toBe(collection.updated);
    const stored = fixture.app.findCollection("posts");
    expect(JSON.stringify(stored)).toBe(JSON.stringify(collection));
    expect(await fixture.rows("posts")).toEqual([]);
  });

  test("keeps `created` and renews `updated`", async () => {
    const { created, updated } = await fixture.create({ name: "posts" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const changed = await fixture.update("posts", { listRule: "" });
    expect(changed.created).toBe(created);
    expect(changed.updated > updated).toBe(true);
  });

  test("gets an id with a number when its own is taken, also in its indexes", async () => {
    await fixture.create({ name: "first", id: "pbc_1125843985" });
    const people = decodeCollection({ name: "x", type: "auth" });
    await fixture.create({ name: "other", id: people.id });
    expect((await fixture.create({ name: "posts" })).id).toBe("pbc_11258439852");
    const second = await fixture.create({ name: "x", type: "auth" });
    expect(second.id).toBe(`${people.id}2`);
    expect(second.indexes[0]).toContain(`idx_tokenKey_${people.id}2`);
  });

  test("gets the id of the name it has at last", async () => {
    const { app } = fixture;
    app.onCollectionCreate().bindFunc((event) => {
      event.collection.name = "posts";
      return event.next();
    });
    const collection = decodeCollection({ name: "draft" });
    await app.save(collection);
    // The name came after the engine's own handler, so the id is settled by the validation.
    expect([collection.id, collection.name]).toEqual(["pbc_1125843985", "posts"]);
  });

  test("has its system fields repaired", async () => {
    const people = await fixture.create({ name: "people", type: "auth" });
    const broken: Readonly<Record<string, object>> = {
      id: { primaryKey: false, pattern: "", hidden: true },
      password: { hidden: false, required: false },
      tokenKey: { hidden: false, required: false },
      email: { hidden: true, required: false },
    };
    const fields = people.data().fields;
    for (const field of fields) Object.assign(field, broken[field.name]);
    const repaired = await fixture.update("people", { fields });
    const state = (name: string) => {
      const { hidden, system, ["required"]: required } = repaired.findField(name)!;
      return { hidden, system, required };
    };
    expect(state("password")).toEqual({ hidden: true, system: true, required: true });
    expect(state("tokenKey")).toEqual({ hidden: true, system: true, required: true });
    expect(state("email")).toEqual({ hidden: false, system: true, required: false });
    expect(repaired.findField("id")).toMatchObject({
      primaryKey: true,
      pattern: "^[a-z0-9]+$",
      hidden: false,
    });
  });

  test("has the unique indexes of sign-in put back", async () => {
    await fixture.create({ name: "people", type: "auth" });
    const own = "create unique index mine on people (email collate nocase)";
    const { indexes } = await fixture.update("people", { indexes: [own] });
    expect(indexes).toEqual([
      own,
      expect.stringMatching(/^CREATE UNIQUE INDEX `idx_tokenKey_pbc_\d+` ON `people`/),
    ]);
  });

  test("forgets OAuth2 mappings to fields that are gone", async () => {
    await fixture.update("users", {
      oauth2: { mappedFields: { name: "nope", username: "email" } },
    });
    expect(fixture.app.findCollection("users").auth!.oauth2.mappedFields).toEqual({
      id: "",
      name: "",
      username: "email",
      avatarURL: "avatar",
    });
  });

  test("has its name in its indexes", async () => {
    const fields = [text("a"), text("b")];
    const indexes = ["create index one on anything (a)", "create index two on posts(lower(b))"];
    await fixture.create({ name: "posts", fields, indexes });
    const { indexes: renamed } = await fixture.update("posts", { name: "articles" });
    expect(renamed).toEqual([
      "CREATE INDEX `one` ON `articles` (`a`)",
      "CREATE INDEX `two` ON `articles` (lower(b))",
    ]);
  });
});

test("the instance that everyone shares is not saved, and not kept changed", async () => {
  const { app } = fixture;
  const shared = app.findCollection("users");
  shared.listRule = "";
  expect(await failureOf(app.save(shared))).toBe(
    "The collection users that was looked up is shared by everyone: change its clone() and save that.",
  );
  expect(app.findCollection("users").listRule).toBe("id = @request.auth.id");
  const own = app.findCollection("users").clone();
  own.listRule = "";
  await app.save(own);
  expect(app.findCollection("users").listRule).toBe("");
});

describe("tokens", () => {
  const secret = () => fixture.app.findCollection("users").auth!.authToken.secret;

  test("become invalid when the auth rule changes", async () => {
    const before = secret();
    await fixture.update("users", { authRule: "verified = true" });
    expect(secret()).not.toBe(before);
    expect(secret()).toHaveLength(50);
  });

  test("stay valid through other changes", async () => {
    const before = secret();
    await fixture.update("users", {
      authRule: "",
      manageRule: "id = ''",
      authToken: { duration: 100 },
    });
    expect(secret()).toBe(before);
  });
});

test("superusers always sign in with a password, never with OAuth2, and with one-time passwords only besides", async () => {
  const providers = [{ name: "google", clientId: "a", clientSecret: "b" }];
  await fixture.update("_superusers", {
    oauth2: { enabled: true, providers },
    passwordAuth: { enabled: false },
    otp: { enabled: true },
  });
  const { auth } = fixture.app.findCollection("_superusers");
  expect(auth!.oauth2).toMatchObject({ enabled: false, providers: [] });
  expect([auth!.passwordAuth.enabled, auth!.otp.enabled, auth!.mfa.enabled]).toEqual([
    true,
    true,
    true,
  ]);
});

describe("hooks", () => {
  function count(): Map<EventName, number> {
    const counts = new Map<EventName, number>();
    for (const name of EVENT_NAMES) {
      fixture.app.events[name].bind({
        priority: -9999,
        func: (event) => {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          return event.next();
        },
      });
    }
    return counts;
  }

  test("of a create run in PocketBase's order", async () => {
    const counts = count();
    await fixture.create({ name: "posts" });
    expect([...counts]).toEqual([
      ["onModelCreate", 1],
      ["onCollectionCreate", 1],
      ["onModelValidate", 1],
      ["onCollectionValidate", 1],
      ["onModelCreateExecute", 1],
      ["onCollectionCreateExecute", 1],
      ["onModelAfterCreateSuccess", 1],
      ["onCollectionAfterCreateSuccess", 1],
    ]);
  });

  test("of a refused update end with its error", async () => {
    await fixture.create({ name: "posts" });
    const counts = count();
    await failureOf(fixture.update("posts", { name: "" }));
    expect([...counts.keys()]).toEqual([
      "onModelUpdate",
      "onCollectionUpdate",
      "onModelValidate",
      "onCollectionValidate",
      "onModelAfterUpdateError",
      "onCollectionAfterUpdateError",
    ]);
  });

  test("see the new collection after the commit, and an empty cache before", async () => {
    const seen: [string, boolean, boolean][] = [];
    const look = (when: string) =>
      seen.push([
        when,
        fixture.app.isTransaction,
        fixture.app.collections.find("posts") !== undefined,
      ]);
    fixture.app.onCollectionCreateExecute("posts").bindFunc(async (event) => {
      look("before");
      await event.next();
      look("after");
    });
    fixture.app.onCollectionAfterCreateSuccess("posts").bindFunc((event) => {
      look("success");
      return event.next();
    });
    await fixture.create({ name: "posts" });
    expect(seen).toEqual([
      ["before", false, false],
      ["after", false, true],
      ["success", false, true],
    ]);
  });

  test("that fail undo everything", async () => {
    await fixture.create({ name: "posts", fields: [text("a")] });
    const before = [await dump(fixture.app), cached(fixture.app)];
    // Innermost: after the table was looked at, inside the transaction.
    fixture.app.onCollectionUpdateExecute().bind({
      priority: 999,
      func: async (event) => {
        await event.next();
        throw new Error("no");
      },
    });
    expect(
      await failureOf(fixture.update("posts", { name: "articles", fields: [text("b")] })),
    ).toBe("no");
    expect([await dump(fixture.app), cached(fixture.app)]).toEqual(before);
  });
});

describe("inside a transaction", () => {
  test("a change is seen inside only, until the commit", async () => {
    const { app } = fixture;
    await app.runInTransaction(async (tx) => {
      await tx.save(decodeCollection({ name: "posts", fields: [text("a")] }));
      expect(tx.collections.find("posts")).toBeDefined();
      expect(app.collections.find("posts")).toBeUndefined();
      await tx.save(tx.newRecord("posts", { a: "x" }));
    });
    expect(app.collections.find("posts")).toBeDefined();
    expect(await fixture.rows("posts")).toMatchObject([{ a: "x" }]);
  });

  test("a rollback takes it back, and the collection is new again", async () => {
    const { app } = fixture;
    const before = [await dump(app), cached(app)];
    const collection = decodeCollection({ name: "posts" });
    const failure = app.runInTransaction(async (tx) => {
      await tx.save(collection);
      throw new Error("no");
    });
    expect(await failureOf(failure)).toBe("no");
    expect([await dump(app), cached(app)]).toEqual(before);
    expect(collection.isNew).toBe(true);
    await app.save(collection);
    expect(app.collections.find("posts")).toBeDefined();
  });

  test("changes made at the same time all count", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `posts${index}`);
    await Promise.all(names.map((name) => fixture.create({ name })));
    expect(fixture.app.collections.all().map(({ name }) => name)).toEqual(
      expect.arrayContaining(names),
    );
    await Promise.all(names.map((name) => fixture.update(name, { listRule: "" })));
    for (const name of names) expect(fixture.app.findCollection(name).listRule).toBe("");
  });
});
