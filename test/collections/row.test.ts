import { describe, expect, test } from "vitest";
import {
  collectionFromRow,
  type CollectionRow,
  collectionToRow,
} from "../../src/collections/row.ts";

/** As PocketBase 0.23 wrote one: fields without `help`, `null` lists, line breaks; and an option of a later version. */
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

/** Rows of a folder that PocketBase 0.22 to 0.40 wrote one after the other. */
const DEMO: CollectionRow = {
  id: "sz5l5z67tg7gku0",
  system: 0,
  type: "base",
  name: "demo2",
  fields:
    '[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"_pbf_text_id_","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"mkrguaaf","max":0,"min":2,"name":"title","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":false,"type":"text"},{"help":"","hidden":false,"id":"izkl5z2s","name":"active","presentable":false,"required":false,"system":false,"type":"bool"},{"hidden":false,"id":"_pbf_autodate_created_","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":false,"type":"autodate"},{"hidden":false,"id":"_pbf_autodate_updated_","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":false,"type":"autodate"}]',
  listRule: "",
  viewRule: "",
  createRule: "",
  updateRule: "",
  deleteRule: "",
  options: "{}",
  created: "2022-10-10 09:51:28.452Z",
  updated: "2026-05-14 18:14:18.462Z",
  indexes:
    '["CREATE INDEX `idx_demo2_created` ON `demo2` (`created`)","CREATE UNIQUE INDEX \\"idx_unique_demo2_title\\" on \\"demo2\\" (\\"title\\")","CREATE INDEX \\"idx_demo2_active\\" ON \\"demo2\\" (\\n\\"active\\"\\n)"]',
};
const VIEW: CollectionRow = {
  id: "zahsr9d2mix2fvk",
  system: 0,
  type: "view",
  name: "numeric_id_view",
  fields:
    '[{"autogeneratePattern":"","hidden":false,"id":"text3208210256","max":0,"min":0,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"exceptDomains":null,"hidden":false,"id":"_clone_jO9O","name":"email","onlyDomains":null,"presentable":false,"required":true,"system":true,"type":"email"}]',
  listRule: "",
  viewRule: "",
  createRule: null,
  updateRule: null,
  deleteRule: null,
  options: '{"viewQuery":"select (ROW_NUMBER() OVER()) as id, email from clients"}',
  created: "2023-08-11 09:41:00.997Z",
  updated: "2024-11-19 15:29:43.901Z",
  indexes: "[]",
};

describe("a row of PocketBase", () => {
  test("of the present version is written back byte for byte", () => {
    expect(collectionToRow(collectionFromRow(DEMO))).toEqual(DEMO);
  });

  test("has its indexes found whatever quotes they have", () => {
    const collection = collectionFromRow(DEMO);
    expect(collection.findIndex("IDX_unique_demo2_title")).toBe(collection.indexes[1]);
    expect(collection.findIndex("idx_demo2_active")).toBe(collection.indexes[2]);
  });

  test("that is a view has its query", () => {
    const collection = collectionFromRow(VIEW);
    expect([collection.isView, collection.view]).toEqual([
      true,
      { viewQuery: "select (ROW_NUMBER() OVER()) as id, email from clients" },
    ]);
    expect(collectionToRow(collection)).toMatchObject({ options: VIEW.options, indexes: "[]" });
  });
});

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
