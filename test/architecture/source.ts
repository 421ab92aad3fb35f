/** What a rule needs to know of a TypeScript file, found without a compiler. */

export interface Import {
  /** As written: `./record.ts`, `generatio`, `node:fs`. */
  readonly specifier: string;
  /** Erased before the program runs. */
  readonly isType: boolean;
  readonly line: number;
}

/** The static imports, re-exports and `import("…")` calls with a literal. */
export function findImports(text: string): Import[] {
  const code = blank(text, ["comment"]);
  const bare = blank(text, ["comment", "text"]);
  const found: Import[] = [];
  const statement =
    /^[ \t]*(?:import|export)\b(?<clause>[^;'"`]*?\bfrom\s*|\s*)(?<quote>["'])(?<static>[^"']+)\k<quote>|\bimport\(\s*(?<inner>["'])(?<dynamic>[^"']+)\k<inner>/gm;
  for (const match of code.matchAll(statement)) {
    const { clause = "", static: fixed, dynamic } = match.groups ?? {};
    if (!/^\s*(?:import|export)/.test(bare.slice(match.index))) continue;
    found.push({
      specifier: fixed ?? dynamic ?? "",
      isType: /^\s+type\b(?!\s*(?:from\b|,))/.test(clause),
      line: lineOf(code, match.index),
    });
  }
  return found;
}

/** The lines on which a pattern occurs in code, comments and texts left out. */
export function findInCode(text: string, pattern: RegExp): number[] {
  return findLines(blank(text, ["comment", "text"]), new RegExp(pattern, "gm"));
}

/** The lines on which a pattern occurs inside string and template literals, whatever its case. */
export function findInTexts(text: string, pattern: RegExp): number[] {
  return findLines(blank(text, ["comment", "regexp", "code"]), new RegExp(pattern, "gi"));
}

function findLines(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => lineOf(text, match.index));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** One lexical piece at a time: comments, texts, regular expressions, anything else. */
const PIECES =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|(?<regexp>(?<=[=(,:?!&|;{}[\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*)|(?<code>[^/"'`]+|[\s\S])/g;

type Piece = "comment" | "text" | "regexp" | "code";

/** Replaces pieces of these kinds by blanks of the same length, so that positions stay. */
function blank(text: string, kinds: readonly Piece[]): string {
  return text.replaceAll(PIECES, (piece, ...rest) => {
    const groups: Partial<Record<Piece, string>> = rest.at(-1);
    const isBlank = kinds.some((kind) => groups[kind] !== undefined);
    return isBlank ? piece.replaceAll(/[^\n]/g, " ") : piece;
  });
}
