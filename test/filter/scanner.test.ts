import { describe, expect, it } from "vitest";
import { FilterError } from "../../src/filter/errors.ts";
import { Scanner, type Token } from "../../src/filter/scanner.ts";

function scan(text: string, placeholders = false): Token[] {
  const scanner = new Scanner(text, placeholders);
  const tokens: Token[] = [];
  for (let token = scanner.next(); token; token = scanner.next()) tokens.push(token);
  return tokens;
}

const brief = (tokens: readonly Token[]) => tokens.map(({ kind, text }) => `${kind} ${text}`);

describe("the scanner", () => {
  it.each([
    ["a", ["identifier a"]],
    ["#a_1.b:c", ["identifier #a_1.b:c"]],
    ["@request.auth.id", ["identifier @request.auth.id"]],
    ["a.b:each", ["identifier a.b:each"]],
    ["1", ["number 1"]],
    ["-1.50", ["number -1.50"]],
    ["-.5", ["number -.5"]],
    ["12-3", ["number 12", "number -3"]],
    ["a=1", ["identifier a", "sign =", "number 1"]],
    ["a ?!~ b", ["identifier a", "sign ?!~", "identifier b"]],
    ["a\t=\n1", ["identifier a", "sign =", "number 1"]],
    ["&& ||", ["join &&", "join ||"]],
    ["(a = (1))", ["group a = (1)"]],
    ["(a = ')')", ["group a = ')'"]],
    ['(a = "(")', ['group a = "("']],
    ["a // x = 1\n b", ["identifier a", "identifier b"]],
    ["// only a comment", []],
    ["a//", ["identifier a"]],
    ["", []],
  ])("splits %j", (text, expected) => {
    expect(brief(scan(text))).toEqual(expected);
  });

  it.each([
    ["'a'", "a"],
    ['"a"', "a"],
    ["''", ""],
    [String.raw`'a\'b'`, "a'b"],
    [String.raw`'a\"b'`, 'a"b'],
    [String.raw`"a\'b"`, "a'b"],
    [String.raw`'a\nb\tc\rd'`, "a\nb\tc\rd"],
    [String.raw`'a\\'`, "a\\"],
    [String.raw`'a\\n'`, "a\\n"],
    [String.raw`'\%\_\x'`, String.raw`\%\_\x`],
    ["'ä 😀\n'", "ä 😀\n"],
    ["'// no comment'", "// no comment"],
  ])("reads the text %s", (text, expected) => {
    expect(scan(text)).toEqual([{ kind: "text", text: expected }]);
  });

  it("reads functions with arguments, comments and a trailing comma", () => {
    const [token] = scan("f( a, 'b' , -1, // more\n g(h(2)), )");
    expect(token).toMatchObject({ kind: "function", text: "f" });
    expect(brief(token!.args!)).toEqual(["identifier a", "text b", "number -1", "function g"]);
  });

  it.each([
    "é",
    "a = é",
    "a\r= 1",
    "a\u000b",
    "a\u0000",
    "'a\u0000b'",
    "a = 'b",
    'a = "b\\"',
    String.raw`'\'`,
    "(a = 1",
    "(a = 1 // it's)",
    "a ===",
    "a =! 1",
    "a ?? 1",
    "a & b",
    "a &&& b",
    "a |& b",
    "a.",
    "a:",
    "@",
    "_",
    "#",
    "-",
    "5.",
    ".5",
    "1.2.",
    "/ comment",
    "f(",
    "f(a",
    "f(a b)",
    "f(,)",
    "f(a,,b)",
    "f(a = 1)",
    "f((a))",
    "f(g(h(i(1))))",
    "{:a}",
  ])("refuses %j", (text) => {
    expect(() => scan(text)).toThrow(FilterError);
  });

  it("knows placeholders only where they are allowed", () => {
    expect(brief(scan("{:a_1.b} f({:c})", true))).toEqual(["placeholder a_1.b", "function f"]);
    expect(() => scan("{a}", true)).toThrow(FilterError);
    expect(() => scan("{:a b}", true)).toThrow(FilterError);
  });
});
