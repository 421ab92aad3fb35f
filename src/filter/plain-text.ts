/** A bound value as text: numbers without exponent, nothing for null and for lists (PocketBase: cast.ToString). */
export function plainText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return plainNumber(value);
    case "boolean":
    case "bigint":
      return String(value);
    default:
      return "";
  }
}

/** A number in plain decimal notation, as Go's 'f' format with the fewest digits. */
export function plainNumber(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, whole = "", fraction = "", exponent] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}
