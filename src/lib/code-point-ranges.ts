import { canonicalUnicodeClass } from "./unicode-class.ts";

/*
 * Sets of characters as ranges of code points, both ends included: `[from, to, from, to, …]`.
 */

const LAST_CODE_POINT = 0x10ffff;

/** The ranges of a class written like the inside of brackets, without escapes. */
export function rangesOf(text: string): readonly number[] {
  const ranges: number[] = [];
  for (const [, from, to] of text.matchAll(/([\s\S])(?:-([\s\S]))?/gu)) {
    ranges.push(from!.codePointAt(0)!, (to ?? from)!.codePointAt(0)!);
  }
  return ranges;
}

/** Sorted, without overlaps. */
export function normalize(ranges: readonly number[]): number[] {
  const pairs: [number, number][] = [];
  for (let index = 0; index < ranges.length; index += 2)
    pairs.push([ranges[index]!, ranges[index + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const result: number[] = [];
  for (const [from, to] of pairs) {
    const last = result.length - 1;
    if (last > 0 && from <= result[last]! + 1) result[last] = Math.max(result[last]!, to);
    else result.push(from, to);
  }
  return result;
}

/** Every code point that is not in the ranges. */
export function complement(ranges: readonly number[]): readonly number[] {
  const result: number[] = [];
  let next = 0;
  const sorted = normalize(ranges);
  for (let index = 0; index < sorted.length; index += 2) {
    if (sorted[index]! > next) result.push(next, sorted[index]! - 1);
    next = sorted[index + 1]! + 1;
  }
  if (next <= LAST_CODE_POINT) result.push(next, LAST_CODE_POINT);
  return result;
}

/** The ranges with the other case of every letter in them. */
export function withBothCases(ranges: readonly number[]): number[] {
  const result = [...ranges];
  for (let index = 0; index < ranges.length; index += 2) {
    for (let code = ranges[index]!; code <= Math.min(ranges[index + 1]!, LAST_CASED); code++) {
      const character = String.fromCodePoint(code);
      for (const other of [character.toUpperCase(), character.toLowerCase()]) {
        if (other !== character && [...other].length === 1)
          result.push(other.codePointAt(0)!, other.codePointAt(0)!);
      }
    }
  }
  return result;
}

/** No letter beyond it has two cases. */
const LAST_CASED = 0x1e943;

const unicodeClasses = new Map<string, readonly number[]>();

/** Asks JavaScript's own tables about every code point, once per class. */
export function unicodeRanges(name: string): readonly number[] {
  const known = unicodeClasses.get(name);
  if (known) return known;
  const property = unicodeProperty(name);
  const ranges: number[] = [];
  for (let code = 0; code <= LAST_CODE_POINT; code++) {
    if (!property.test(String.fromCodePoint(code))) continue;
    if (ranges.length > 0 && ranges.at(-1) === code - 1) ranges[ranges.length - 1] = code;
    else ranges.push(code, code);
  }
  unicodeClasses.set(name, ranges);
  return ranges;
}

function unicodeProperty(name: string): RegExp {
  const canonical = canonicalUnicodeClass(name);
  try {
    return new RegExp(`^\\p{${canonical}}$`, "u");
  } catch {
    return new RegExp(`^\\p{Script=${canonical}}$`, "u");
  }
}
