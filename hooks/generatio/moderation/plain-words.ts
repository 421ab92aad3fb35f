const LOOKALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** Whole words in lower case, with what is used to hide them undone: invisible signs, accents, digits for letters. */
export function plainWords(text: string): string[] {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replaceAll(/[013457@$]/g, (sign) => LOOKALIKES[sign] ?? sign);
  return plain.split(/[^\p{L}]+/u).filter((word) => word !== "");
}
