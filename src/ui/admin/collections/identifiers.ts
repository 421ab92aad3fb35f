/** What is typed as the name of a collection or field, with signs that names cannot have replaced at once. */
export function typedIdentifier(text: string): string {
  return text.replaceAll(/[\s\-./\\,;:'"`]+/g, "_");
}

/** The name itself: ASCII letters, digits and `_`, accents taken off. */
export function finalIdentifier(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/\W+/g, "_")
    .replaceAll(/(?<=[^_])_+$/g, "");
}

/** The first of `name`, `name2`, `name3`, … that is not taken, whatever the case. */
export function freeIdentifier(name: string, taken: readonly string[]): string {
  const lower = new Set(taken.map((each) => each.toLowerCase()));
  if (!lower.has(name.toLowerCase())) return name;
  for (let number = 2; ; number++) {
    if (!lower.has(`${name}${number}`.toLowerCase())) return `${name}${number}`;
  }
}
