import { describe, expect, it } from "vitest";
import { Page } from "../../src/lib/page.ts";
import { pickFields } from "../../src/lib/picker.ts";

describe("picking fields", () => {
  const data = {
    id: "r1",
    title: "Hello",
    data: { "0": "zero", a: { b: 1, c: 2 }, "x.y": 3 },
    list: [
      { id: 1, n: 2 },
      { id: 3, n: 4 },
    ],
    plain: [1, 2],
    expand: {
      author: { id: "u1", name: "ada", expand: { team: { id: "t1" } } },
      tags: [{ id: "a", name: "red" }],
    },
  };

  it.each([
    ["id", { id: "r1" }],
    ["title,id", { id: "r1", title: "Hello" }],
    [" id , title ", { id: "r1", title: "Hello" }],
    ["id,,title,", { id: "r1", title: "Hello" }],
    ["nope", {}],
    ["id,nope.deep", { id: "r1" }],
    ["data.a.b", { data: { a: { b: 1 } } }],
    ["data.0", { data: { "0": "zero" } }],
    ["data.x.y", { data: { "x.y": 3 } }],
    ["data.a.b.c", { data: { a: { b: 1 } } }],
    ["data.a,data.a.b", { data: { a: { b: 1, c: 2 } } }],
    ["list.id", { list: [{ id: 1 }, { id: 3 }] }],
    ["plain.x", { plain: [1, 2] }],
    ["title.x", { title: "Hello" }],
    ["expand.author.name", { expand: { author: { name: "ada" } } }],
    ["expand.author.*", { expand: { author: data.expand.author } }],
    ["expand.tags.name", { expand: { tags: [{ name: "red" }] } }],
    ["expand.*.id", { expand: {} }],
    ["*.id", {}],
    ["*", data],
    ["*,expand.author.id", { ...data, expand: { author: { id: "u1" } } }],
    ["*,title:excerpt(2)", { ...data, title: "He" }],
    ["title:excerpt(2),title", { title: "Hello" }],
    ["data:excerpt(2)", { data: data.data }],
  ])("%j", (fields, expected) => {
    expect(pickFields(data, fields)).toEqual(expected);
  });

  it("sorts the keys", () => {
    expect(Object.keys(pickFields(data, "title,id,expand") as object)).toEqual([
      "expand",
      "id",
      "title",
    ]);
  });

  it("picks from each element of a list, and leaves lists of other things alone", () => {
    expect(pickFields([{ id: 1, x: 2 }, { id: 3 }], "id")).toEqual([{ id: 1 }, { id: 3 }]);
    expect(pickFields([], "id")).toEqual([]);
    expect(pickFields(["a"], "id")).toEqual(["a"]);
    expect(pickFields("text", "id")).toBe("text");
  });

  it("picks from the items of a page and keeps its envelope", () => {
    const page = new Page([{ id: "a", title: "A" }], 1, 30, 1);
    const envelope = { items: [{ id: "a" }], page: 1, perPage: 30, totalItems: 1, totalPages: 1 };
    expect(pickFields(page, "id")).toEqual(envelope);
    expect(pickFields({ ...page }, "page,items.id")).toEqual({ items: [{ id: "a" }], page: 1 });
  });

  it("picks from what an object gives as its JSON", () => {
    expect(pickFields({ toJSON: () => ({ id: 1, secret: 2 }) }, "id")).toEqual({ id: 1 });
  });

  it.each([
    "title:",
    "title:nope",
    "title:nope(5)",
    "title:excerpt",
    "title:excerpt()",
    "title:excerpt(0)",
    "title:excerpt(-1)",
    "title:excerpt(a)",
    "title:excerpt(5,true,1)",
    "title:excerpt(5",
    "(id",
    "id'",
    "title:excerpt(3):excerpt(2)",
  ])("refuses %j", (fields) => {
    expect(() => pickFields(data, fields)).toThrow(Error);
  });

  it.each([
    "title:excerpt( 2 )",
    "title:excerpt(2.9)",
    "title:excerpt(2,maybe)",
    "title:excerpt 2)",
    "title:excerpt(2, false)",
  ])("takes %j", (fields) => {
    expect(pickFields(data, fields)).toEqual({ title: "He" });
  });
});

describe("excerpt", () => {
  const excerpt = (html: string, max: number, rest = "") =>
    (pickFields({ h: html }, `h:excerpt(${max}${rest})`) as { h: string }).h;

  it.each([
    ["<p>Hello <b>big</b> world</p>", 100, "Hello big world"],
    ["<p>one</p><p>two</p>", 100, "one two"],
    ["one<br>two", 100, "onetwo"],
    ["<ul><li>a</li><li>b</li></ul>", 100, "a b"],
    ["a   b\n\tc", 100, "a b c"],
    ["a <b> b</b>", 100, "a b"],
    ["&lt;b&gt; &amp; &quot;x&quot; &copy; &#65;&#x42;", 100, '<b> & "x" © AB'],
    ["a<script>alert(1)</script><style>p{}</style>b", 100, "ab"],
    ["a<button>no<i>no</i></button>b", 100, "ab"],
    ["a<img src='x' alt='y'>b", 100, "ab"],
    ["<select><option>1</option></select>x", 100, "x"],
    ["<!-- c --><!DOCTYPE html>x", 100, "x"],
    ["<head><title>t</title></head><body>x</body>", 100, "x"],
    ["1 < 2 and 3 > 2", 100, "1 < 2 and 3 > 2"],
    ["<p>unclosed <b>text", 100, "unclosed text"],
    ["x <a href='a>b'>link</a>", 100, "x link"],
    ["Hello world", 5, "Hello"],
    ["Hello world", 6, "Hello"],
    ["äöü😀x", 4, "äöü😀"],
    ["", 5, ""],
  ])("of %j with %d", (html, max, expected) => {
    expect(excerpt(html, max)).toBe(expected);
  });

  it("ends with dots only when something was cut and they are asked for", () => {
    expect(excerpt("Hello world", 5, ",true")).toBe("Hello...");
    expect(excerpt("Hello", 5, ",true")).toBe("Hello");
    expect(excerpt("Hello world", 5, ",false")).toBe("Hello");
  });

  it("leaves values that are no text alone", () => {
    expect(pickFields({ n: 12345, l: ["long text"] }, "n:excerpt(2),l:excerpt(2)")).toEqual({
      n: 12345,
      l: ["long text"],
    });
  });

  it("takes no time for hostile HTML", () => {
    const started = performance.now();
    for (const html of [
      "<".repeat(50_000),
      "<a ".repeat(20_000),
      "<div>".repeat(20_000),
      `<p title="${"'".repeat(50_000)}`,
      "&".repeat(50_000),
      "<!--".repeat(20_000),
    ]) {
      excerpt(html, 10);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
