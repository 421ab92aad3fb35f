/** The calls of a provider's protocol that can be made to go wrong. */
export type EmulatedRoute =
  | "submit"
  | "status"
  | "result"
  | "cancel"
  | "file"
  | "upload"
  | "moderate";

/** What happens instead of, or before, the ordinary answer. */
export type Fault =
  /** This answer, and nothing is done. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A body that is no JSON, such as a gateway's page. */
  | { readonly kind: "page"; readonly status: number; readonly html: string }
  /** The connection breaks before the call was looked at. */
  | { readonly kind: "drop" }
  /** The call takes effect, then the connection breaks: the answer is lost. */
  | { readonly kind: "lose-answer" }
  /** The call takes effect and no answer ever comes. */
  | { readonly kind: "hang" }
  /** The ordinary answer, later. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The ordinary answer is cut off in its middle. */
  | { readonly kind: "truncate" };

/** How one request ends when its prompt asks for it. */
export type Ending =
  | { readonly kind: "pictures"; readonly isNsfw: boolean; readonly count?: number }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "never" };

export interface Instructions {
  readonly ending: Ending;
  /** Added to the time of the work. */
  readonly extraMs: number;
  readonly submitFaults: readonly Fault[];
  /** Told to stop it says yes and goes on. */
  readonly isStubborn: boolean;
  /** Which of its pictures is nowhere to be had, from 0. */
  readonly missingFile: number | undefined;
  /** What the answer says that it has cost, where the vendor counts tokens. */
  readonly outputTokens: number | undefined;
  /** How often its callback is sent; 1 when nothing is said. */
  readonly callbacks: number;
  /** How long after it is due. */
  readonly callbackDelayMs: number;
}

/**
 * Markers in a prompt, for tests and people that can reach the emulator only through the product:
 * `[[emu:nsfw]] [[emu:fail]] [[emu:422]] [[emu:partial]] [[emu:never]] [[emu:slow=5000]] [[emu:429x2]]
 * [[emu:drop]] [[emu:lose]] [[emu:hang]] [[emu:stubborn]] [[emu:nofile=0]] [[emu:tokens=9]]
 * [[emu:callbacks=0]] [[emu:latecallback=5000]]`.
 */
export function readMarkers(prompt: string): Instructions {
  const found = [...prompt.matchAll(/\[\[emu:([a-z0-9]+)(?:=(\d+))?\]\]/g)];
  const has = (name: string) => found.some((marker) => marker[1] === name);
  const numberOf = (name: string) => found.find((marker) => marker[1] === name)?.[2];
  const missing = numberOf("nofile");
  const tokens = numberOf("tokens");
  return {
    ending: endingOf(has),
    extraMs: Number(numberOf("slow") ?? 0),
    isStubborn: has("stubborn"),
    missingFile: missing === undefined ? undefined : Number(missing),
    outputTokens: tokens === undefined ? undefined : Number(tokens),
    callbacks: Number(numberOf("callbacks") ?? 1),
    callbackDelayMs: Number(numberOf("latecallback") ?? 0),
    submitFaults: submitFaultsOf(
      has,
      found.map((marker) => marker[1] ?? ""),
    ),
  };
}

function endingOf(has: (name: string) => boolean): Ending {
  if (has("never")) return { kind: "never" };
  if (has("422")) return policyViolation;
  if (has("fail")) return modelCrash;
  return { kind: "pictures", isNsfw: has("nsfw"), ...(has("partial") ? { count: 1 } : {}) };
}

const policyViolation: Ending = {
  kind: "error",
  status: 422,
  headers: { "x-fal-retryable": "false" },
  body: {
    detail: [
      {
        loc: ["body", "prompt"],
        msg: "The content could not be processed because it was flagged by a content checker.",
        type: "content_policy_violation",
      },
    ],
  },
};

const modelCrash: Ending = {
  kind: "error",
  status: 500,
  headers: { "x-fal-retryable": "false" },
  body: {
    detail: [{ loc: ["body"], msg: "Internal server error", type: "internal_server_error" }],
  },
};

function submitFaultsOf(has: (name: string) => boolean, names: readonly string[]): Fault[] {
  const limited = names.map((name) => /^429x(\d)$/.exec(name)).find((match) => match !== null);
  const faults: Fault[] = Array.from({ length: Number(limited?.[1] ?? 0) }, () => rateLimited(1));
  if (has("drop")) faults.push({ kind: "drop" });
  if (has("lose")) faults.push({ kind: "lose-answer" });
  if (has("hang")) faults.push({ kind: "hang" });
  return faults;
}

/** The vendor's 429. @param seconds for `Retry-After` */
export function rateLimited(seconds: number): Fault {
  return {
    kind: "answer",
    status: 429,
    body: { detail: "Too many requests" },
    headers: { "retry-after": String(seconds) },
  };
}
