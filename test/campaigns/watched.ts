/** Something that writes while strace watches it. */
export interface WatchedWriter {
  /** The defects that it can plant. */
  readonly mutants: readonly string[];
  /**
   * Makes `count` writes under strace, each with one of the markers in its row and in its answer.
   *
   * @param folder a folder of its own, with `trace` as strace's output and `data.db` somewhere in it
   * @returns the markers that were answered with success
   */
  readonly write: (folder: string, task: WriteTask) => Promise<string[]>;
}

export interface WriteTask {
  readonly count: number;
  readonly seed: number;
  /** A defect to plant; empty for none. */
  readonly mutant: string;
}

/** Ends with a letter, so that no marker is the beginning of another. */
export function marker(index: number): string {
  return `MARK${index}X`;
}
