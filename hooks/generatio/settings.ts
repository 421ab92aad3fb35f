import { parseDuration } from "./duration.ts";

/** What an operator can set through the environment. All times are milliseconds. */
export interface Settings {
  /** How long a key session lives after it was opened: `GENERATIO_SESSION_TTL`. */
  readonly sessionTtlMs: number;
  /** How often ended sessions and abandoned jobs are swept: `GENERATIO_CLEANUP_INTERVAL`. */
  readonly cleanupIntervalMs: number;
  /** How long a FAL job may take from its start: `GENERATIO_FAL_TIMEOUT`. */
  readonly falTimeoutMs: number;
  /** How long a synchronous request waits for its job: `GENERATIO_SYNC_WAIT`. */
  readonly syncWaitMs: number;
  /** How many jobs are at work at the same time: `GENERATIO_WORKERS`. */
  readonly workers: number;
  /** How many of them may be one user's: `GENERATIO_WORKERS_PER_USER`. */
  readonly workersPerUser: number;
  /** PBKDF2 rounds of newly sealed keys: `GENERATIO_PBKDF2_ITERATIONS`. */
  readonly pbkdf2Iterations: number;
  /** Where the queue of FAL is: `GENERATIO_FAL_URL`, an origin. */
  readonly falOrigin: string;
  /** Origins that the operator named; results may be fetched from them although they are not public. */
  readonly trustedOrigins: ReadonlySet<string>;
  /** Logs the bodies exchanged with providers, keys left out: `GENERATIO_DEBUG_HTTP=1`. */
  readonly debugHttp: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const FAL_ORIGIN = "https://queue.fal.run";
// Node's timers count to 31 bits; a longer one would fire at once.
const LONGEST_MS = 2 ** 31 - 1;

/** Reads the settings. @throws Error naming the variable that cannot be used and what it should look like */
export function readSettings(env: Environment): Settings {
  const falUrl = origin(env, "GENERATIO_FAL_URL");
  return {
    sessionTtlMs: duration(env, "GENERATIO_SESSION_TTL", "24h"),
    cleanupIntervalMs: duration(env, "GENERATIO_CLEANUP_INTERVAL", "1h"),
    falTimeoutMs: duration(env, "GENERATIO_FAL_TIMEOUT", "10m"),
    syncWaitMs: duration(env, "GENERATIO_SYNC_WAIT", "120s"),
    workers: wholeNumber(env, "GENERATIO_WORKERS", { fallback: "4", least: 1, most: 10_000 }),
    workersPerUser: wholeNumber(env, "GENERATIO_WORKERS_PER_USER", {
      fallback: "2",
      least: 1,
      most: 10_000,
    }),
    pbkdf2Iterations: wholeNumber(env, "GENERATIO_PBKDF2_ITERATIONS", {
      fallback: "600000",
      least: 100_000,
      most: 10_000_000,
    }),
    falOrigin: falUrl ?? FAL_ORIGIN,
    trustedOrigins: new Set(falUrl === undefined ? [] : [falUrl]),
    debugHttp: env["GENERATIO_DEBUG_HTTP"] === "1",
  };
}

function duration(env: Environment, name: string, fallback: string): number {
  const text = env[name] || fallback;
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    throw new Error(`${name} must be a duration such as 90s, 10m or 24h, not "${text}".`);
  }
  return Math.min(milliseconds, LONGEST_MS);
}

function wholeNumber(
  env: Environment,
  name: string,
  { fallback, least, most }: { fallback: string; least: number; most: number },
): number {
  const text = env[name] || fallback;
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Error(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
  }
  return number;
}

function origin(env: Environment, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  if (!isOrigin) {
    throw new Error(
      `${name} must be an origin such as http://127.0.0.1:9000 (no path, no user), not "${text}".`,
    );
  }
  return url.origin;
}
