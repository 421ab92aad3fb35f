import { expect, test } from "vitest";
import { makeField, REQUIRED, settingsProblemsOf } from "./fixture.ts";

const LENGTH = (max: number) => ({
  code: "validation_length_out_of_range",
  message: `The length must be between 1 and ${max}.`,
  params: { max, min: 1 },
});
const FORMAT = { code: "validation_match_invalid", message: "Must be in a valid format." };
const LISTED = { code: "validation_not_in_invalid", message: "Must not be in list." };
const VIA = { code: "validation_found_via", message: 'The value cannot contain "_via_".' };

// Answers of PocketBase 0.40.4 to collections with such a field.
test.each([
  [{ id: "" }, { id: REQUIRED }],
  [{ id: "a".repeat(100) }, {}],
  [{ id: "a".repeat(101) }, { id: LENGTH(100) }],
  [{ id: "é".repeat(51) }, { id: LENGTH(100) }],
  [{ id: "a b" }, {}],
  [{ name: "" }, { name: REQUIRED }],
  [{ name: "a".repeat(100) }, {}],
  [{ name: "a".repeat(101) }, { name: LENGTH(100) }],
  [{ name: "x".repeat(10_000) }, { name: LENGTH(100) }],
  [{ name: "a-b" }, { name: FORMAT }],
  [{ name: "é" }, { name: FORMAT }],
  [{ name: "a\n" }, { name: FORMAT }],
  [{ name: "a\0" }, { name: FORMAT }],
  [{ name: "null" }, { name: LISTED }],
  [{ name: "true" }, { name: LISTED }],
  [{ name: "false" }, { name: LISTED }],
  [{ name: "_rowid_" }, { name: LISTED }],
  [{ name: "collectionId" }, { name: LISTED }],
  [{ name: "collectionName" }, { name: LISTED }],
  [{ name: "expand" }, { name: LISTED }],
  [{ name: "NULL" }, {}],
  [{ name: "rowid" }, {}],
  [{ name: "1" }, {}],
  [{ name: "__proto__" }, {}],
  [{ name: "constructor" }, {}],
  [{ name: "a_via_b" }, { name: VIA }],
  [{ name: "a_VIA_b" }, { name: VIA }],
  [{ name: "_via_" }, { name: VIA }],
  [{ help: "x".repeat(300) }, {}],
  [{ help: "x".repeat(301) }, { help: LENGTH(300) }],
  [{ help: "é".repeat(151) }, { help: LENGTH(300) }],
  [
    { id: "", name: "", help: "x".repeat(301) },
    { id: REQUIRED, name: REQUIRED, help: LENGTH(300) },
  ],
])("the settings %j are judged as PocketBase does", async (options, problems) => {
  expect(await settingsProblemsOf(makeField("bool", options))).toEqual(problems);
});
