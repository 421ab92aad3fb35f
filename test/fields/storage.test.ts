import { afterAll, beforeAll, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import { FIELD_TYPES, fieldType } from "../../src/fields/index.ts";
import { RecordModel } from "../../src/records/record.ts";
import { isStrictJson, RawJson, stringifyJson } from "../../src/lib/json.ts";
import { ODD_VALUES } from "../../src/testing/field-contract.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";

let fixture: Fixture;
let collection: Collection;

beforeAll(async () => {
  fixture = await startApp();
  const target = await fixture.create({ name: "targets", type: "base", fields: [] });
  const options: Record<string, Record<string, unknown>> = {
    select: { values: ["a", "b"] },
    relation: { collectionId: target.id },
    autodate: { onCreate: true },
    password: { cost: 4 },
  };
  collection = await fixture.create({
    name: "everything",
    type: "base",
    fields: [...FIELD_TYPES.values()].flatMap(({ type, isList }) => {
      const single = { name: `f_${type}`, type, ...options[type] };
      return isList ? [single, { ...single, name: `m_${type}`, maxSelect: 2 }] : [single];
    }),
  });
});

afterAll(() => fixture.close());

test("a row without values reads as zero values, and its columns hold them", async () => {
  await fixture.app.db.run({ sql: "INSERT INTO everything (id) VALUES ('zero')", parameters: [] });
  const record = await fixture.app.findRecordById(collection, "zero");
  const wrong = collection.fields.filter((field) => {
    const type = fieldType(field);
    const [value, zero] = [record.get(field.name), type.zero(field)];
    return field.name !== "id" && value !== zero && !type.equals?.(value, zero);
  });
  expect(wrong.map((field) => field.name)).toEqual([]);
});

test("columns that hold NULL read as zero values", async () => {
  const record = RecordModel.fromRow(collection, { id: "x" });
  expect(record.get("f_text")).toBe("");
  expect(record.get("m_select")).toEqual([]);
  expect(record.get("f_json")).toBeNull();
  expect(record.get("f_geoPoint")).toEqual({ lon: 0, lat: 0 });
});

test("whatever was set is read back from the database as it was", async () => {
  for (const [index, raw] of ODD_VALUES.entries()) {
    const record = new RecordModel(collection);
    record.set("id", `odd${index}`);
    for (const field of collection.fields.filter(({ name }) => name !== "id")) {
      // The checks refuse numbers that no column can hold.
      const value = fieldType(field).prepare(field, raw);
      if (typeof value === "number" && !Number.isFinite(value)) continue;
      if (value instanceof RawJson && !isStrictJson(value)) continue;
      record.setRaw(field.name, value);
    }
    await fixture.app.saveNoValidate(record);
    const stored = await fixture.app.findRecordById(collection, record.id);
    const wrong = collection.fields.filter((field) => {
      const type = fieldType(field);
      const [before, after] = [record.get(field.name), stored.get(field.name)];
      const isSame = Object.is(before, after) || type.equals?.(before, after);
      return !isSame && !isSameNumber(before, after);
    });
    expect(wrong.map((field) => `${field.name} with odd value ${index}`)).toEqual([]);
  }
});

/** A json column turns numbers into SQLite's own: their spelling goes, their value stays. */
function isSameNumber(before: unknown, after: unknown): boolean {
  const [first, second] = [before, after].map(
    (value) => JSON.parse(stringifyJson(value)) as unknown,
  );
  return typeof first === "number" && first === second;
}
