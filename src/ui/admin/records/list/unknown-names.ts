import { tokenize } from "../../../kit/code-languages.ts";

/** The names in a filter that no field has, in their order. */
export function unknownNames(filter: string, names: readonly string[]): string[] {
  const tokens = tokenize(filter, "rule");
  const found = tokens.flatMap(({ kind, text }, at) => {
    const isCall = tokens[at + 1]?.text.startsWith("(");
    const [name = ""] = text.split(/[.:]/);
    const isField = kind === "field" && !isCall && !/_via_/.test(name);
    return isField && !names.includes(name) ? [name] : [];
  });
  return [...new Set(found)];
}
