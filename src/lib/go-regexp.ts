import { RE2JS } from "re2js";
import { type ErrorLeaf, problem } from "./errors.ts";

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
    RE2JS.compile(pattern);
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
    return RE2JS.compile(pattern);
  } catch {
    return NEVER;
  }
}
