import { parseDuration } from "./duration.ts";
import { fromDollars, type MicroDollars } from "./spending/money.ts";
import { type Plan, type PlanLimits, PLANS } from "./spending/plans.ts";
import { PlainToken } from "./tokens/secret.ts";

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
  /** How long what is held for a job waits for a result that may still come: `GENERATIO_HOLD_LIMIT`. */
  readonly holdLimitMs: number;
  /** How many jobs are at work at the same time: `GENERATIO_WORKERS`. */
  readonly workers: number;
  /** How many of them may be one user's: `GENERATIO_WORKERS_PER_USER`. */
  readonly workersPerUser: number;
  /** How many jobs of one user may wait: `GENERATIO_QUEUE_PER_USER`. */
  readonly queuePerUser: number;
  /** How many days what was deleted can be had back: `GENERATIO_TRASH_DAYS`. */
  readonly trashDays: number;
  /** PBKDF2 rounds of newly sealed keys: `GENERATIO_PBKDF2_ITERATIONS`. */
  readonly pbkdf2Iterations: number;
  /** Where the queue of FAL is: `GENERATIO_FAL_URL`, an origin. */
  readonly falOrigin: string;
  /** Who publishes the keys of its callbacks; the same origin when one is set. */
  readonly falKeysOrigin: string;
  /** `GENERATIO_REPLICATE_URL`, an origin. */
  readonly replicateOrigin: string;
  /** OpenAI, or anything that speaks its protocol: `GENERATIO_OPENAI_URL`, an origin. */
  readonly openAiOrigin: string;
  /** The server's own provider keys, by provider: `FAL_KEY`, `REPLICATE_API_TOKEN`, `OPENAI_API_KEY`. */
  readonly serverKeys: ReadonlyMap<string, PlainToken>;
  /** Whose keys are used of a provider, where it is not either: `GENERATIO_KEY_SOURCES`, such as `fal=own,openai=server`. */
  readonly keySources: ReadonlyMap<string, "own" | "server">;
  /** Pictures a month on these keys: `GENERATIO_PLAN_LIMITS`, such as `free=5,pro=500,enterprise=unlimited`. */
  readonly planLimits: PlanLimits;
  /** Pauses between the attempts to call a webhook: `GENERATIO_WEBHOOK_RETRIES`. */
  readonly webhookRetriesMs: readonly number[];
  /** Origins that webhooks may lead to although they are not public: `GENERATIO_WEBHOOK_ORIGINS`. */
  readonly webhookOrigins: ReadonlySet<string>;
  /** What a prepaid credit is worth: `GENERATIO_CREDIT_VALUE`, in dollars there. */
  readonly creditMicros: MicroDollars;
  /** Where vendors reach this server with their callbacks: `GENERATIO_PUBLIC_URL`, an origin. */
  readonly publicOrigin: string | undefined;
  /** What the server's own secrets are made of: `GENERATIO_SECRET_KEY`; empty for a file. */
  readonly secretKey: string;
  /** Told by the health route: `API_VERSION`, `ENVIRONMENT`. */
  readonly apiVersion: string;
  readonly environment: string;
  /** What is done about prompts that the moderation service objects to: `GENERATIO_MODERATION`. */
  readonly moderation: "off" | "flag" | "block";
  /** When that cannot be asked: `GENERATIO_MODERATION_FAIL`; empty means closed for the server's own keys only. */
  readonly moderationFail: "" | "open" | "closed";
  /** Whether the provider that only draws test patterns is there: `GENERATIO_MOCK=1`. */
  readonly mock: boolean;
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
  const replicateUrl = origin(env, "GENERATIO_REPLICATE_URL");
  const openAiUrl = origin(env, "GENERATIO_OPENAI_URL");
  return {
    sessionTtlMs: duration(env, "GENERATIO_SESSION_TTL", "24h"),
    cleanupIntervalMs: duration(env, "GENERATIO_CLEANUP_INTERVAL", "1h"),
    falTimeoutMs: duration(env, "GENERATIO_FAL_TIMEOUT", "10m"),
    syncWaitMs: duration(env, "GENERATIO_SYNC_WAIT", "120s"),
    holdLimitMs: duration(env, "GENERATIO_HOLD_LIMIT", "24h"),
    workers: wholeNumber(env, "GENERATIO_WORKERS", { fallback: "4", least: 1, most: 10_000 }),
    workersPerUser: wholeNumber(env, "GENERATIO_WORKERS_PER_USER", {
      fallback: "2",
      least: 1,
      most: 10_000,
    }),
    queuePerUser: wholeNumber(env, "GENERATIO_QUEUE_PER_USER", {
      fallback: "1000",
      least: 1,
      most: 1_000_000,
    }),
    trashDays: wholeNumber(env, "GENERATIO_TRASH_DAYS", { fallback: "30", least: 1, most: 36_500 }),
    pbkdf2Iterations: wholeNumber(env, "GENERATIO_PBKDF2_ITERATIONS", {
      fallback: "600000",
      least: 100_000,
      most: 10_000_000,
    }),
    falOrigin: falUrl ?? FAL_ORIGIN,
    falKeysOrigin: falUrl ?? "https://rest.fal.ai",
    webhookRetriesMs: durations(env, "GENERATIO_WEBHOOK_RETRIES", "5s,30s,2m,10m,1h,3h,8h"),
    webhookOrigins: origins(env, "GENERATIO_WEBHOOK_ORIGINS"),
    creditMicros: creditMicros(env),
    publicOrigin: origin(env, "GENERATIO_PUBLIC_URL"),
    secretKey: secretKey(env),
    replicateOrigin: replicateUrl ?? "https://api.replicate.com",
    openAiOrigin: openAiUrl ?? "https://api.openai.com",
    serverKeys: serverKeys(env, keySources(env)),
    keySources: keySources(env),
    planLimits: planLimits(env),
    apiVersion: env["API_VERSION"] || "v1",
    environment: env["ENVIRONMENT"] || "production",
    moderation: moderation(env),
    moderationFail: oneOf(env, "GENERATIO_MODERATION_FAIL", ["", "open", "closed"] as const),
    mock: env["GENERATIO_MOCK"] === "1",
    trustedOrigins: new Set(
      [falUrl, replicateUrl, openAiUrl].filter((named) => named !== undefined),
    ),
    debugHttp: env["GENERATIO_DEBUG_HTTP"] === "1",
  };
}

function moderation(env: Environment): Settings["moderation"] {
  const wanted = oneOf(env, "GENERATIO_MODERATION", ["off", "flag", "block"] as const);
  if (wanted !== "off" && !env["OPENAI_API_KEY"]) {
    throw new Error(`GENERATIO_MODERATION=${wanted} needs OPENAI_API_KEY: OpenAI is asked.`);
  }
  return wanted;
}

/** @param values the first is the default */
function oneOf<const T extends string>(env: Environment, name: string, values: readonly T[]): T {
  const text = env[name] ?? "";
  const found = text === "" ? values[0] : values.find((value) => value === text);
  if (found !== undefined) return found;
  const known = values.filter((value) => value !== "").join(", ");
  throw new Error(`${name} must be one of ${known}, not "${text}".`);
}

const KEY_VARIABLES = [
  ["fal", "FAL_KEY"],
  ["replicate", "REPLICATE_API_TOKEN"],
  ["openai", "OPENAI_API_KEY"],
] as const;

function serverKeys(
  env: Environment,
  sources: Settings["keySources"],
): ReadonlyMap<string, PlainToken> {
  const keys = new Map<string, PlainToken>();
  for (const [provider, name] of KEY_VARIABLES) {
    const key = (env[name] ?? "").trim();
    if (key !== "" && sources.get(provider) !== "own") keys.set(provider, new PlainToken(key));
  }
  return keys;
}

function keySources(env: Environment): Settings["keySources"] {
  const name = "GENERATIO_KEY_SOURCES";
  const sources = new Map<string, "own" | "server">();
  for (const part of (env[name] ?? "").split(",").filter(Boolean)) {
    const [, provider = "", source] = /^\s*([a-z]+)=(own|server|either)\s*$/.exec(part) ?? [];
    if (!KEY_VARIABLES.some(([known]) => known === provider)) {
      throw new Error(
        `${name} must look like fal=own,openai=server,replicate=either, not "${part}".`,
      );
    }
    if (source === "own" || source === "server") sources.set(provider, source);
  }
  return sources;
}

function creditMicros(env: Environment): MicroDollars {
  const text = env["GENERATIO_CREDIT_VALUE"] || "0.15";
  const micros = /^\d{1,4}(?:\.\d{1,6})?$/.test(text) ? fromDollars(Number(text)) : 0;
  if (micros > 0) return micros;
  throw new Error(
    `GENERATIO_CREDIT_VALUE must be an amount in dollars such as 0.15, not "${text}".`,
  );
}

const LEAST_SECRET = 32;

function secretKey(env: Environment): string {
  const key = (env["GENERATIO_SECRET_KEY"] ?? "").trim();
  if (key !== "" && key.length < LEAST_SECRET) {
    throw new Error(`GENERATIO_SECRET_KEY must have at least ${LEAST_SECRET} characters.`);
  }
  return key;
}

const DEFAULT_PLAN_LIMITS = { free: 5, pro: 500, enterprise: undefined } as const;

function planLimits(env: Environment): PlanLimits {
  const limits: Record<Plan, number | undefined> = { ...DEFAULT_PLAN_LIMITS };
  for (const part of (env["GENERATIO_PLAN_LIMITS"] ?? "").split(",").filter(Boolean)) {
    const [name = "", limit = ""] = part.split("=").map((text) => text.trim());
    const plan = PLANS.find((known) => known === name);
    if (!plan || !/^(?:\d{1,9}|unlimited)$/.test(limit)) {
      throw new Error(
        `GENERATIO_PLAN_LIMITS must look like free=5,pro=500,enterprise=unlimited, not "${part}".`,
      );
    }
    limits[plan] = limit === "unlimited" ? undefined : Number(limit);
  }
  return limits;
}

function duration(env: Environment, name: string, fallback: string): number {
  const text = env[name] || fallback;
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    throw new Error(`${name} must be a duration such as 90s, 10m or 24h, not "${text}".`);
  }
  return Math.min(milliseconds, LONGEST_MS);
}

function durations(env: Environment, name: string, fallback: string): readonly number[] {
  return (env[name] || fallback)
    .split(",")
    .map((text) => duration({ [name]: text.trim() }, name, text));
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

function origins(env: Environment, name: string): ReadonlySet<string> {
  const list = (env[name] ?? "").split(",").map((text) => text.trim());
  return new Set(list.flatMap((text) => origin({ [name]: text }, name) ?? []));
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
