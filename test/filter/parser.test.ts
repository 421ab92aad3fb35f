import { describe, expect, it } from "vitest";
import type { ExpressionNode, OperandNode } from "../../src/filter/ast.ts";
import { FilterError } from "../../src/filter/errors.ts";
import { parseClientFilter, parseFilter } from "../../src/filter/parser.ts";

/** The tree in one line: brackets for groups, literals by their text. */
function render(node: ExpressionNode): string {
  if (node.kind === "comparison") return `${side(node.left)} ${node.sign} ${side(node.right)}`;
  const parts = node.items.map(({ join, node: item }, index) => {
    const text = item.kind === "group" ? `(${render(item)})` : render(item);
    return index === 0 ? text : `${join} ${text}`;
  });
  return parts.join(" ");
}

function side(node: OperandNode): string {
  if (node.kind === "function") return `${node.name}(${node.args.map(side).join(", ")})`;
  if (node.kind === "text") return `'${node.text}'`;
  return "name" in node ? node.name : node.text;
}

describe("the parser", () => {
  it.each([
    ["a=1", "a = 1"],
    ["a = 1 && b = 2 || c = 3", "a = 1 AND b = 2 OR c = 3"],
    ["(a = 1 || b = 2) && c = 3", "(a = 1 OR b = 2) AND c = 3"],
    ["((a = 1))", "((a = 1))"],
    ["'x' ~ a", "'x' ~ a"],
    ["f(a, 'b') > 2", "f(a, 'b') > 2"],
    ["a = 1 // b\n// c\n&& d = 2", "a = 1 AND d = 2"],
    // A bracket needs no join: the one before it counts again.
    ["(a = 1)(b = 2)", "(a = 1) AND (b = 2)"],
    ["a = 1 (b = 2)", "a = 1 AND (b = 2)"],
    ["a = 1 || b = 2 (c = 3)", "a = 1 OR b = 2 OR (c = 3)"],
    // … and makes what was begun before it forgotten.
    ["a (b = 2)", "(b = 2)"],
    ["a = (b = 2)", "(b = 2)"],
  ])("reads %j", (text, expected) => {
    expect(render(parseFilter(text).root)).toBe(expected);
  });

  it.each([
    ["", "empty filter expression"],
    ["  // nothing\n", "empty filter expression"],
    ["()", "empty filter expression"],
    ["a", "invalid or incomplete filter expression"],
    ["a =", "invalid or incomplete filter expression"],
    ["a = 1 &&", "invalid or incomplete filter expression"],
    ["(a = 1) ||", "invalid or incomplete filter expression"],
    ["a b", 'expected a sign operator, got "b" (identifier)'],
    ["a = 1 b = 2", 'expected && or ||, got "b" (identifier)'],
    ["= 1", 'expected left operand (identifier, function, text or number), got "=" (sign)'],
    ["a = && b", 'expected right operand (identifier, function text or number), got "&&" (join)'],
    [
      "a = 1 && || b = 2",
      'expected left operand (identifier, function, text or number), got "||" (join)',
    ],
  ])("refuses %j", (text, message) => {
    expect(() => parseFilter(text)).toThrow(new FilterError(message));
  });

  it("keeps the literals beside the tree, so that texts that differ in them have one shape", () => {
    const one = parseFilter("a = 'x' && b > 1.5");
    const other = parseFilter("a = 'y'  &&  b > -2");
    expect(one.literals).toEqual(["x", 1.5]);
    expect(other.literals).toEqual(["y", -2]);
    expect(other.shape).toBe(one.shape);
  });

  it.each([
    ["a = 'x'", "a = 1"],
    ["a = 'x'", "a ?= 'x'"],
    ["a = 'x' && b = 'y'", "a = 'x' || b = 'y'"],
    ["a = 1 && (b = 2 || c = 3)", "(a = 1 && b = 2) || c = 3"],
    ["f('a', 'b') = 1", "f('a') = 1"],
    ["a = {:x}", "a = {:y}"],
  ])("gives %j and %j different shapes", (one, other) => {
    expect(parseFilter(one, true).shape).not.toBe(parseFilter(other, true).shape);
  });

  it("takes numbers that are too large as 0", () => {
    expect(parseFilter(`a = ${"9".repeat(400)}`).literals).toEqual([0]);
  });

  it("remembers what it parsed", () => {
    expect(parseFilter("remembered = 1")).toBe(parseFilter("remembered = 1"));
  });

  it("refuses brackets too deep to be compiled, without exhausting the stack", () => {
    const deep = (levels: number) => `${"(".repeat(levels)}a = 1${")".repeat(levels)}`;
    expect(() => parseFilter(deep(1500))).not.toThrow();
    expect(() => parseFilter(deep(2100))).toThrow(FilterError);
  });

  it("takes 3,500 bytes from a client, and nothing for an empty text", () => {
    const filter = (bytes: number) => `a = '${"x".repeat(bytes - 6)}'`;
    expect(parseClientFilter(filter(3500))).toBeDefined();
    expect(() => parseClientFilter(filter(3501))).toThrow(FilterError);
    expect(() => parseClientFilter(`a = '${"é".repeat(1800)}'`)).toThrow(FilterError);
    expect(parseClientFilter("")).toBeUndefined();
  });
});
