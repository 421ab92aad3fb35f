import { expect, test } from "vitest";
import { addField, fieldList } from "../../src/collections/field-list.ts";
import { createField } from "../../src/fields/index.ts";

const text = (name: string, id = "", options: Record<string, unknown> = {}) =>
  createField({ type: "text", name, id, ...options });

test("a missing id is made of type and name", () => {
  expect(fieldList([text("title"), text("id")]).map(({ id }) => id)).toEqual([
    "text724990059",
    "text3208210256",
  ]);
});

test("a made id that is taken gets a number", () => {
  const fields = [text("other", "text724990059"), text("another", "text7249900592"), text("title")];
  expect(fieldList(fields).at(-1)!.id).toBe("text7249900593");
});

test("a field without an id takes the place and the id of its namesake", () => {
  const list = [text("a", "1"), text("b", "2")];
  addField(list, text("a", "", { max: 5 }));
  expect(list.map(({ id, name, ["max"]: max }) => [id, name, max])).toEqual([
    ["1", "a", 5],
    ["2", "b", 0],
  ]);
});

test("a field with an id takes the place of the one with this id, whatever its name", () => {
  const list = [text("a", "1"), text("b", "2")];
  addField(list, text("c", "1"));
  addField(list, text("b", "3"));
  expect(list.map(({ id, name }) => [id, name])).toEqual([
    ["1", "c"],
    ["2", "b"],
    ["3", "b"],
  ]);
});
