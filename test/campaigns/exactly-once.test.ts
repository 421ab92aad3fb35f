import { describe, expect, it } from "vitest";
import { findPlaces, MUTANTS } from "./exactly-once/mutants.ts";

describe("a mutant of the campaign exactly-once", () => {
  it.for(Object.entries(MUTANTS))("%s has its place in the product", ([, changes]) => {
    expect(changes.map((change) => findPlaces(change))).toEqual(changes.map(() => 1));
  });
});
