import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expandRecords, normalizeExpands } from "../../src/records/expand.ts";
import type { RecordModel } from "../../src/records/record.ts";
import { findAllByRule } from "../../src/records/rule.ts";
import { hasSuperuserAuth, type RequestInfo } from "../../src/records/request-info.ts";
import {
  createBlog,
  type QueryFixture,
  relation,
  requestInfo,
  startQueryFixture,
} from "./query-fixture.ts";

let fixture: QueryFixture;

beforeAll(async () => {
  fixture = await startQueryFixture();
  await createBlog(fixture);
});

afterAll(() => fixture.close());

/** Reads by view rule, as answers do. */
function fetchFor(info: RequestInfo) {
  return async (collection: Parameters<typeof findAllByRule>[1], ids: readonly string[]) => {
    if (collection.viewRule === null && !hasSuperuserAuth(info)) throw new Error("not allowed");
    return findAllByRule(fixture.app, collection, ids, collection.viewRule, info);
  };
}

/** Expands and shows what came out: `{author: "u1", tags: ["a"]}`; deeper levels as `[id, expand]`. */
async function expand(
  collection: string,
  ids: readonly string[],
  paths: readonly string[],
  info = requestInfo(),
) {
  const records = await Promise.all(ids.map((id) => fixture.record(collection, id)));
  const failed = await expandRecords(fixture.app, records, paths, fetchFor(info));
  return { shown: records.map((record) => show(record)), failed: [...failed.keys()] };
}

function show(record: RecordModel): unknown {
  if (!record.expand) return undefined;
  return Object.fromEntries(
    Object.entries(record.expand).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(brief) : brief(value),
    ]),
  );
}

const brief = (record: RecordModel): unknown =>
  record.expand ? [record.id, show(record)] : record.id;

describe("a relation", () => {
  it("with one value becomes a record, with several a list in the stored order", async () => {
    const { shown, failed } = await expand("posts", ["p1", "p2"], ["author", "tags"]);
    expect(shown).toEqual([
      { author: "u1", tags: ["a"] },
      { author: "u2", tags: ["a", "b"] },
    ]);
    expect(failed).toEqual([]);
  });

  it("leaves out what is not there, but not `expand` itself", async () => {
    const { shown } = await expand("posts", ["p3", "p4"], ["author", "tags"]);
    expect(shown).toEqual([{}, { tags: ["a"] }]);
  });

  it("backwards becomes a list, or a record when only one can refer", async () => {
    const { shown } = await expand(
      "posts",
      ["p1", "p2", "p3"],
      ["comments_via_post", "details_via_post"],
    );
    expect(shown).toEqual([
      { comments_via_post: ["c1", "c2"], details_via_post: "d1" },
      { comments_via_post: ["c3"], details_via_post: "d2" },
      {},
    ]);
  });

  it("backwards works in the old spelling, by id, and in any case", async () => {
    const { shown } = await expand(
      "posts",
      ["p2"],
      ["comments(post)", "comments0000000_via_post", "COMMENTS_via_post"],
    );
    expect(shown).toEqual([
      { "comments(post)": ["c3"], comments0000000_via_post: ["c3"], COMMENTS_via_post: ["c3"] },
    ]);
  });

  it("backwards over a multiple relation", async () => {
    const { shown } = await expand("tags", ["a", "c"], ["posts_via_tags"]);
    expect(shown).toEqual([{ posts_via_tags: ["p1", "p2", "p4"] }, { posts_via_tags: ["p5"] }]);
  });
});

describe("paths", () => {
  it("go on from record to record", async () => {
    const { shown } = await expand(
      "comments",
      ["c1", "c3"],
      ["post.author", "post.tags.posts_via_tags"],
    );
    const viaA = ["p1", "p2", "p4"];
    expect(shown).toEqual([
      { post: ["p1", { author: "u1", tags: [["a", { posts_via_tags: viaA }]] }] },
      {
        post: [
          "p2",
          {
            author: "u2",
            tags: [
              ["a", { posts_via_tags: viaA }],
              ["b", { posts_via_tags: ["p2"] }],
            ],
          },
        ],
      },
    ]);
  });

  it("are cleaned: blanks, dots at the ends, repeated ones and those within longer ones go", () => {
    expect(
      normalizeExpands(["a.b.c", "a.b", "   test  ", "  ", "test", ".x.", "te st", "a.bc"]),
    ).toEqual(["a.b.c", "test", "x", "a.bc"]);
  });

  it("go six levels deep; the rest is ignored", async () => {
    await fixture.create({
      id: "chain0000000000",
      name: "chain",
      type: "base",
      listRule: "",
      viewRule: "",
      fields: [{ name: "n", type: "number" }],
    });
    const { fields } = fixture.app.findCollection("chain");
    await fixture.update("chain", { fields: [...fields, relation("next", "chain0000000000")] });
    for (let n = 1; n <= 9; n++)
      await fixture.insert("chain", { id: `n${n}`, n, next: `n${n + 1}` });
    const { shown, failed } = await expand(
      "chain",
      ["n1"],
      [Array.from({ length: 8 }, () => "next").join(".")],
    );
    expect(failed).toEqual([]);
    expect(JSON.stringify(shown)).toContain("n7");
    expect(JSON.stringify(shown)).not.toContain("n8");
  });

  it("that cannot be followed fail alone", async () => {
    const { shown, failed } = await expand(
      "posts",
      ["p1"],
      ["nope", "title", "author", "nope_via_post", "comments_via_text", "posts_via_tags"],
    );
    expect(failed).toEqual([
      "nope",
      "title",
      "nope_via_post",
      "comments_via_text",
      "posts_via_tags",
    ]);
    expect(shown).toEqual([{ author: "u1" }]);
  });

  it("that fail further on leave nothing of themselves", async () => {
    await fixture.update("users", { viewRule: null });
    const { shown, failed } = await expand("comments", ["c1"], ["post.author"]);
    expect(failed).toEqual(["post.author"]);
    expect(shown).toEqual([undefined]);
    await fixture.update("users", { viewRule: "" });
  });
});

describe("rights", () => {
  it("leave out records that the view rule hides, with the context of an expand", async () => {
    await fixture.update("users", { viewRule: "name = 'ada' && @request.context = 'expand'" });
    const info = requestInfo({ context: "expand" });
    const { shown } = await expand("posts", ["p1", "p2", "p5"], ["author"], info);
    expect(shown).toEqual([{ author: "u1" }, {}, { author: "u1" }]);
    await fixture.update("users", { viewRule: "" });
  });
});

describe("statements", () => {
  it("do not grow with the records: one per relation, two when it is followed backwards", async () => {
    const cost = async (ids: readonly string[], paths: readonly string[]) => {
      const records = await Promise.all(ids.map((id) => fixture.record("posts", id)));
      const { counters } = fixture.app.databaseFiles.data;
      await expandRecords(fixture.app, records, paths, fetchFor(requestInfo()));
      return fixture.app.databaseFiles.data.counters.reads - counters.reads;
    };
    expect(await cost(["p1"], ["tags"])).toBe(1);
    expect(await cost(["p1", "p2", "p4", "p5"], ["tags"])).toBe(1);
    expect(await cost(["p1", "p2", "p4", "p5"], ["comments_via_post"])).toBe(2);
    expect(await cost(["p1", "p2", "p4", "p5"], ["tags.posts_via_tags.author"])).toBe(4);
  });

  it("read at most 1,000 records per record through a back relation", async () => {
    await fixture.create({
      name: "votes",
      type: "base",
      listRule: "",
      viewRule: "",
      fields: [relation("tag", "tags00000000000")],
    });
    await fixture.app.db.run({
      sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100) INSERT INTO votes (id, tag) SELECT printf('v%05d', i), iif(i % 2, 'a', 'b') FROM n",
      parameters: [],
    });
    const records = [await fixture.record("tags", "a"), await fixture.record("tags", "b")];
    await expandRecords(fixture.app, records, ["votes_via_tag"], fetchFor(requestInfo()));
    expect(
      records.map((record) => (record.expand!["votes_via_tag"] as RecordModel[]).length),
    ).toEqual([1000, 1000]);
    const [a] = records;
    expect((a!.expand!["votes_via_tag"] as RecordModel[])[0]!.id).toBe("v00001");
  });
});

describe("paths that share records", () => {
  it("are merged", async () => {
    const { shown } = await expand("comments", ["c1"], ["post.author", "post.tags"]);
    expect(shown).toEqual([{ post: ["p1", { author: "u1", tags: ["a"] }] }]);
  });
});
