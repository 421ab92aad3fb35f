import { expect, test } from "vitest";
import { unknownNames } from "../../../../src/ui/admin/records/list/unknown-names.ts";

const NAMES = ["id", "title", "author", "place"];

test.each([
  ["title ~ 'a'", []],
  ["titel ~ 'a'", ["titel"]],
  ["titel = 1 || author.name = 2 && nix:lower = titel", ["titel", "nix"]],
  ["title = 'nix' && id != \"nix\"", []],
  ["posts_via_author.id ?= 'x'", []],
  ["geoDistance(place.lon, place.lat, 1, 2) < 25", []],
  ["@request.auth.id = id && @now > title", []],
  ["title = true || id = null // nix", []],
])("in %j the unknown names are %j", (filter, unknown) => {
  expect(unknownNames(filter, NAMES)).toEqual(unknown);
});
