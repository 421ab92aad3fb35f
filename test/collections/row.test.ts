import { describe, expect, test } from "vitest";
import {
  collectionFromRow,
  type CollectionRow,
  collectionToRow,
} from "../../src/collections/row.ts";

/** A row that PocketBase 0.23 wrote: fields without `help`, `null` lists, an option of a later version. */
const OLD: CollectionRow = {
  id: "v851q4r790rhknl",
  system: 0,
  type: "auth",
  name: "clients",
  fields: `[{"autogeneratePattern":"[a-z0-9]{15}","hidden":false,"id":"_pbf_text_id_","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},
{"exceptDomains":null,"hidden":false,"id":"_pbf_auth_email_","name":"email","onlyDomains":null,"presentable":false,"required":false,"system":true,"type":"email"}]`,
  indexes:
    "[\"CREATE UNIQUE INDEX `_v851q4r790rhknl_email_idx` ON `clients` (email) WHERE email != ''\"]",
  listRule: null,
  viewRule: "",
  createRule: "",
  updateRule: "@request.auth.id != ''",
  deleteRule: null,
  options:
    '{"authRule":"","manageRule":null,"later":{"x":[1]},"authAlert":{"enabled":false,"emailTemplate":{"subject":"S","body":"<p>&</p>"}},"oauth2":{"providers":null,"mappedFields":{"id":"","name":"","username":"username","avatarURL":""},"enabled":true},"passwordAuth":{"enabled":true,"identityFields":null},"authToken":{"secret":"tokensecret","duration":1209600}}',
  created: "2022-10-11 08:52:58.000Z",
  updated: "2024-09-13 11:08:05.366Z",
};

describe("a stored collection", () => {
  test("of an older version is understood", () => {
    const collection = collectionFromRow(OLD);
    expect([collection.id, collection.name, collection.type, collection.system]).toEqual([
      "v851q4r790rhknl",
      "clients",
      "auth",
      false,
    ]);
    expect([collection.listRule, collection.viewRule, collection.updateRule]).toEqual([
      null,
      "",
      "@request.auth.id != ''",
    ]);
    expect(collection.findField("id")!["help"]).toBe("");
    expect(collection.findField("email")!["onlyDomains"]).toEqual([]);
    expect(collection.auth!.oauth2.providers).toEqual([]);
    expect(collection.auth!.passwordAuth).toEqual({ enabled: true, identityFields: [] });
    expect(collection.auth!.authToken).toEqual({ secret: "tokensecret", duration: 1_209_600 });
    expect(collection.auth!.otp.length).toBe(0);
    expect([collection.isNew, collection.lastSavedId]).toEqual([false, "v851q4r790rhknl"]);
  });

  test("keeps options that this version does not know, through everything", () => {
    const collection = collectionFromRow(OLD).clone();
    expect(JSON.parse(collectionToRow(collection).options)).toHaveProperty("later", { x: [1] });
    expect(collection.toJSON()).not.toHaveProperty("later");
  });

  test("is written as it was read, but for what this version fills in", () => {
    const once = collectionToRow(collectionFromRow(OLD));
    expect(collectionToRow(collectionFromRow(once))).toEqual(once);
    expect(once).toMatchObject({
      id: OLD.id,
      updated: OLD.updated,
      listRule: null,
      viewRule: "",
      system: 0,
    });
    expect(once.options).toContain('"authToken":{"secret":"tokensecret","duration":1209600}');
    expect(once.options).toContain('"body":"<p>&</p>"');
  });

  test("that cannot be read says which one it is", () => {
    expect(() => collectionFromRow({ ...OLD, options: "[]" })).toThrow(
      "The collection clients cannot be read:",
    );
    expect(() => collectionFromRow({ ...OLD, fields: '[{"type":"zzz"}]' })).toThrow(
      "The collection clients cannot be read: missing or unknown field type.",
    );
  });
});

test("the API never shows secrets", () => {
  const collection = collectionFromRow(OLD);
  const provider = {
    pkce: null,
    name: "google",
    clientId: "c",
    clientSecret: "s3cret",
    displayName: "",
    extra: null,
  };
  collection.auth!.oauth2.providers = [{ ...provider, authURL: "", tokenURL: "", userInfoURL: "" }];
  const json = JSON.stringify(collection);
  expect(json).not.toMatch(/tokensecret|s3cret|clientSecret|"secret"/);
  expect(json).toContain('"authToken":{"duration":1209600}');
  expect(json).toContain(
    '"providers":[{"pkce":null,"name":"google","clientId":"c","authURL":"","tokenURL":"","userInfoURL":"","displayName":"","extra":{}}]',
  );
});

test("the API's keys come in PocketBase's order", () => {
  expect(Object.keys(collectionFromRow(OLD).toJSON())).toEqual(
    (
      "id listRule viewRule createRule updateRule deleteRule name type fields indexes created updated system " +
      "authRule manageRule authAlert oauth2 passwordAuth mfa otp authToken passwordResetToken emailChangeToken " +
      "verificationToken fileToken verificationTemplate resetPasswordTemplate confirmEmailChangeTemplate"
    ).split(" "),
  );
});
