import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import { newCollection } from "../../src/collections/scaffold.ts";
import { cached, dump, type Fixture, problemsOf, startApp } from "./fixture.ts";

type Json = Readonly<Record<string, unknown>>;
type Case = readonly [what: string, json: Json, codes: readonly string[]];

// The codes are PocketBase 0.40.4's answers to the same bodies.
const CREATE: readonly Case[] = [
  ["no name", {}, ["name: validation_required"]],
  [
    "a name that is taken, in another case",
    { name: "BASE1" },
    ["name: validation_collection_name_exists"],
  ],
  ["a name that is an id", { name: "base1id" }, ["name: validation_collection_name_id_duplicate"]],
  [
    "the name of an internal table",
    { name: "_Params" },
    ["name: validation_collection_name_invalid"],
  ],
  ["a name with a blank", { name: "a b" }, ["name: validation_match_invalid"]],
  ["a name with _VIA_", { name: "a_VIA_b" }, ["name: validation_found_via"]],
  ["a name of 256 bytes", { name: "x".repeat(256) }, ["name: validation_length_out_of_range"]],
  ["a name with an umlaut", { name: "ä" }, ["name: validation_match_invalid"]],
  ["an id that is taken", { name: "n", id: "base1id" }, ["id: validation_invalid_or_existing_id"]],
  ["an id with a blank", { name: "n", id: "a b" }, ["id: validation_match_invalid"]],
  [
    "an id of 101 bytes",
    { name: "n", id: "x".repeat(101) },
    ["id: validation_length_out_of_range"],
  ],
  ["an unknown type", { name: "n", type: "zzz" }, ["type: validation_in_invalid"]],
  [
    "field names that differ in case only",
    {
      name: "n",
      fields: [
        { type: "text", name: "a" },
        { type: "text", name: "A" },
      ],
    },
    ["fields.2.name: validation_duplicated_field_name"],
  ],
  [
    "an id that is no text",
    { name: "n", fields: [{ type: "number", name: "id" }] },
    ["fields.1.name: validation_duplicated_field_name"],
  ],
  [
    "an id field in another case",
    { name: "n", fields: [{ type: "text", name: "ID" }] },
    ["fields.1.name: validation_duplicated_field_name"],
  ],
  [
    "two primary keys",
    { name: "n", fields: [{ type: "text", name: "b", primaryKey: true }] },
    [
      "fields.0.primaryKey: validation_unsupported_composite_pk",
      "fields.1.name: validation_in_invalid",
      "fields.1.pattern: validation_required",
      "fields.1.primaryKey: validation_unsupported_composite_pk",
      "fields.1.required: validation_required",
    ],
  ],
  [
    "reserved field names",
    {
      name: "n",
      fields: [
        { type: "text", name: "null" },
        { type: "text", name: "true" },
        { type: "text", name: "false" },
        { type: "text", name: "_rowid_" },
        { type: "text", name: "collectionId" },
        { type: "text", name: "collectionName" },
        { type: "text", name: "expand" },
      ],
    },
    [
      "fields.1.name: validation_not_in_invalid",
      "fields.2.name: validation_not_in_invalid",
      "fields.3.name: validation_not_in_invalid",
      "fields.4.name: validation_not_in_invalid",
      "fields.5.name: validation_not_in_invalid",
      "fields.6.name: validation_not_in_invalid",
      "fields.7.name: validation_not_in_invalid",
    ],
  ],
  [
    "field names that are no words",
    {
      name: "n",
      fields: [
        { type: "text", name: "" },
        { type: "text", name: "a b" },
        { type: "text", name: "a_via_b" },
        { type: "text", name: "x".repeat(101) },
      ],
    },
    [
      "fields.1.name: validation_required",
      "fields.2.name: validation_match_invalid",
      "fields.3.name: validation_found_via",
      "fields.4.name: validation_length_out_of_range",
    ],
  ],
  [
    "too much help and a long id",
    {
      name: "n",
      fields: [{ type: "text", name: "a", help: "x".repeat(301), id: "x".repeat(101) }],
    },
    [
      "fields.1.help: validation_length_out_of_range",
      "fields.1.id: validation_length_out_of_range",
    ],
  ],
  [
    "text options",
    {
      name: "n",
      fields: [
        { type: "text", name: "a", min: 5, max: 3 },
        { type: "text", name: "b", min: -1 },
        { type: "text", name: "c", pattern: "(" },
        { type: "text", name: "d", autogeneratePattern: "(" },
        { type: "text", name: "e", autogeneratePattern: "a{3}", max: 2 },
      ],
    },
    [
      "fields.1.max: validation_min_greater_equal_than_required",
      "fields.2.min: validation_min_greater_equal_than_required",
      "fields.3.pattern: validation_invalid_regex",
      "fields.4.autogeneratePattern: validation_invalid_regex",
      "fields.5.autogeneratePattern: validation_invalid_autogenerate_pattern_value",
    ],
  ],
  [
    "number options",
    {
      name: "n",
      fields: [
        { type: "number", name: "a", onlyInt: true, min: 1.5 },
        { type: "number", name: "b", min: 5, max: 3 },
      ],
    },
    [
      "fields.1.min: validation_only_int_constraint",
      "fields.2.max: validation_min_number_constraint",
    ],
  ],
  [
    "domain lists",
    {
      name: "n",
      fields: [
        { type: "email", name: "a", onlyDomains: ["a.co"], exceptDomains: ["b.co"] },
        { type: "url", name: "b", onlyDomains: ["??"] },
      ],
    },
    [
      "fields.1.exceptDomains: validation_empty",
      "fields.1.onlyDomains: validation_empty",
      "fields.2.onlyDomains.0: validation_is_domain",
    ],
  ],
  [
    "select options",
    {
      name: "n",
      fields: [
        { type: "select", name: "a" },
        { type: "select", name: "b", values: ["x"], maxSelect: 2 },
      ],
    },
    [
      "fields.1.values: validation_required",
      "fields.2.maxSelect: validation_max_less_equal_than_required",
    ],
  ],
  [
    "relation options",
    {
      name: "n",
      fields: [
        { type: "relation", name: "a" },
        { type: "relation", name: "b", collectionId: "nope" },
        { type: "relation", name: "c", collectionId: "view1id" },
        { type: "relation", name: "d", collectionId: "base1id", minSelect: 2, maxSelect: 1 },
      ],
    },
    [
      "fields.1.collectionId: validation_required",
      "fields.2.collectionId: validation_field_relation_missing_collection",
      "fields.3.collectionId: validation_relation_field_non_view_base_collection",
      "fields.4.maxSelect: validation_min_greater_equal_than_required",
    ],
  ],
  [
    "file, autodate and password options",
    {
      name: "n",
      fields: [
        { type: "file", name: "a", thumbs: ["a", "0x0", "10x10"] },
        { type: "autodate", name: "b" },
        { type: "password", name: "c", min: 72 },
      ],
    },
    [
      "fields.1.thumbs.0: validation_match_invalid",
      "fields.1.thumbs.1: validation_not_in_invalid",
      "fields.2.onCreate: validation_required",
      "fields.2.onUpdate: validation_required",
      "fields.3.min: validation_max_less_equal_than_required",
    ],
  ],
  [
    "names that auth bodies use",
    {
      name: "n",
      type: "auth",
      fields: [
        { type: "text", name: "oldPassword" },
        { type: "text", name: "passwordConfirm" },
      ],
    },
    [
      "fields.1.name: validation_reserved_field_name",
      "fields.2.name: validation_reserved_field_name",
    ],
  ],
  [
    "rules that do not compile",
    {
      name: "n",
      listRule: "zzz = 1",
      viewRule: "id = (",
      createRule: "@collection.nope.id = 1",
      updateRule: "id",
      deleteRule: "@request.zzz = 1",
    },
    [
      "createRule: validation_invalid_rule",
      "deleteRule: validation_invalid_rule",
      "listRule: validation_invalid_rule",
      "updateRule: validation_invalid_rule",
      "viewRule: validation_invalid_rule",
    ],
  ],
  [
    "an auth rule that does not compile",
    { name: "n", type: "auth", authRule: "zzz = 1", manageRule: "zzz = 1" },
    ["authRule: validation_invalid_rule", "manageRule: validation_invalid_rule"],
  ],
  [
    "an empty manage rule",
    { name: "n", type: "auth", manageRule: "" },
    ["manageRule: validation_nil_or_not_empty_required"],
  ],
  [
    "a text that is no index",
    { name: "n", indexes: ["create unique n (id)"] },
    ["indexes.0: validation_invalid_index_expression"],
  ],
  [
    "an index without a name",
    { name: "n", indexes: ["create index on n (id)"] },
    ["indexes.0: validation_invalid_index_expression"],
  ],
  [
    "an index name twice",
    { name: "n", indexes: ["create index i on n (id)", "create index I on n (id desc)"] },
    ["indexes.1: validation_duplicated_index_name"],
  ],
  [
    "an index definition twice",
    { name: "n", indexes: ["create index i on n (id)", "create index j on n (id)"] },
    ["indexes.1: validation_duplicated_index_definition"],
  ],
  [
    "an index name of another collection",
    { name: "n", indexes: ["create index BASE1_A on n (id)"] },
    ["indexes.0: validation_existing_index_name"],
  ],
  [
    "an index over a missing column",
    { name: "n", indexes: ["create index i on n (id)", "create index j on n (nope)"] },
    ["indexes.1: validation_invalid_index_expression"],
  ],
  [
    "a view with write rules",
    {
      name: "n",
      type: "view",
      viewQuery: "select id from base1",
      createRule: "",
      updateRule: "id=''",
      deleteRule: "",
    },
    ["createRule: validation_nil", "deleteRule: validation_nil", "updateRule: validation_nil"],
  ],
  [
    "a view with indexes",
    {
      name: "n",
      type: "view",
      viewQuery: "select id from base1",
      indexes: ["create index i on n (id)"],
    },
    ["indexes: validation_indexes_not_supported"],
  ],
  [
    "a view without a query",
    { name: "n", type: "view" },
    ["fields: validation_required", "viewQuery: validation_required"],
  ],
  [
    "a view without an id",
    { name: "n", type: "view", viewQuery: "select a from base1" },
    ["fields: validation_missing_primary_key", "viewQuery: validation_invalid_view_query"],
  ],
  [
    "a view with a wildcard",
    { name: "n", type: "view", viewQuery: "select * from base1" },
    ["fields: validation_required", "viewQuery: validation_invalid_view_query"],
  ],
  [
    "a view of a missing table",
    { name: "n", type: "view", viewQuery: "select id from nope" },
    ["fields: validation_required", "viewQuery: validation_invalid_view_query"],
  ],
  [
    "a view of two statements",
    { name: "n", type: "view", viewQuery: "select 1 as id; select 2 as id" },
    ["fields: validation_required", "viewQuery: validation_invalid_view_query"],
  ],
  [
    "a view with a bad column name",
    { name: "n", type: "view", viewQuery: "select id, a as 'b c' from base1" },
    ["fields.1.name: validation_match_invalid", "viewQuery: validation_invalid_view_query"],
  ],
  [
    "a view with the same id twice",
    { name: "n", type: "view", viewQuery: "select '1' as id union all select '1'" },
    ["fields: validation_required", "viewQuery: validation_invalid_view_query"],
  ],
  [
    "a view with an empty id",
    { name: "n", type: "view", viewQuery: "select '' as id" },
    ["viewQuery: validation_invalid_view_query"],
  ],
  [
    "token options",
    {
      name: "n",
      type: "auth",
      authToken: { secret: "short", duration: 9 },
      fileToken: { duration: 94670857 },
      passwordResetToken: { secret: "", duration: 0 },
    },
    [
      "authToken.duration: validation_min_greater_equal_than_required",
      "authToken.secret: validation_length_out_of_range",
      "fileToken.duration: validation_max_less_equal_than_required",
      "passwordResetToken.duration: validation_required",
      "passwordResetToken.secret: validation_required",
    ],
  ],
  [
    "mail templates",
    {
      name: "n",
      type: "auth",
      verificationTemplate: { subject: "", body: "" },
      otp: { emailTemplate: { body: "" } },
      authAlert: { emailTemplate: { subject: "" } },
    },
    [
      "authAlert.emailTemplate.subject: validation_required",
      "otp.emailTemplate.body: validation_required",
      "verificationTemplate.body: validation_required",
      "verificationTemplate.subject: validation_required",
    ],
  ],
  [
    "one-time passwords",
    { name: "n", type: "auth", otp: { enabled: true, length: 3, duration: 86401 } },
    [
      "otp.duration: validation_max_less_equal_than_required",
      "otp.length: validation_min_greater_equal_than_required",
    ],
  ],
  [
    "a second factor without a first",
    { name: "n", type: "auth", mfa: { enabled: true } },
    ["mfa.enabled: validation_mfa_not_enough_auths"],
  ],
  [
    "a second factor that is too short",
    { name: "n", type: "auth", mfa: { enabled: true, duration: 9 } },
    ["mfa.duration: validation_min_greater_equal_than_required"],
  ],
  [
    "a second factor with a wrong rule",
    { name: "n", type: "auth", otp: { enabled: true }, mfa: { enabled: true, rule: "zzz = 1" } },
    ["mfa.rule: validation_invalid_rule"],
  ],
  [
    "no identity field",
    { name: "n", type: "auth", passwordAuth: { identityFields: [] } },
    ["passwordAuth.identityFields: validation_required"],
  ],
  [
    "an identity field that is missing",
    { name: "n", type: "auth", passwordAuth: { identityFields: ["nope"] } },
    ["passwordAuth.identityFields: validation_missing_field"],
  ],
  [
    "an identity field that is not unique",
    { name: "n", type: "auth", passwordAuth: { identityFields: ["verified"] } },
    ["passwordAuth.identityFields: validation_missing_unique_constraint"],
  ],
  [
    "OAuth2 providers",
    {
      name: "n",
      type: "auth",
      oauth2: {
        enabled: true,
        providers: [
          { name: "" },
          {
            name: "nope",
            clientId: "a",
            clientSecret: "b",
            authURL: "::",
            tokenURL: "x",
            userInfoURL: "http://",
          },
          { name: "google" },
        ],
      },
    },
    [
      "oauth2.providers.0.clientId: validation_required",
      "oauth2.providers.0.clientSecret: validation_required",
      "oauth2.providers.0.name: validation_required",
      "oauth2.providers.1.authURL: validation_is_url",
      "oauth2.providers.1.name: validation_missing_provider",
      "oauth2.providers.1.tokenURL: validation_is_url",
      "oauth2.providers.1.userInfoURL: validation_is_url",
      "oauth2.providers.2.clientId: validation_required",
      "oauth2.providers.2.clientSecret: validation_required",
    ],
  ],
  [
    "an OAuth2 provider twice",
    {
      name: "n",
      type: "auth",
      oauth2: {
        enabled: true,
        providers: [
          { name: "google", clientId: "a", clientSecret: "b" },
          { name: "google", clientId: "a", clientSecret: "b" },
        ],
      },
    },
    ["oauth2.providers.1.name: validation_duplicated_provider"],
  ],
];

const UPDATE: readonly (readonly [string, string, Json, readonly string[]])[] = [
  [
    "another type",
    "base1",
    { type: "view", viewQuery: "select 1 as id" },
    ["indexes: validation_indexes_not_supported", "type: validation_collection_type_change"],
  ],
  [
    "another system state",
    "base1",
    { system: true },
    ["system: validation_collection_system_flag_change"],
  ],
  [
    "another field type",
    "base1",
    {
      fields: [
        { type: "text", name: "id", id: "text3208210256" },
        { type: "number", name: "a", id: "fa" },
      ],
    },
    ["fields.1: validation_field_type_change"],
  ],
  [
    "a system field that is missing",
    "base1",
    {
      fields: [
        { type: "text", name: "id", id: "zzz" },
        { type: "text", name: "a", id: "fa" },
      ],
    },
    ["fields: validation_system_field_change"],
  ],
  [
    "a system field with another name",
    "auth1",
    {
      fields: [
        { type: "text", name: "id", id: "text3208210256" },
        { type: "email", name: "mail", id: "email3885137012" },
      ],
    },
    ["fields: validation_system_field_change"],
  ],
  [
    "a system collection's name and rules",
    "_mfas",
    { name: "mine", listRule: "", viewRule: null, createRule: "", updateRule: "", deleteRule: "" },
    [
      "createRule: validation_collection_system_rule_change",
      "deleteRule: validation_collection_system_rule_change",
      "listRule: validation_collection_system_rule_change",
      "name: validation_collection_system_name_change",
      "updateRule: validation_collection_system_rule_change",
      "viewRule: validation_collection_system_rule_change",
    ],
  ],
  [
    "a system collection's sign-in rules",
    "_superusers",
    { authRule: null, manageRule: "id = ''" },
    [
      "authRule: validation_collection_system_rule_change",
      "manageRule: validation_collection_system_rule_change",
    ],
  ],
  [
    "a system collection's second factor",
    "_superusers",
    { otp: { enabled: true }, mfa: { enabled: true, rule: "id = ''" } },
    ["mfa.rule: validation_collection_system_rule_change"],
  ],
  [
    "a unique index on a system field that is missing",
    "_authOrigins",
    { indexes: [] },
    ["indexes: validation_invalid_unique_system_field_index"],
  ],
];

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startApp();
  await fixture.create({
    name: "base1",
    id: "base1id",
    fields: [{ type: "text", name: "a", id: "fa" }],
    indexes: ["create index base1_a on base1 (a)"],
  });
  await fixture.create({ name: "auth1", type: "auth" });
  await fixture.create({
    name: "view1",
    id: "view1id",
    type: "view",
    viewQuery: "select id from base1",
  });
});
afterAll(() => fixture.close());

/** The codes that an operation is refused with; it must have left everything as it was. */
async function refusalOf(operation: () => Promise<unknown>): Promise<string[]> {
  const before = [await dump(fixture.app), cached(fixture.app)];
  const codes = await problemsOf(operation());
  const after = [await dump(fixture.app), cached(fixture.app)];
  return isDeepStrictEqual(before, after) ? codes : [...codes, "something was changed"];
}

test.for(CREATE)("a new collection with %s is refused", async ([, json, codes]) => {
  expect(await refusalOf(() => fixture.create(json))).toEqual(codes);
});

test.for(UPDATE)("%s is refused", async ([, name, json, codes]) => {
  expect(await refusalOf(() => fixture.update(name, json))).toEqual(codes);
});

test("a name that SQLite keeps for itself is refused with a code", async () => {
  expect(await refusalOf(() => fixture.create({ name: "sqlite_things" }))).toEqual([
    "name: validation_collection_name_invalid",
  ]);
});

test("another id is refused with a code", async () => {
  expect(await refusalOf(() => fixture.update("base1", { id: "other" }))).toEqual([
    "id: validation_values_mismatch",
  ]);
});

describe("what a save would repair is refused by a validation alone:", () => {
  const auth = (change: (collection: Collection) => void) => () => {
    const collection = newCollection("auth", "direct");
    change(collection);
    return collection;
  };
  const without = (name: string) =>
    auth((collection) => {
      collection.fields = collection.fields.filter((field) => field.name !== name);
    });
  const plain = (name: string) =>
    auth((collection) => void (collection.findField(name)!.system = false));

  test.for<[string, () => Collection, string]>([
    [
      "no fields",
      auth((collection) => void (collection.fields = [])),
      "fields: validation_required",
    ],
    ["no id", without("id"), "fields: validation_missing_primary_key"],
    ["no password", without("password"), "fields: validation_missing_password_field"],
    ["no tokenKey", without("tokenKey"), "fields: validation_missing_tokenKey_field"],
    ["no email", without("email"), "fields: validation_missing_email_field"],
    [
      "no emailVisibility",
      without("emailVisibility"),
      "fields: validation_missing_emailVisibility_field",
    ],
    ["no verified", without("verified"), "fields: validation_missing_verified_field"],
    [
      "a plain password",
      plain("password"),
      "fields.password: validation_must_be_system_and_hidden",
    ],
    [
      "a plain tokenKey",
      plain("tokenKey"),
      "fields.tokenKey: validation_must_be_system_and_hidden",
    ],
    ["a plain email", plain("email"), "fields.email: validation_must_be_system"],
    [
      "a plain emailVisibility",
      plain("emailVisibility"),
      "fields.emailVisibility: validation_must_be_system",
    ],
    ["a plain verified", plain("verified"), "fields.verified: validation_must_be_system"],
    [
      "a visible password",
      auth((collection) => void (collection.findField("password")!.hidden = false)),
      "fields.password: validation_must_be_system_and_hidden",
    ],
    [
      "a field id twice",
      auth((collection) => void (collection.fields.at(-1)!.id = collection.fields[0]!.id)),
      "fields.5.id: validation_duplicated_field_id",
    ],
    [
      "no unique index of the e-mail",
      auth((collection) => void collection.indexes.pop()),
      "indexes: validation_missing_required_unique_index",
    ],
  ])("%s", async ([, make, code]) => {
    expect(await problemsOf(fixture.app.validate(make()))).toContain(code);
  });
});
