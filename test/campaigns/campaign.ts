/** What every file of this folder that is a campaign exports; the command line gives the options. */
export interface Campaign {
  /** One line for `--help`. */
  readonly summary: string;
  /** Named defects that it must catch: `--mutant NAME` plants one, `--controls` tries all of them. */
  readonly mutants: readonly string[];
  readonly run: (options: CampaignOptions) => Promise<CampaignResult>;
}

export interface CampaignOptions {
  /** Goes on until this much time has passed… */
  readonly minutes: number;
  /** … or this many cases were tried, whichever comes first. */
  readonly cases: number;
  /** Everything random derives from it. */
  readonly seed: number;
  /** A defect to plant. */
  readonly mutant: string | undefined;
  /** Arguments that the command line does not know, for the campaign itself (`--over http`). */
  readonly extra: ReadonlyMap<string, string>;
  /** Prints a line of progress. */
  readonly print: (line: string) => void;
}

export interface CampaignResult {
  readonly cases: number;
  /** What was found, a sentence each with all that is needed to see it again; empty is success. */
  readonly failures: readonly string[];
  /** What was measured, by name. */
  readonly figures: Readonly<Record<string, number | string>>;
}

/** True while a campaign that started at `started` (`performance.now()`) and did `cases` has budget left. */
export function hasBudget(options: CampaignOptions, started: number, cases: number): boolean {
  return cases < options.cases && performance.now() - started < options.minutes * 60_000;
}
