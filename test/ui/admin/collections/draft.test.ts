import type { CollectionModel } from "pocketbase";
import { beforeEach, describe, expect, test } from "vitest";
import { changesOf, needsConfirmation } from "../../../../src/ui/admin/collections/changes.ts";
import {
  addField,
  type CollectionDraft,
  draftAfterSave,
  draftToBody,
  duplicateCollection,
  duplicateField,
  isDraftChanged,
  patchCollection,
  patchField,
  removeField,
  repeatedNames,
  restoreField,
  startDraft,
  withFinalNames,
} from "../../../../src/ui/admin/collections/draft.ts";
import {
  finalIdentifier,
  freeIdentifier,
  typedIdentifier,
} from "../../../../src/ui/admin/collections/identifiers.ts";

function field(id: string, name: string, more: Record<string, unknown> = {}) {
  return { id, name, type: "text", system: false, hidden: false, presentable: false, ...more };
}

const POSTS: CollectionModel = {
  id: "posts1",
  name: "posts",
  type: "base",
  system: false,
  created: "",
  updated: "",
  listRule: "",
  fields: [
    field("f1", "title"),
    field("f2", "tags", { type: "select", values: ["a", 'b"c'], maxSelect: 3 }),
    field("f3", "created", { type: "autodate", onCreate: true, onUpdate: false }),
  ],
  indexes: ["CREATE INDEX `i1` ON `posts` (`title`)", "CREATE INDEX `i2` ON `posts` (`tags`)"],
};

let draft: CollectionDraft;
beforeEach(() => {
  draft = startDraft(POSTS);
});

function keyOf(name: string): string {
  return draft.fields.find((each) => each.field.name === name)!.key;
}

function names(of: CollectionDraft): string[] {
  return draftToBody(of).fields.map(({ name }) => name);
}

describe("a draft", () => {
  test("is unchanged until something changes, and again when it is changed back", () => {
    expect(isDraftChanged(draft, POSTS)).toBe(false);
    const renamed = patchField(draft, keyOf("title"), { name: "headline" });
    expect(isDraftChanged(renamed, POSTS)).toBe(true);
    const back = patchField(renamed, keyOf("title"), { name: "title" });
    expect(isDraftChanged(back, POSTS)).toBe(false);
  });

  test("does not change what it was started from", () => {
    const before = JSON.stringify(POSTS);
    patchField(draft, keyOf("tags"), { values: [] });
    expect(JSON.stringify(POSTS)).toBe(before);
  });

  test("takes the name of a field into the indexes", () => {
    const renamed = patchField(draft, keyOf("title"), { name: "headline" });
    expect(draftToBody(renamed).indexes[0]).toBe("CREATE INDEX `i1` ON `posts` (`headline`)");
  });

  test("adds fields before the dates at the end, under a free name", () => {
    const { draft: added } = addField(draft, field("x", "Title"));
    expect(names(added)).toEqual(["title", "tags", "Title2", "created"]);
    expect(draftToBody(added).fields[2]?.id).toBe("");
  });

  test("copies a field behind itself", () => {
    expect(names(duplicateField(draft, keyOf("title")))).toEqual([
      "title",
      "title_copy",
      "tags",
      "created",
    ]);
  });

  test("takes removed fields and their indexes away, until they come back", () => {
    const removed = removeField(draft, keyOf("title"));
    expect(names(removed)).toEqual(["tags", "created"]);
    expect(draftToBody(removed).indexes).toEqual([POSTS.indexes[1]]);
    expect(isDraftChanged(restoreField(removed, keyOf("title")), POSTS)).toBe(false);
  });

  test("forgets a new field at once", () => {
    const { draft: added, key } = addField(draft, field("", "x"));
    expect(removeField(added, key).fields).toHaveLength(3);
  });
});

test("two fields of one name are found before the server takes them for one", () => {
  const { draft: added } = addField(draft, field("", "x"));
  const twice = patchField(added, added.fields[2]!.key, { name: "Title" });
  expect(repeatedNames(twice)).toEqual([2]);
  expect(repeatedNames(draft)).toEqual([]);
});

describe("what a save does", () => {
  test("nothing to confirm for new options", () => {
    const changed = patchField(draft, keyOf("title"), { max: 10 });
    expect(needsConfirmation(changesOf(POSTS, changed))).toBe(false);
  });

  test("renames", () => {
    let changed = patchCollection(draft, { name: "articles" });
    changed = patchField(changed, keyOf("title"), { name: "headline" });
    const changes = changesOf(POSTS, changed);
    expect(changes).toMatchObject({
      renamed: { from: "posts", to: "articles" },
      renamedFields: [{ from: "title", to: "headline" }],
      losses: [],
    });
    expect(needsConfirmation(changes)).toBe(true);
  });

  test("loses the values of removed fields, and their indexes", () => {
    const changes = changesOf(POSTS, removeField(draft, keyOf("tags")));
    expect(changes.losses).toEqual([
      { kind: "removed", field: "tags", filter: "tags:length > 0", names: [] },
    ]);
    expect(changes.droppedIndexes).toEqual([POSTS.indexes[1]]);
  });

  test("loses values when several become one, and choices that are gone", () => {
    const changed = patchField(draft, keyOf("tags"), { name: "tag", values: ["a"], maxSelect: 1 });
    expect(changesOf(POSTS, changed).losses).toEqual([
      { kind: "single", field: "tags", filter: "tags:length > 1", names: [] },
      { kind: "values", field: "tags", filter: 'tags:each ?= "b\\"c"', names: ['b"c'] },
    ]);
  });

  test.for<[string | null, string | null, boolean]>([
    [null, "", true],
    ["id != ''", "", true],
    ["", null, false],
    [null, "id != ''", false],
  ])("a rule from %j to %j is asked about: %j", ([before, after, isAsked]) => {
    const original = { ...POSTS, viewRule: before } as CollectionModel;
    const changed = patchCollection(startDraft(original), { viewRule: after } as object);
    const changes = changesOf(original, changed);
    expect(changes.rules).toEqual([{ rule: "viewRule", before, after }]);
    expect(needsConfirmation(changes)).toBe(isAsked);
  });

  test("moves an OIDC provider to another host", () => {
    const provider = (authURL: string) => ({
      type: "auth",
      oauth2: { enabled: true, mappedFields: {}, providers: [{ name: "oidc", authURL }] },
    });
    const original = { ...POSTS, ...provider("https://a.example/x") } as CollectionModel;
    const changed = patchCollection(
      startDraft(original),
      provider("https://b.example/x") as object,
    );
    expect(changesOf(original, changed).movedProviders).toEqual([
      { name: "oidc", from: "a.example", to: "b.example" },
    ]);
  });
});

test("a duplicate is new in everything that must be unique", () => {
  const copy = duplicateCollection(POSTS, ["posts", "posts_duplicate"]);
  expect([copy.id, copy.name]).toEqual(["", "posts_duplicate2"]);
  expect(copy.fields.map(({ id }) => id)).toEqual(["", "", ""]);
  expect(copy.indexes[0]).not.toContain("`i1`");
  expect(copy.indexes[0]).toContain("(`title`)");
});

describe("names", () => {
  test.for([
    ["my field", "my_field", "my_field"],
    ["Überschrift-2", "Überschrift_2", "Uberschrift_2"],
    ["a.b/c", "a_b_c", "a_b_c"],
    ["日本", "日本", "_"],
    ["_private", "_private", "_private"],
    ["trailing ", "trailing_", "trailing"],
  ] as const)("%j becomes %j while it is typed, and %j", ([text, typed, final]) => {
    expect([typedIdentifier(text), finalIdentifier(typed)]).toEqual([typed, final]);
  });

  test("are counted up when they are taken", () => {
    expect(freeIdentifier("a", ["A", "a2"])).toBe("a3");
    expect(freeIdentifier("b", ["a"])).toBe("b");
  });
});

describe("names that were typed last", () => {
  test("are put right before they are saved, in indexes too", () => {
    const draft = startDraft({ ...POSTS, indexes: ["CREATE INDEX i ON posts (title)"] });
    const key = draft.fields.find(({ field }) => field.name === "title")?.key ?? "";
    const typed = patchField(patchCollection(draft, { name: "Étés" }), key, { name: "tître" });
    const { name, fields, indexes } = draftToBody(withFinalNames(typed, POSTS));
    expect([name, fields.map((each) => each.name)]).toEqual(["Etes", ["titre", "tags", "created"]]);
    expect(indexes).toEqual([expect.stringMatching(/\(`?titre`?\)$/)]);
  });

  test("of what is stored stay as they are spelt", () => {
    const odd = { ...POSTS, name: "été", fields: [field("f1", "tître")] };
    const { name, fields } = withFinalNames(startDraft(odd), odd).collection;
    expect([name, fields[0]?.name]).toEqual(["été", "tître"]);
  });
});

describe("a draft whose save is done", () => {
  const saved = (fields: CollectionModel["fields"]): CollectionModel => ({
    ...POSTS,
    updated: "now",
    fields,
  });

  test("is what is stored when nothing was changed since it was sent", () => {
    const sent = startDraft(POSTS);
    const stored = saved(POSTS.fields);
    expect(isDraftChanged(draftAfterSave(sent, sent, stored), stored)).toBe(false);
  });

  test("keeps what was changed since then, under the ids that were given", () => {
    const { draft: sent, key } = addField(startDraft(POSTS), field("", "Added"));
    const now = patchField(sent, key, { name: "renamed" });
    const stored = saved([...POSTS.fields, field("f9", "Added")]);
    const body = draftToBody(draftAfterSave(now, sent, stored));
    expect(body.updated).toBe("now");
    expect(body.fields.find(({ name }) => name === "renamed")?.id).toBe("f9");
    expect(body.fields.map(({ id }) => id).toSorted()).toEqual(["f1", "f2", "f3", "f9"]);
  });

  test("forgets fields that are gone, and makes anew what was brought back", () => {
    const start = startDraft(POSTS);
    const [first, second] = start.fields;
    const sent = removeField(removeField(start, first!.key), second!.key);
    const now = restoreField(sent, second!.key);
    const stored = saved(POSTS.fields.slice(2));
    const { fields } = draftAfterSave(now, sent, stored);
    expect(fields.map(({ field: { id, name } }) => [id, name])).toEqual([
      ["", "tags"],
      ["f3", "created"],
    ]);
  });
});
