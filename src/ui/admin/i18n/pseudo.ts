import type { Text } from "./catalogue.ts";

const LETTERS: Readonly<Record<string, string>> = {
  a: "á",
  c: "ç",
  d: "ð",
  e: "é",
  g: "ĝ",
  h: "ĥ",
  i: "í",
  j: "ĵ",
  l: "ļ",
  n: "ñ",
  o: "ö",
  r: "ŕ",
  s: "š",
  t: "ţ",
  u: "ü",
  w: "ŵ",
  y: "ý",
  z: "ž",
  A: "Á",
  B: "ß",
  C: "Ç",
  D: "Ð",
  E: "É",
  G: "Ĝ",
  H: "Ĥ",
  I: "Í",
  J: "Ĵ",
  L: "Ļ",
  N: "Ñ",
  O: "Ö",
  R: "Ŕ",
  S: "Š",
  T: "Ţ",
  U: "Ü",
  W: "Ŵ",
  Y: "Ý",
  Z: "Ž",
};

/** A text that reads as English but is longer and has no plain words, to see what is not translated or too tight. */
export function pseudoText(text: Text): Text {
  if (typeof text === "string") return pseudoLine(text);
  return {
    one: pseudoLine(text.one),
    other: pseudoLine(text.other),
    ...(text.many !== undefined && { many: pseudoLine(text.many) }),
  };
}

function pseudoLine(line: string): string {
  const parts = line.split(/(\{\w+\})/);
  const accented = parts.map((part) =>
    part.startsWith("{") ? part : part.replaceAll(/[a-z]/gi, (letter) => LETTERS[letter] ?? letter),
  );
  return `⟦${accented.join("")}${"·".repeat(Math.ceil(line.length / 4))}⟧`;
}
