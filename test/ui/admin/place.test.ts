import { expect, test } from "vitest";
import { matchPath, parsePlace, placeHref } from "../../../src/ui/admin/shell/place.ts";

test.for<[string, string, Record<string, string>]>([
  ["", "/", {}],
  ["#", "/", {}],
  ["#/", "/", {}],
  ["#/collections", "/collections", {}],
  ["#collections/", "/collections", {}],
  [
    "#/collections?collection=posts&filter=a%20%3D%20%22b%3F%22",
    "/collections",
    { collection: "posts", filter: 'a = "b?"' },
  ],
])("%s is a place", ([hash, path, query]) => {
  expect(parsePlace(hash)).toEqual({ path, query });
});

test("the address of a place leads back to it", () => {
  const place = { path: "/collections", query: { collection: "a b", filter: 'x ~ "ü&?#"' } };
  expect(parsePlace(placeHref(place))).toEqual(place);
  expect(placeHref({ path: "/a", query: { empty: "" } })).toBe("#/a");
});

test.for<[string, string, Record<string, string> | undefined]>([
  ["/login", "/login", {}],
  ["/login", "/login/x", undefined],
  ["/auth/{kind}", "/auth/", undefined],
  ["/auth/confirm/{token}", "/auth/confirm/a.b.c", { token: "a.b.c" }],
  ["/auth/confirm/{token}", "/auth/confirm/a%2Fb", { token: "a/b" }],
  ["/auth/confirm/{token}", "/auth/confirm/%zz", { token: "%zz" }],
  ["/extensions/{name}/{path...}", "/extensions/x/a/b", { name: "x", path: "a/b" }],
  ["/extensions/{name}/{path...}", "/extensions/x", { name: "x", path: "" }],
  ["/extensions/{name}/{path...}", "/extensions", undefined],
])("%s on %s", ([pattern, path, expected]) => {
  expect(matchPath(pattern, path)).toEqual(expected);
});
