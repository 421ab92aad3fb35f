/** Unicode's long names of general categories, without blanks and in lower case. */
const CATEGORIES: Readonly<Record<string, string>> = {
  other: "C",
  control: "Cc",
  cntrl: "Cc",
  format: "Cf",
  unassigned: "Cn",
  privateuse: "Co",
  surrogate: "Cs",
  letter: "L",
  casedletter: "LC",
  lowercaseletter: "Ll",
  modifierletter: "Lm",
  otherletter: "Lo",
  titlecaseletter: "Lt",
  uppercaseletter: "Lu",
  mark: "M",
  combiningmark: "M",
  spacingmark: "Mc",
  enclosingmark: "Me",
  nonspacingmark: "Mn",
  number: "N",
  decimalnumber: "Nd",
  digit: "Nd",
  letternumber: "Nl",
  othernumber: "No",
  punctuation: "P",
  punct: "P",
  connectorpunctuation: "Pc",
  dashpunctuation: "Pd",
  closepunctuation: "Pe",
  finalpunctuation: "Pf",
  initialpunctuation: "Pi",
  otherpunctuation: "Po",
  openpunctuation: "Ps",
  symbol: "S",
  currencysymbol: "Sc",
  modifiersymbol: "Sk",
  mathsymbol: "Sm",
  othersymbol: "So",
  separator: "Z",
  lineseparator: "Zl",
  paragraphseparator: "Zp",
  spaceseparator: "Zs",
  any: "Any",
  ascii: "ASCII",
  assigned: "Assigned",
};

/**
 * The canonical name of a Unicode category or script in a pattern. Go looks names up without regard to case,
 * blanks, hyphens and underscores (`\p{uppercase letter}`, `\p{OldItalic}`).
 */
export function canonicalUnicodeClass(name: string): string {
  const plain = name.replace(/[\s_-]/g, "").toLowerCase();
  const category = CATEGORIES[plain];
  if (category !== undefined) return category;
  if (plain.length <= 2) return plain === "lc" ? "LC" : capitalize(plain);
  const words = name
    .trim()
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .split(/[\s_-]+/);
  return words.map((word) => capitalize(word.toLowerCase())).join("_");
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
