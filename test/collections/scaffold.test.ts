import { describe, expect, test } from "vitest";
import { decodeCollection, newCollection } from "../../src/collections/scaffold.ts";

describe("a new collection", () => {
  test.for([
    // PocketBase 0.40.4's ids for these names.
    ["base", "posts", "pbc_1125843985"],
    ["base", "_mfas", "pbc_2279338944"],
    ["auth", "_superusers", "pbc_3142635823"],
  ])("of kind %s named %s has the id %s", ([kind, name, id]) => {
    expect(newCollection(kind!, name!).id).toBe(id);
  });

  test.for([
    ["base", ["id"], 0],
    ["auth", ["id", "password", "tokenKey", "email", "emailVisibility", "verified"], 2],
    ["view", [], 0],
    ["unknown", ["id"], 0],
  ] as const)("of kind %s has the fields %j and %i indexes", ([kind, fields, indexes]) => {
    const collection = newCollection(kind, "x");
    expect(collection.fields.map(({ name }) => name)).toEqual(fields);
    expect(collection.indexes).toHaveLength(indexes);
  });

  test("for sign-in has PocketBase's durations and five different secrets", () => {
    const { auth } = newCollection("auth", "x");
    const tokens = [
      auth!.authToken,
      auth!.passwordResetToken,
      auth!.emailChangeToken,
      auth!.verificationToken,
      auth!.fileToken,
    ];
    expect(tokens.map(({ duration }) => duration)).toEqual([432_000, 1800, 1800, 86_400, 180]);
    expect(new Set(tokens.map(({ secret }) => secret)).size).toBe(5);
    for (const { secret } of tokens) expect(secret).toMatch(/^[A-Za-z0-9]{50}$/);
    expect([auth!.mfa.duration, auth!.otp.duration, auth!.otp.length]).toEqual([600, 180, 8]);
  });
});

describe("JSON is read onto a collection:", () => {
  const base = () => {
    const collection = newCollection("auth", "people");
    Object.assign(collection, { listRule: "id = ''", viewRule: "" });
    const provider = {
      clientId: "id",
      clientSecret: "secret",
      authURL: "",
      tokenURL: "",
      userInfoURL: "",
    };
    collection.auth!.oauth2.providers = [
      { ...provider, name: "google", pkce: true, displayName: "G", extra: { a: 1 } },
    ];
    return collection;
  };

  test("absent keys keep their value, null clears", () => {
    const changed = decodeCollection({ listRule: null, authRule: null }, base());
    expect([changed.listRule, changed.viewRule, changed.auth!.authRule]).toEqual([null, "", null]);
  });

  test("nested options merge", () => {
    const before = base();
    const { auth } = decodeCollection(
      { authToken: { duration: 100 }, otp: { emailTemplate: { subject: "S" } } },
      before,
    );
    expect(auth!.authToken).toEqual({ duration: 100, secret: before.auth!.authToken.secret });
    expect(auth!.otp).toEqual({
      ...before.auth!.otp,
      emailTemplate: { subject: "S", body: before.auth!.otp.emailTemplate.body },
    });
  });

  test("the base itself is not touched", () => {
    const before = base();
    const json = JSON.stringify(before.data());
    decodeCollection(
      { name: "x", authToken: { duration: 1 }, fields: [], indexes: [], oauth2: { providers: [] } },
      before,
    );
    expect(JSON.stringify(before.data())).toBe(json);
  });

  test("OAuth2 providers are replaced, but keep by name what is not sent", () => {
    const providers = [
      { name: "apple", clientId: "a" },
      { name: "google", extra: { b: 2 }, pkce: null },
    ];
    const { auth } = decodeCollection({ oauth2: { providers } }, base());
    expect(auth!.oauth2.providers).toEqual([
      {
        name: "apple",
        pkce: null,
        clientId: "a",
        clientSecret: "",
        authURL: "",
        tokenURL: "",
        userInfoURL: "",
        displayName: "",
        extra: null,
      },
      {
        name: "google",
        pkce: null,
        clientId: "id",
        clientSecret: "secret",
        authURL: "",
        tokenURL: "",
        userInfoURL: "",
        displayName: "G",
        extra: { a: 1, b: 2 },
      },
    ]);
    expect(
      decodeCollection({ oauth2: { providers: null } }, base()).auth!.oauth2.providers,
    ).toEqual([]);
  });

  test("fields and indexes are replaced, ids made of type and name", () => {
    const changed = decodeCollection(
      { fields: [{ type: "text", name: "title" }], indexes: null },
      base(),
    );
    expect(changed.fields.map(({ id }) => id)).toEqual(["text724990059"]);
    expect(changed.indexes).toEqual([]);
  });

  test("keys that nobody knows are dropped, but those of a stored field stay", () => {
    const before = base();
    before.fields[0]!["later"] = 1;
    const [id] = before.fields;
    const json = {
      nonsense: 1,
      fields: [
        { ...id, later: 2, nonsense: 1 },
        { type: "text", name: "t", later: 1 },
      ],
    };
    const [first, second] = decodeCollection(json, before).fields;
    expect(first).toHaveProperty("later", 2);
    expect(first).not.toHaveProperty("nonsense");
    expect(second).not.toHaveProperty("later");
  });

  test("without a base a scaffold of the type and name is taken", () => {
    const collection = decodeCollection({
      type: "auth",
      name: "x",
      fields: [{ type: "text", name: "a" }],
    });
    expect(collection.id).toBe(newCollection("auth", "x").id);
    expect(collection.auth!.authToken.duration).toBe(432_000);
    expect(collection.fields.map(({ name }) => name)).toEqual(["a"]);
    expect(decodeCollection({ name: "x", id: "mine" }).id).toBe("mine");
  });

  test("another kind starts with empty options", () => {
    const changed = decodeCollection({ type: "auth" }, newCollection("base", "x"));
    expect(changed.isAuth).toBe(true);
    expect(changed.auth!.authToken).toEqual({ secret: "", duration: 0 });
  });

  test.for([
    [],
    "x",
    { name: 1 },
    { system: "x" },
    { listRule: 5 },
    { created: 5 },
    { indexes: "x" },
    { indexes: [1] },
    { fields: {} },
    { fields: [1] },
    { fields: [{ name: "a" }] },
    { fields: [{ type: "zzz", name: "a" }] },
    { fields: [{ type: "text", name: "a", max: "5" }] },
    { fields: [{ type: "text", name: "a", max: 1.5 }] },
    { oauth2: 5 },
    { oauth2: { providers: {} } },
    { oauth2: { providers: [1] } },
    { authToken: { duration: "15" } },
    { authToken: { duration: 1.5 } },
    { passwordAuth: { identityFields: "email" } },
  ])("%j has a wrong type", (json) => {
    expect(() => decodeCollection(json, base())).toThrow(TypeError);
  });
});
