import type { Page } from "playwright-core";
import { pseudoText } from "../../../src/ui/admin/i18n/pseudo.ts";

/** What finds things by words, and where in its arguments the words are. */
const BY_WORDS = {
  getByRole: "name",
  getByLabel: undefined,
  getByText: undefined,
  locator: "hasText",
  filter: "hasText",
} as const;

type Finder = (...all: unknown[]) => unknown;

/**
 * From now on pages are used by their English words while they speak the pseudo-locale, in this process; what is
 * no text of the catalogue is found as before.
 */
export function findPseudoWords(page: Page): void {
  for (const sample of [page, page.locator("html")]) {
    const finders = Object.getPrototypeOf(sample) as Record<string, Finder & { isPseudo?: true }>;
    for (const [method, option] of Object.entries(BY_WORDS)) {
      const find = finders[method];
      if (!find || find.isPseudo) continue;
      const pseudo: Finder & { isPseudo?: true } = function (this: unknown, ...all) {
        return find.apply(this, option === undefined ? inText(all) : all.map(inOption(option)));
      };
      pseudo.isPseudo = true;
      finders[method] = pseudo;
    }
  }
}

function inText([text, options, ...rest]: unknown[]): unknown[] {
  return [inAnyLetters(text, isExact(options)), options, ...rest];
}

function inOption(option: "name" | "hasText") {
  return (each: unknown) => {
    if (typeof each !== "object" || each === null || !(option in each)) return each;
    const words = (each as Record<string, unknown>)[option];
    return { ...each, [option]: inAnyLetters(words, isExact(each)) };
  };
}

function isExact(options: unknown): boolean {
  return typeof options === "object" && options !== null && "exact" in options && !!options.exact;
}

/** The frame around a text, and around each of several that stand beside each other. */
const FRAME = "[⟦⟧·\\s]*";

function inAnyLetters(words: unknown, isExact: boolean): RegExp {
  if (words instanceof RegExp) {
    const source = words.source.replaceAll(/\\.|\(\?[:=!]|[a-z^$]/gi, (part) => {
      if (part === "^") return `^${FRAME}`;
      if (part === "$") return `${FRAME}$`;
      return part === "(?:" ? `${FRAME}(?:` : letter(part);
    });
    return new RegExp(source, words.flags);
  }
  const source = [...String(words)].map((each) => letter(RegExp.escape(each))).join("");
  return isExact ? new RegExp(`^${FRAME}${source}${FRAME}$`) : new RegExp(source, "i");
}

function letter(part: string): string {
  const plain = /^\\x([0-9a-f]{2})$/.exec(part)?.[1];
  const each = plain === undefined ? part : String.fromCodePoint(Number.parseInt(plain, 16));
  if (!/^[a-z]$/i.test(each)) return part;
  const accented = String(pseudoText(each)).slice(1, -2);
  return `[${each}${accented}]`;
}
