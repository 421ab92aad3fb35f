import type { CollectionModel } from "pocketbase";
import { describe, expect, test } from "vitest";
import { completeRule } from "../../../../src/ui/admin/rules/complete-rule.ts";

interface Field {
  readonly name: string;
  readonly type: string;
  readonly [option: string]: unknown;
}

function collection(name: string, fields: readonly Field[], more: object = {}): CollectionModel {
  const full = fields.map((field) => ({
    id: `${name}_${field.name}`,
    system: false,
    hidden: false,
    presentable: false,
    ...field,
  }));
  return {
    id: `id_${name}`,
    name,
    type: "base",
    system: false,
    indexes: [],
    created: "",
    updated: "",
    fields: full,
    ...more,
  } as CollectionModel;
}

const users = collection(
  "users",
  [
    { name: "id", type: "text", system: true },
    { name: "password", type: "password", system: true, hidden: true },
    { name: "email", type: "email", system: true },
    { name: "team", type: "relation", collectionId: "id_teams", maxSelect: 1 },
  ],
  { type: "auth" },
);
const teams = collection("teams", [
  { name: "id", type: "text", system: true },
  { name: "title", type: "text" },
]);
const posts = collection("posts", [
  { name: "id", type: "text", system: true },
  { name: "title", type: "text" },
  { name: "tags", type: "select", values: ["a"], maxSelect: 3 },
  { name: "kind", type: "select", values: ["a"], maxSelect: 1 },
  { name: "author", type: "relation", collectionId: "id_users", maxSelect: 1 },
]);
const scope = { collection: posts, collections: [users, teams, posts] };

/** @param code with `|` where the caret is */
function texts(code: string): string[] | undefined {
  const caret = code.indexOf("|");
  const text = code.replace("|", "");
  return completeRule(text, caret, scope)?.suggestions.map((suggestion) => suggestion.text);
}

describe("a word", () => {
  test("finds fields by their beginning, and behind relations", () => {
    expect(texts("ti|")?.slice(0, 2)).toEqual(["title", "title:lower"]);
    expect(texts("au|")?.[0]).toBe("author");
    expect(texts("em|")?.[0]).toBe("author.email");
  });

  test("is completed where the caret is, not at the end", () => {
    const found = completeRule("id = 1 && ti = 2", "id = 1 && ti".length, scope);
    expect(found?.from).toBe("id = 1 && ".length);
    expect(found?.suggestions[0]?.text).toBe("title");
  });

  test("finds functions", () => {
    expect(texts("geo|")).toContain("geoDistance(");
  });

  test.for([
    "|",
    "title = |",
    'title = "ti|"',
    "title = 'x ti|'",
    "// ti|",
    "title ~ 'it\\'s ti|'",
  ])("has no suggestions in %s", (code) => {
    expect(texts(code)).toBeUndefined();
  });
});

describe("a path", () => {
  test("follows relations", () => {
    expect(texts("author.|")).toEqual([
      "author.id",
      "author.email",
      "author.team",
      "author.posts_via_author.",
      "author.collectionId",
      "author.collectionName",
    ]);
    expect(texts("author.team.tit|")).toEqual(["author.team.title", "author.team.title:lower"]);
  });

  test("goes backwards by _via_", () => {
    expect(texts("@request.auth.posts|")).toContain("@request.auth.posts_via_author.");
    expect(texts("@request.auth.posts_via_author.ti|")?.[0]).toBe(
      "@request.auth.posts_via_author.title",
    );
  });

  test("never offers passwords", () => {
    expect(texts("author.pass|")).toEqual([]);
  });

  test("that leads nowhere has no suggestions", () => {
    expect(texts("title.x|")).toEqual([]);
  });
});

describe("modifiers", () => {
  test.for<[string, string[]]>([
    ["tags:|", ["tags:each", "tags:length"]],
    ["kind:|", []],
    ["title:l|", ["title:lower"]],
    [
      "@request.body.title:|",
      ["@request.body.title:isset", "@request.body.title:lower", "@request.body.title:changed"],
    ],
  ])("%s", ([code, expected]) => {
    expect(texts(code)?.toSorted()).toEqual(expected.toSorted());
  });
});

describe("@", () => {
  test("offers what the request knows, joins and macros", () => {
    expect(texts("@re|")).toEqual([
      "@request.auth.",
      "@request.body.",
      "@request.query.",
      "@request.headers.",
      "@request.method",
      "@request.context",
    ]);
    expect(texts("@y|")).toEqual(["@yesterday", "@yearStart", "@yearEnd", "@year"]);
  });

  test("joins any collection, under another name too", () => {
    expect(texts("@collection.t|")).toEqual(["@collection.teams."]);
    expect(texts("@collection.teams.ti|")?.[0]).toBe("@collection.teams.title");
    expect(texts("@collection.teams:mine.ti|")?.[0]).toBe("@collection.teams:mine.title");
  });
});

test("never more than thirty", () => {
  const many = Array.from({ length: 80 }, (_, index) => ({ name: `field${index}`, type: "text" }));
  const wide = collection("wide", many);
  const found = completeRule("field", 5, { collection: wide, collections: [wide] });
  expect(found?.suggestions).toHaveLength(30);
});
