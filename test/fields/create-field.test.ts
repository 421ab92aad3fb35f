import { describe, expect, test } from "vitest";
import { createField, FIELD_TYPES, fieldType } from "../../src/fields/index.ts";
import { FieldFormatError } from "../../src/fields/options.ts";

/** The options of each type with their zero values, in the order PocketBase 0.40.4 sends them. */
const OPTIONS: Readonly<Record<string, string>> = {
  text: '{"autogeneratePattern":"","help":"","hidden":false,"id":"","max":0,"min":0,"name":"x","pattern":"","presentable":false,"primaryKey":false,"required":false,"system":false,"type":"text"}',
  number:
    '{"help":"","hidden":false,"id":"","max":null,"min":null,"name":"x","onlyInt":false,"presentable":false,"required":false,"system":false,"type":"number"}',
  bool: '{"help":"","hidden":false,"id":"","name":"x","presentable":false,"required":false,"system":false,"type":"bool"}',
  date: '{"help":"","hidden":false,"id":"","max":"","min":"","name":"x","presentable":false,"required":false,"system":false,"type":"date"}',
  json: '{"help":"","hidden":false,"id":"","maxSize":0,"name":"x","presentable":false,"required":false,"system":false,"type":"json"}',
  geoPoint:
    '{"help":"","hidden":false,"id":"","name":"x","presentable":false,"required":false,"system":false,"type":"geoPoint"}',
  editor:
    '{"convertURLs":false,"help":"","hidden":false,"id":"","maxSize":0,"name":"x","presentable":false,"required":false,"system":false,"type":"editor"}',
  email:
    '{"exceptDomains":[],"help":"","hidden":false,"id":"","name":"x","onlyDomains":[],"presentable":false,"required":false,"system":false,"type":"email"}',
  url: '{"exceptDomains":[],"help":"","hidden":false,"id":"","name":"x","onlyDomains":[],"presentable":false,"required":false,"system":false,"type":"url"}',
  select:
    '{"help":"","hidden":false,"id":"","maxSelect":0,"name":"x","presentable":false,"required":false,"system":false,"type":"select","values":[]}',
  autodate:
    '{"hidden":false,"id":"","name":"x","onCreate":false,"onUpdate":false,"presentable":false,"system":false,"type":"autodate"}',
  relation:
    '{"cascadeDelete":false,"collectionId":"","help":"","hidden":false,"id":"","maxSelect":0,"minSelect":0,"name":"x","presentable":false,"required":false,"system":false,"type":"relation"}',
  file: '{"help":"","hidden":false,"id":"","maxSelect":0,"maxSize":0,"mimeTypes":[],"name":"x","presentable":false,"protected":false,"required":false,"system":false,"thumbs":[],"type":"file"}',
  password:
    '{"cost":0,"help":"","hidden":false,"id":"","max":0,"min":0,"name":"x","pattern":"","presentable":false,"required":false,"system":false,"type":"password"}',
};

describe("createField", () => {
  test.each(Object.entries(OPTIONS))("fills and orders the options of %s", (type, json) => {
    expect(JSON.stringify(createField({ type, name: "x" }))).toBe(json);
  });

  test("knows PocketBase's types and no others", () => {
    expect([...FIELD_TYPES.keys()].toSorted()).toEqual(Object.keys(OPTIONS).toSorted());
  });

  test("takes null for nothing", () => {
    const nothing = Object.fromEntries(
      Object.keys(JSON.parse(OPTIONS["text"]!) as object).map((key) => [key, null]),
    );
    expect(createField({ ...nothing, type: "text", name: "x" })).toEqual(
      createField({ type: "text", name: "x" }),
    );
  });

  test("reads options that have a form of their own", () => {
    expect(createField({ type: "date", name: "x", min: "2024-01-01", max: "x" })).toMatchObject({
      min: "2024-01-01 00:00:00.000Z",
      max: "",
    });
    expect(createField({ type: "select", name: "x", values: ["a", null] })).toMatchObject({
      values: ["a", ""],
    });
    expect(createField({ type: "number", name: "x", min: 0, max: 1.5 })).toMatchObject({
      min: 0,
      max: 1.5,
    });
  });

  test("keeps keys that it does not know, in their alphabetical place", () => {
    const field = createField({ zeta: 1, type: "bool", name: "x", alpha: { a: 1 } });
    expect(Object.keys(field)[0]).toBe("alpha");
    expect(Object.keys(field).at(-1)).toBe("zeta");
  });

  test("shares no lists between fields", () => {
    const [first, second] = [
      createField({ type: "file", name: "x" }),
      createField({ type: "file", name: "x" }),
    ];
    (first["thumbs"] as string[]).push("1x1");
    expect(second["thumbs"]).toEqual([]);
  });

  test("takes keys of prototypes for plain keys", () => {
    const field = createField(
      JSON.parse('{"type":"bool","name":"x","__proto__":{"hidden":true},"constructor":1}'),
    );
    expect(field.hidden).toBe(false);
    expect(Object.getPrototypeOf(field)).toBe(Object.prototype);
  });

  // All of them are "Failed to load the submitted data due to invalid formatting." in PocketBase.
  test.each([
    { name: "x" },
    { name: "x", type: null },
    { name: "x", type: 5 },
    { name: "x", type: "foo" },
    { name: "x", type: "constructor" },
    { name: 5, type: "text" },
    { name: "x", type: "text", id: 5 },
    { name: "x", type: "text", hidden: "x" },
    { name: "x", type: "text", min: "1" },
    { name: "x", type: "text", min: 1.5 },
    { name: "x", type: "text", min: 1e19 },
    { name: "x", type: "text", required: "true" },
    { name: "x", type: "text", required: 1 },
    { name: "x", type: "text", pattern: 1 },
    { name: "x", type: "text", help: 5 },
    { name: "x", type: "number", min: "1" },
    { name: "x", type: "date", min: 5 },
    { name: "x", type: "select", values: "a" },
    { name: "x", type: "select", values: [1] },
  ])("refuses %j", (json) => expect(() => createField(json)).toThrow(FieldFormatError));
});

test("a field of an unknown type has no behaviour", () => {
  expect(() =>
    fieldType({ ...createField({ type: "bool", name: "x" }), type: "toString" }),
  ).toThrow("unknown field type");
});
