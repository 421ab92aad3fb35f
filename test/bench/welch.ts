/** Shares of the slowest samples that are left out: interruptions of the machine tell nothing (dudect). */
const KEPT = [1, 0.99, 0.9, 0.5];

/**
 * Welch's t between two lists of times: over all, and over what is below the 99th, 90th and 50th percentile of
 * both together. A difference hides in the noise of the whole, or in the slow ones only.
 *
 * @returns one value for each cut; beyond ±4.5 the lists differ for a reason
 */
export function welch(first: readonly number[], second: readonly number[]): number[] {
  const all = Float64Array.from([...first, ...second]).toSorted();
  return KEPT.map((share) => {
    const cut = all[Math.ceil(all.length * share) - 1]!;
    return statistic(
      first.filter((time) => time <= cut),
      second.filter((time) => time <= cut),
    );
  });
}

/** The middle of a list. */
export function median(list: readonly number[]): number {
  return Float64Array.from(list).toSorted()[Math.floor(list.length / 2)] ?? Number.NaN;
}

function statistic(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [moments(first), moments(second)];
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function moments(list: readonly number[]): { count: number; mean: number; variance: number } {
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: list.length, mean, variance: squares / (list.length - 1) };
}
