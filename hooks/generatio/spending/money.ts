/** Millionths of a US dollar, a whole number: sums never drift. */
export type MicroDollars = number;

/** The number that answers carry. */
export function toDollars(micros: MicroDollars): number {
  return Math.round(micros) / 1_000_000;
}

/** @param dollars as clients write them */
export function fromDollars(dollars: number): MicroDollars {
  return Math.round(dollars * 1_000_000);
}
