/** Something that may be put in at the caret. */
export interface Suggestion {
  readonly text: string;
  /** What it is, in a word or two. */
  readonly note?: string | undefined;
}

/** What may follow at a place of the code, and which part before the place it replaces. */
export interface Completion {
  readonly from: number;
  readonly suggestions: readonly Suggestion[];
}
