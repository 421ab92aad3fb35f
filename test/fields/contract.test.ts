import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import { RecordModel } from "../../src/records/record.ts";
import { FIELD_TYPES } from "../../src/fields/index.ts";
import { fieldContract } from "../../src/testing/field-contract.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";

let fixture: Fixture;
let collection: Collection;

beforeAll(async () => {
  fixture = await startApp();
  collection = await fixture.create({ name: "contract_target", type: "base", fields: [] });
});

afterAll(() => fixture.close());

/** Options without which a field of the type cannot be valid. */
const NEEDED: Readonly<Record<string, () => Record<string, unknown>>> = {
  select: () => ({ values: ["a", "b"], maxSelect: 2 }),
  relation: () => ({ collectionId: "pbc_contract_target" }),
  autodate: () => ({ onCreate: true }),
  file: () => ({ maxSelect: 3 }),
};

describe.each([...FIELD_TYPES.values()])("the field type $type", (type) => {
  const cases = fieldContract(type, {
    options: NEEDED[type.type]?.() ?? {},
    value: () => ({ app: fixture.app, record: new RecordModel(collection) }),
    settings: () => ({
      app: fixture.app,
      collection,
      original: undefined,
      findCollection: (id) =>
        id === "pbc_contract_target" ? Object.assign(collection.clone(), { id }) : undefined,
    }),
  });
  test.each(cases)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
