import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import type { SettingsContext } from "../../src/fields/field.ts";
import { type ErrorTree, ValidationError } from "../../src/lib/errors.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";
import { makeField, problemOf, REQUIRED, settingsProblemsOf, tooHigh, tooLow } from "./fixture.ts";

const tooShort = (min: number) => ({
  code: "validation_min_text_constraint",
  message: `Must be at least ${min} character(s).`,
  params: { min },
});
const tooLong = (max: number) => ({
  code: "validation_max_text_constraint",
  message: `Must be no more than ${max} character(s).`,
  params: { max },
});
const FORMAT = { code: "validation_invalid_format", message: "Invalid value format." };

describe("a text", () => {
  const limits = { min: 2, max: 5 };
  const pattern = { pattern: "(?i)^[a-zé😀 ]*\\z" };

  // Answers of PocketBase 0.40.4.
  test.each([
    [limits, "a", tooShort(2)],
    [limits, "aaaaaa", tooLong(5)],
    [limits, "😀😀😀😀😀", undefined],
    [limits, "😀", tooShort(2)],
    [limits, "", undefined],
    [{ ...limits, required: true }, "", REQUIRED],
    [{}, "a\0b", undefined],
    [{}, "x".repeat(5000), undefined],
    [{}, "x".repeat(5001), tooLong(5000)],
    [{ max: 10_000 }, "x".repeat(10_000), undefined],
    [pattern, "12", FORMAT],
    [pattern, "ÉÉ", undefined],
    [pattern, "aa\n", FORMAT],
    [{ pattern: "b" }, "abc", undefined],
    [{ pattern: "(?=a)" }, "a", FORMAT],
    [{ ...limits, pattern: "^\\d+$" }, "a", tooShort(2)],
  ])("case %# is judged as PocketBase does", async (options, raw, problem) => {
    expect(await problemOf(makeField("text", options), raw)).toEqual(problem);
  });
});

describe("the settings of a text", () => {
  const regex = (message: string) => ({ code: "validation_invalid_regex", message });
  const value = (shown: string) => ({
    code: "validation_invalid_autogenerate_pattern_value",
    message: `The provided autogenerate pattern could produce invalid field values, ex.: ${shown}.`,
  });
  const operator = (number: number) => ({
    code: "validation_invalid_autogenerate_pattern",
    message: `Unsupported pattern operator ${number}.`,
  });

  test.each([
    [{ min: -1 }, { min: tooLow(0) }],
    [{ min: 5, max: 4 }, { max: tooLow(5) }],
    [{ min: 5, max: 0 }, {}],
    [{ max: -1 }, { max: tooLow(0) }],
    [{ min: 2 ** 53 }, { min: tooHigh(9007199254740991) }],
    [{ max: 2 ** 53 }, { max: tooHigh(9007199254740991) }],
    [{ max: 2 ** 53 - 1 }, {}],
    [{ pattern: "[" }, { pattern: regex("Error parsing regexp: missing closing ]: `[`.") }],
    [
      { autogeneratePattern: "[" },
      { autogeneratePattern: regex("Error parsing regexp: missing closing ]: `[`.") },
    ],
    [{ autogeneratePattern: "^a" }, { autogeneratePattern: operator(9) }],
    [{ autogeneratePattern: "a$" }, { autogeneratePattern: operator(10) }],
    [{ autogeneratePattern: "\\b" }, { autogeneratePattern: operator(11) }],
    [{ autogeneratePattern: "a{3}b", max: 3 }, { autogeneratePattern: value('"aaab"') }],
    [{ autogeneratePattern: "a?", required: true }, { autogeneratePattern: value('""') }],
    [{ autogeneratePattern: "a?" }, {}],
    [{ autogeneratePattern: "1{3}", pattern: "^[a-z]+$" }, { autogeneratePattern: value('"111"') }],
    [{ autogeneratePattern: "(?P<n>ab)" }, {}],
  ])("%j", async (options, problems) => {
    const context = { collection: { fields: [] } } as unknown as SettingsContext;
    expect(await settingsProblemsOf(makeField("text", options), context)).toEqual(problems);
  });
});

describe("the id of a record", () => {
  let fixture: Fixture;
  let collection: Collection;

  beforeAll(async () => {
    fixture = await startApp();
    collection = await fixture.create({
      name: "ids",
      type: "base",
      fields: [
        {
          name: "id",
          type: "text",
          primaryKey: true,
          required: true,
          system: true,
          pattern: "^[^x]*$",
          min: 2,
          autogeneratePattern: "[a-w]{5}",
        },
        { name: "slug", type: "text", autogeneratePattern: "[a-c]{3}" },
        { name: "plain", type: "text" },
      ],
    });
    await save({ id: "ab" });
  });

  afterAll(() => fixture.close());

  async function save(values: Record<string, unknown>) {
    const record = fixture.app.newRecord(collection, values);
    await fixture.app.save(record);
    return record;
  }

  async function refusal(values: Record<string, unknown>): Promise<ErrorTree> {
    try {
      await save(values);
    } catch (error) {
      if (error instanceof ValidationError) return error.errors;
      throw error;
    }
    return {};
  }

  const forbidden = (ch: string) => ({
    code: "validation_forbidden_pk_character",
    message: `'${ch}' is not a valid primary key character.`,
    params: { ch },
  });
  const reserved = (name: string) => ({
    code: "validation_reserved_pk",
    message: `The primary key '${name}' is reserved and cannot be used.`,
    params: { reserved: name },
  });
  const TAKEN = {
    code: "validation_pk_invalid",
    message: "The record primary key is invalid or already exists.",
  };

  test.each([
    ["ab", TAKEN],
    ["AB", TAKEN],
    ["a", tooShort(2)],
    ["axb", FORMAT],
    ["a.b", forbidden(".")],
    ["a b", forbidden(" ")],
    ["a/b", forbidden("/")],
    ["a\\b", forbidden("\\")],
    ["a\nb", forbidden("\n")],
    ["a\0b", forbidden("\0")],
    ["a%b", forbidden("%")],
    ["a'b", forbidden("'")],
    ["con", reserved("CON")],
    ["LPT9", reserved("LPT9")],
    ["Nul", reserved("NUL")],
  ])("%j is refused as PocketBase does", async (id, problem) => {
    expect(await refusal({ id })).toEqual({ id: problem });
  });

  test.each(["é1", "con1", "12", "a_b", "a-b", "日本"])("%j is accepted", async (id) => {
    expect((await save({ id })).id).toBe(id);
  });

  test("is made from its pattern when none is given", async () => {
    expect((await save({})).id).toMatch(/^[a-w]{5}$/);
  });

  test("cannot be changed", async () => {
    const record = await save({ id: "first" });
    record.set("id", "other");
    await expect(fixture.app.save(record)).rejects.toMatchObject({
      errors: {
        id: { code: "validation_pk_change", message: "The record primary key cannot be changed." },
      },
    });
  });

  test("must be named so, have a pattern, be visible, and be the only one", async () => {
    const field = makeField("text", { primaryKey: true, hidden: true });
    const twice = Object.assign(collection.clone(), { fields: [...collection.fields, field] });
    const context = {
      app: fixture.app,
      collection: twice,
      original: undefined,
      findCollection: () => undefined,
    };
    expect(await settingsProblemsOf(field, context)).toEqual({
      name: { code: "validation_in_invalid", message: 'The primary key must be named "id".' },
      pattern: REQUIRED,
      hidden: { code: "validation_empty", message: "Must be blank." },
      required: REQUIRED,
      primaryKey: {
        code: "validation_unsupported_composite_pk",
        message: "Composite PKs are not supported and the collection must have only 1 PK.",
      },
    });
  });

  describe("beside generated texts", () => {
    test("an empty one is filled when the record is made, and only then", async () => {
      const record = await save({});
      expect(record.get("slug")).toMatch(/^[abc]{3}$/);
      record.set("slug", "");
      await fixture.app.save(record);
      expect(record.get("slug")).toBe("");
    });

    test("a given one stays", async () =>
      expect((await save({ slug: "mine" })).get("slug")).toBe("mine"));

    test("the modifier appends to what is submitted", async () => {
      expect((await save({ "slug:autogenerate": "pre-" })).get("slug")).toMatch(/^pre-[abc]{3}$/);
      expect((await save({ "plain:autogenerate": "only" })).get("plain")).toBe("only");
    });

    test("validation alone fills it too", async () => {
      const record = fixture.app.newRecord(collection, { id: "valid" });
      await fixture.app.validate(record);
      expect(record.get("slug")).toMatch(/^[abc]{3}$/);
    });
  });
});
