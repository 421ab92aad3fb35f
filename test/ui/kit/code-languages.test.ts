import { expect, test } from "vitest";
import { tokenize } from "../../../src/ui/kit/code-languages.ts";

function kinds(code: string, language: "rule" | "sql" | "json"): string[] {
  return tokenize(code, language)
    .filter(({ text }) => text.trim() !== "")
    .map(({ kind, text }) => `${kind} ${text.trim()}`);
}

test("a rule", () => {
  expect(
    kinds(`@request.auth.id != "" && (author.name:lower ?~ 'a\\'b' || n > -1.5) // x`, "rule"),
  ).toEqual([
    "macro @request.auth.id",
    "operator !=",
    'text ""',
    "operator &&",
    "plain (",
    "field author.name:lower",
    "operator ?~",
    "text 'a\\'b'",
    "operator ||",
    "field n",
    "operator >",
    "number -1.5",
    "plain )",
    "comment // x",
  ]);
});

test("a query", () => {
  expect(kinds("SELECT `a b`, count(*) from posts -- x", "sql")).toEqual([
    "keyword SELECT",
    "field `a b`",
    "plain ,",
    "keyword count",
    "plain (",
    "operator *",
    "plain )",
    "keyword from",
    "plain posts",
    "comment -- x",
  ]);
});

test.for(["", '"', "'open", "`", "/* open", "@", "a::b", "\\", "<!--", "{{", "\n\n"])(
  "%j stays whole in every language",
  (code) => {
    for (const language of ["rule", "sql", "json", "html", "javascript", "plain"] as const) {
      expect(
        tokenize(code, language)
          .map(({ text }) => text)
          .join(""),
      ).toBe(code);
    }
  },
);
