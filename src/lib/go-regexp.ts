import { RE2JS } from "re2js";
import { type ErrorLeaf, problem } from "./errors.ts";
import { canonicalUnicodeClass } from "./unicode-class.ts";

/** A compiled pattern; a test takes time in proportion to the text, whatever the pattern. */
export interface GoRegExp {
  /** Whether it is found anywhere in the text. */
  test(text: string): boolean;
}

/** More patterns than any schema has; beyond it the oldest are compiled again. */
const MAX_CACHED = 500;

const compiled = new Map<string, GoRegExp>();

/**
 * Compiles a pattern of Go's RE2 syntax (`(?i)`, `\z`, `[[:alpha:]]`, `\pL`; no look-around, no
 * back-references). One that does not compile matches nothing, as in PocketBase.
 */
export function goRegExp(pattern: string): GoRegExp {
  let regExp = compiled.get(pattern);
  if (!regExp) {
    regExp = compile(pattern);
    if (compiled.size >= MAX_CACHED) compiled.delete(compiled.keys().next().value!);
    compiled.set(pattern, regExp);
  }
  return regExp;
}

/** The problem with a pattern in the settings of something; the message is Go's. */
export function goRegExpProblem(pattern: string): ErrorLeaf | undefined {
  try {
    compileRe2(pattern);
    return undefined;
  } catch (error) {
    return problem(
      "validation_invalid_regex",
      error instanceof Error ? error.message : String(error),
    );
  }
}

const NEVER: GoRegExp = { test: () => false };

function compile(pattern: string): GoRegExp {
  try {
    return compileRe2(pattern);
  } catch {
    return NEVER;
  }
}

/** @throws Error with Go's message */
function compileRe2(pattern: string): GoRegExp {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const older = toOlderSyntax(pattern);
    if (older === pattern) throw error;
    try {
      return RE2JS.compile(older);
    } catch {
      throw error;
    }
  }
}

/**
 * Go 1.27 knows names of Unicode classes in any spelling and takes several groups of one name; RE2 does not
 * yet. The names of groups mean nothing here.
 */
function toOlderSyntax(pattern: string): string {
  let isInClass = false;
  return pattern.replace(PATTERN_TOKEN, (token, name: string | undefined) => {
    if (!isInClass && token.startsWith("(?")) return "(";
    if (!isInClass && token.startsWith("[")) isInClass = true;
    else if (token === "]") isInClass = false;
    if (name === undefined) return token;
    const isNegated = (token[1] === "P") !== name.startsWith("^");
    const canonical = canonicalUnicodeClass(name.replace(/^\^/, ""));
    if (canonical !== "ASCII") return `\\${isNegated ? "P" : "p"}{${canonical}}`;
    const ascii = `[:${isNegated ? "^" : ""}ascii:]`;
    return isInClass ? ascii : `[${ascii}]`;
  });
}

const PATTERN_TOKEN = /\\[pP]\{([^}]*)\}|\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?|\]|\(\?P?<\w+>/g;
