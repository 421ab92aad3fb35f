/** A value of a result as PocketBase writes it: numbers as Go formats them (`%g`), bytes as text. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return numberText(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

/** With an exponent below 1e-4 and from 1e6 on, which then has two digits at least. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const [digits, power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
