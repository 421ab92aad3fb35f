import { randomInt } from "node:crypto";
import { parseGoPattern, type PatternNode } from "./go-pattern.ts";
import { goRegExpProblem } from "./go-regexp.ts";

/** Repeats of what has no upper limit stop before this many, as with `{n,6}`. */
const UNBOUNDED = 6;

/** Nested repeats multiply; beyond this nobody wants the value. */
const MAX_LENGTH = 1_000_000;

/** What `.` stands for. */
const ANY_CHARACTER = [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a];

const parsed = new Map<string, PatternNode>();

/**
 * A cryptographically random text that a Go pattern matches (PocketBase: security.RandomStringByRegex). The
 * upper limit of a repeat is never reached: `a{1,3}` gives one or two, `a*` up to five, `a?` none.
 *
 * @throws Error for a pattern with parts that are no characters (`^`, `\b`, an empty alternative)
 */
export function randomByPattern(pattern: string): string {
  let node = parsed.get(pattern);
  if (!node) {
    const invalid = goRegExpProblem(pattern);
    if (invalid) throw new Error(invalid.message);
    node = parseGoPattern(pattern);
    if (parsed.size < 500) parsed.set(pattern, node);
  }
  return generate(node);
}

function generate(node: PatternNode): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "class":
      return randomCharacter(node.ranges);
    case "any":
      return randomCharacter(ANY_CHARACTER);
    case "repeat":
      return repeat(node.node, node.min, node.max < 0 ? Math.max(UNBOUNDED, node.min) : node.max);
    case "concat":
      return node.nodes.map(generate).join("");
    case "alternate":
      return generate(node.nodes[randomInt(node.nodes.length)]!);
    case "capture":
      return generate(node.node);
    case "assertion":
      throw new Error(`unsupported pattern operator ${node.operator}`);
  }
}

function repeat(node: PatternNode, min: number, max: number): string {
  const count = max === min ? min : min + randomInt(max - min);
  let text = "";
  for (let done = 0; done < count; done++) {
    text += generate(node);
    if (text.length > MAX_LENGTH) throw new Error("the pattern makes values that are too long");
  }
  return text;
}

function randomCharacter(ranges: readonly number[]): string {
  let total = 0;
  for (let index = 0; index < ranges.length; index += 2)
    total += ranges[index + 1]! - ranges[index]! + 1;
  if (total === 0) throw new Error("no runes to choose from");
  let position = randomInt(total);
  for (let index = 0; index < ranges.length; index += 2) {
    const size = ranges[index + 1]! - ranges[index]! + 1;
    if (position < size) return toCharacter(ranges[index]! + position);
    position -= size;
  }
  return "";
}

/** Half of a surrogate pair is no character of its own. */
function toCharacter(code: number): string {
  return code >= 0xd800 && code <= 0xdfff ? "\uFFFD" : String.fromCodePoint(code);
}
