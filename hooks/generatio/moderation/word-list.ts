import { plainWords } from "./plain-words.ts";

/** A word or phrase that an operator does not want, or wants to know of. */
export interface WordRule {
  /** `word`, `two words`, or `begin*` for every word that begins so. */
  readonly pattern: string;
  readonly action: "block" | "flag";
}

interface Compiled {
  readonly rule: WordRule;
  /** Tests of one word after another. */
  readonly steps: readonly ((word: string) => boolean)[];
}

/** The operator's list. It counts from the moment it is changed. */
export class WordList {
  #rules: readonly Compiled[] = [];

  /** Puts these rules in the place of all before. */
  use(rules: readonly WordRule[]): void {
    this.#rules = rules.map(compile).filter(({ steps }) => steps.length > 0);
  }

  /** The rules that a text meets. */
  match(text: string): WordRule[] {
    if (this.#rules.length === 0) return [];
    const words = plainWords(text);
    return this.#rules.filter(({ steps }) => isIn(words, steps)).map(({ rule }) => rule);
  }
}

/** Whether there is anything in a pattern that could be found. */
export function isPattern(pattern: string): boolean {
  return compile({ pattern, action: "flag" }).steps.length > 0;
}

function compile(rule: WordRule): Compiled {
  const steps = rule.pattern.split(/\s+/).flatMap((part) => {
    const isPrefix = part.endsWith("*");
    return plainWords(part).map((wanted, index, all) =>
      isPrefix && index === all.length - 1
        ? (word: string) => word.startsWith(wanted)
        : (word: string) => word === wanted,
    );
  });
  return { rule, steps };
}

function isIn(words: readonly string[], steps: Compiled["steps"]): boolean {
  for (let at = 0; at + steps.length <= words.length; at++) {
    if (steps.every((isMet, offset) => isMet(words[at + offset]!))) return true;
  }
  return false;
}
