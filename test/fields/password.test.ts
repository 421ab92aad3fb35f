import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import { fieldType } from "../../src/fields/index.ts";
import { PasswordValue } from "../../src/fields/password.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";
import {
  makeField,
  prepare,
  problemOf,
  REQUIRED,
  settingsProblemsOf,
  tooHigh,
  tooLow,
} from "./fixture.ts";

const INVALID = { code: "validation_invalid_value", message: "Invalid value." };
const tooShort = (min: number) => ({
  code: "validation_min_text_constraint",
  message: `Must be at least ${min} character(s).`,
});
const tooLong = (max: number) => ({
  code: "validation_max_text_constraint",
  message: `Must be less than ${max} character(s).`,
});
const options = { min: 3, max: 70, pattern: "^[a-zé ]+$", required: true };

describe("a submitted password", () => {
  // Answers of PocketBase 0.40.4.
  test.each([
    [options, "ab", tooShort(3)],
    [options, "abc", undefined],
    [options, "a".repeat(70), undefined],
    [options, "a".repeat(71), tooLong(70)],
    [options, "a".repeat(72), tooLong(70)],
    [options, "a".repeat(73), INVALID],
    [options, "é".repeat(36), undefined],
    [options, "é".repeat(37), INVALID],
    [options, "ABC", { code: "validation_invalid_format", message: "Invalid value format." }],
    [options, "", REQUIRED],
    [options, null, REQUIRED],
    [options, ["x"], REQUIRED],
    [options, true, undefined],
    [{}, "a".repeat(71), undefined],
    [{}, "a".repeat(72), tooLong(71)],
    [{}, "a", undefined],
    [{}, "", undefined],
    [{}, "a\0b", undefined],
  ])("case %# is judged as PocketBase does", async (settings, raw, problem) => {
    expect(await problemOf(makeField("password", settings), raw)).toEqual(problem);
  });

  test("is not judged once it is only a hash", async () => {
    const field = makeField("password", options);
    const value = PasswordValue.fromHash(
      "$2a$04$KDplETfIjZoQ0g27/rqr.OK0c6Seg33NSqNI7Os2gBPNlBTSSGV8m",
    );
    expect(await fieldType(field).validate(field, value, undefined as never)).toBeUndefined();
  });
});

describe("the settings of a password", () => {
  test.each([
    [{ min: -1 }, { min: tooLow(1) }],
    [{ min: 72 }, { min: tooHigh(71) }],
    [{ min: 5 }, {}],
    [{ min: 5, max: 4 }, { max: tooLow(5) }],
    [{ max: 72 }, { max: tooHigh(71) }],
    [{ cost: 3 }, { cost: tooLow(4) }],
    [{ cost: 32 }, { cost: tooHigh(31) }],
    [{ cost: 4 }, {}],
    [
      { pattern: "[" },
      {
        pattern: {
          code: "validation_invalid_regex",
          message: "Error parsing regexp: missing closing ]: `[`.",
        },
      },
    ],
  ])("%j", async (settings, problems) => {
    expect(await settingsProblemsOf(makeField("password", settings))).toEqual(problems);
  });
});

describe("a password value", () => {
  const field = makeField("password", { cost: 4 });
  const type = fieldType(field);

  test("is a hash when it is read and a plain text when it is set", () => {
    expect(prepare(field, "$2a$04$x")).toMatchObject({ plain: "", hash: "$2a$04$x" });
    expect(type.assign?.(field, undefined, "$2a$04$x")).toMatchObject({
      plain: "$2a$04$x",
      hash: "",
    });
  });

  test("is not empty for rules before it is hashed, and nothing matches what stands there", async () => {
    const value = PasswordValue.fromPlain("secret");
    const candidate = type.toDatabase?.(field, value);
    expect(candidate).toBe("*");
    expect(await (prepare(field, candidate) as PasswordValue).matches("secret")).toBe(false);
    expect(type.toDatabase?.(field, PasswordValue.fromPlain(""))).toBe("");
  });

  test("is hashed once", async () => {
    const value = PasswordValue.fromPlain("secret");
    expect(await value.matches("secret")).toBe(true);
    await Promise.all([type.settle?.(field, value), type.settle?.(field, value)]);
    const { hash } = value;
    expect(hash).toMatch(/^\$2a\$04\$/);
    await type.settle?.(field, value);
    expect(value.hash).toBe(hash);
    expect(await value.matches("secret")).toBe(true);
    expect(await value.matches("other")).toBe(false);
  });

  test("that cannot be hashed is left to the checks", async () => {
    const value = PasswordValue.fromPlain("x".repeat(73));
    await type.settle?.(field, value);
    expect(value.hash).toBe("");
  });

  test("shows itself nowhere", () => {
    const value = PasswordValue.fromPlain("secret");
    expect(JSON.stringify({ value, hash: PasswordValue.fromHash("$2a$x") })).toBe(
      '{"value":"","hash":""}',
    );
    expect(type.toJson?.(field, value)).toBe("");
    expect(String(value)).toBe("secret");
    expect(String(value.withoutPlain())).toBe("");
  });

  test("has changed when another one was set", () => {
    const hash = PasswordValue.fromHash("$2a$a");
    expect(type.equals?.(hash, PasswordValue.fromHash("$2a$a"))).toBe(true);
    expect(type.equals?.(hash, PasswordValue.fromHash("$2a$b"))).toBe(false);
    expect(type.equals?.(hash, PasswordValue.fromPlain("a"))).toBe(false);
    expect(type.equals?.(PasswordValue.fromHash(""), PasswordValue.fromPlain("a"))).toBe(false);
    expect(type.equals?.(PasswordValue.fromPlain("a"), PasswordValue.fromPlain("b"))).toBe(false);
  });
});

describe("a saved password", () => {
  let fixture: Fixture;
  let collection: Collection;

  beforeAll(async () => {
    fixture = await startApp();
    collection = await fixture.create({
      name: "secrets",
      type: "base",
      fields: [
        { name: "pass", type: "password", cost: 4 },
        { name: "note", type: "text" },
      ],
    });
  });

  afterAll(() => fixture.close());

  test("is stored as its hash, and its text is forgotten", async () => {
    const record = fixture.app.newRecord(collection, { pass: "secret" });
    await fixture.app.save(record);
    const hash = record.get("pass:hash");
    expect(hash).toMatch(/^\$2a\$04\$/);
    expect(record.getString("pass")).toBe("");
    const stored = await fixture.app.findRecordById(collection, record.id);
    expect(stored.get("pass:hash")).toBe(hash);
    expect(await (stored.get("pass") as PasswordValue).matches("secret")).toBe(true);
    expect(JSON.parse(JSON.stringify(stored))).toMatchObject({ pass: "" });
  });

  test("stays when something else is saved, changes when it is set, goes when it is emptied", async () => {
    const record = fixture.app.newRecord(collection, { pass: "secret" });
    await fixture.app.save(record);
    const first = record.get("pass:hash");
    const again = await fixture.app.findRecordById(collection, record.id);
    again.set("note", "x");
    await fixture.app.save(again);
    expect((await fixture.app.findRecordById(collection, record.id)).get("pass:hash")).toBe(first);
    again.set("pass", "other");
    await fixture.app.save(again);
    const changed = await fixture.app.findRecordById(collection, record.id);
    expect(await (changed.get("pass") as PasswordValue).matches("other")).toBe(true);
    changed.set("pass", "");
    await fixture.app.save(changed);
    expect((await fixture.app.findRecordById(collection, record.id)).get("pass:hash")).toBe("");
  });
});
