import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import type { Field } from "../../src/fields/field.ts";
import { fieldType } from "../../src/fields/index.ts";
import { RecordModel } from "../../src/records/record.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";
import { makeField, problemOf, REQUIRED, settingsProblemsOf, tooLow } from "./fixture.ts";

const [A, B, C, D] = ["aaaaaaaaaaaaaa0", "aaaaaaaaaaaaaa1", "aaaaaaaaaaaaaa2", "aaaaaaaaaaaaaa3"];
const MISSING = {
  code: "validation_missing_rel_records",
  message: "Failed to find all relation records with the provided ids.",
};
const tooFew = (minSelect: number) => ({
  code: "validation_not_enough_values",
  message: `Select at least ${minSelect}.`,
  params: { minSelect },
});
const tooMany = (maxSelect: number) => ({
  code: "validation_too_many_values",
  message: `Select no more than ${maxSelect}.`,
  params: { maxSelect },
});

let fixture: Fixture;
let target: Collection;
let view: Collection;

beforeAll(async () => {
  fixture = await startApp();
  target = await fixture.create({ name: "targets", type: "base", fields: [] });
  for (const id of [A, B, C, D]) await fixture.app.save(fixture.app.newRecord(target, { id }));
  view = await fixture.create({ name: "seen", type: "view", viewQuery: "select id from targets" });
});

afterAll(() => fixture.close());

const context = () => ({ app: fixture.app, record: new RecordModel(target) });

function relationTo(collection: Collection, options: Record<string, unknown> = {}): Field {
  return makeField("relation", { collectionId: collection.id, ...options });
}

describe("a relation", () => {
  const many = { maxSelect: 3, minSelect: 2 };

  // Answers of PocketBase 0.40.4.
  test.each([
    [{}, A, undefined],
    [{}, "", undefined],
    [{}, "nope", MISSING],
    [{}, A.toUpperCase(), MISSING],
    [{}, [A, B], undefined],
    [{}, [A, "nope"], MISSING],
    [{}, "x\0y", MISSING],
    [{}, "x".repeat(10_000), MISSING],
    [{ required: true }, "", REQUIRED],
    [{ required: true }, null, REQUIRED],
    [many, [A], tooFew(2)],
    [many, [A, A], tooFew(2)],
    [many, [], undefined],
    [many, [A, B], undefined],
    [many, [A, null, "", B], undefined],
    [many, [A, B, C, D], tooMany(3)],
    [many, [A, "x"], MISSING],
    [many, JSON.stringify([A, B]), undefined],
  ])("with %j, case %#, is judged as PocketBase does", async (options, raw, problem) => {
    expect(await problemOf(relationTo(target, options), raw, context())).toEqual(problem);
  });

  test("finds records of views", async () => {
    expect(await problemOf(relationTo(view), A, context())).toBeUndefined();
    expect(await problemOf(relationTo(view), "nope", context())).toEqual(MISSING);
  });

  test("says when its collection is gone", async () => {
    expect(await problemOf(makeField("relation", { collectionId: "gone" }), A, context())).toEqual({
      code: "validation_missing_rel_collection",
      message: "Relation connection is missing or cannot be accessed.",
    });
  });

  test("asks once for any number of ids", async () => {
    const ids = Array.from({ length: 40_000 }, (_, index) => `id${index}`);
    expect(await problemOf(relationTo(target, { maxSelect: 100_000 }), ids, context())).toEqual(
      MISSING,
    );
  });

  test("tells what it points at and what deleting that does", () => {
    const field = relationTo(target, { cascadeDelete: true, required: true });
    expect(fieldType(field).relatedCollectionId?.(field)).toBe(target.id);
    expect(fieldType(field).onReferenceDelete?.(field)).toEqual({ cascade: true, required: true });
  });
});

describe("the settings of a relation", () => {
  const problems = (field: Field, original?: Collection, collection = target) =>
    settingsProblemsOf(field, {
      app: fixture.app,
      collection,
      original,
      findCollection: (idOrName) => fixture.app.collections.find(idOrName),
    });

  test.each([
    [{ collectionId: "" }, { collectionId: REQUIRED }],
    [
      { collectionId: "nope" },
      {
        collectionId: {
          code: "validation_field_relation_missing_collection",
          message: "The relation collection doesn't exist.",
        },
      },
    ],
    [
      { collectionId: "targets" },
      {
        collectionId: {
          code: "validation_field_relation_missing_collection",
          message: "The relation collection doesn't exist.",
        },
      },
    ],
    [{ minSelect: -1 }, { minSelect: tooLow(0) }],
    [{ minSelect: 2 }, { maxSelect: REQUIRED }],
    [{ minSelect: 2, maxSelect: 1 }, { maxSelect: tooLow(2) }],
    [{ maxSelect: -1 }, { maxSelect: tooLow(0) }],
    [{ maxSelect: 2_147_483_647 }, {}],
  ])("%j", async (options, expected) => {
    expect(await problems(relationTo(target, options))).toEqual(expected);
  });

  test("keep the collection once it is saved", async () => {
    const original = Object.assign(target.clone(), { fields: [relationTo(target)] });
    expect(await problems(relationTo(target), original)).toEqual({});
    expect(await problems(relationTo(view), original)).toEqual({
      collectionId: {
        code: "validation_field_relation_change",
        message: "The relation collection cannot be changed.",
      },
    });
  });

  test("let views only point at views", async () => {
    expect(await problems(relationTo(view))).toEqual({
      collectionId: {
        code: "validation_relation_field_non_view_base_collection",
        message: "Only view collections are allowed to have relations to other views.",
      },
    });
    expect(await problems(relationTo(view), undefined, view)).toEqual({});
  });
});
