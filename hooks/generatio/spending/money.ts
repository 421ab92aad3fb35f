/** Millionths of a US dollar, a whole number: sums never drift. */
export type MicroDollars = number;

/** The number that answers carry. */
export function toDollars(micros: MicroDollars): number {
  return Math.round(micros) / 1_000_000;
}
