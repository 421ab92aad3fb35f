import { expect, test } from "vitest";
import { foldKeys } from "../../src/lib/fold-keys.ts";

test.each([
  [{ name: "a" }, { name: "a" }],
  [
    { NAME: "a", ClientID: 1 },
    { name: "a", clientId: 1 },
  ],
  [{ name: "a", Name: "b" }, { name: "b" }],
  [{ Name: "b", name: "a" }, { name: "a" }],
  [{ nope: 1, __proto__: { name: "x" } }, {}],
])("%j is read as %j", (values, expected) => {
  expect(foldKeys(values, ["name", "clientId"])).toEqual(expected);
});
