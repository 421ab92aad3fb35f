import { setTimeout as sleep } from "node:timers/promises";
import {
  type Outcome,
  type Provider,
  type ProviderContext,
  ProviderError,
  type ProviderHandle,
  type ProviderRequest,
} from "../providers/provider.ts";
import type { Bell } from "./bell.ts";
import { pauseBeforeLook, pauseBeforeRetry } from "./cadence.ts";

export type Done = Extract<Outcome, { state: "done" }>;

/** The job's time is over and the provider has not delivered. */
export class DeadlineError extends Error {
  /** The provider did not say that it has stopped: the result may come late. */
  readonly mayFinish: boolean;

  constructor(options: { mayFinish: boolean }) {
    super("the job's time is over");
    this.name = "DeadlineError";
    this.mayFinish = options.mayFinish;
  }
}

/** The job's user did not want it any more, and nothing was made. */
export class CanceledError extends Error {
  constructor() {
    super("the job was cancelled");
    this.name = "CanceledError";
  }
}

const SUBMIT_ATTEMPTS = 3;
// A person waits for the answer: a longer wish of the provider is passed on instead of waited for.
const LONGEST_SUBMIT_PAUSE_MS = 2500;

/**
 * Sends the paid request. It is sent again only when the provider cannot have processed the one before:
 * no connection stood, or it was turned away by a rate limit.
 *
 * @throws ProviderError; with `sent: "unknown"` when the request may have been taken
 */
export async function submitOnce(
  provider: Provider,
  request: ProviderRequest,
  context: ProviderContext,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await provider.submit(request, context);
    } catch (error) {
      const wasNotTaken =
        error instanceof ProviderError && (error.sent === "no" || error.kind === "rate_limit");
      if (!wasNotTaken || attempt === SUBMIT_ATTEMPTS) throw error;
      const pause = pauseBeforeRetry(attempt, error.retryAfterMs, Math.random());
      if (pause > LONGEST_SUBMIT_PAUSE_MS) throw error;
      // Cut off between two attempts: the one before was certainly not taken.
      await sleep(pause, undefined, { signal: context.signal }).catch(() => Promise.reject(error));
    }
  }
}

export interface FollowOptions {
  /** Unix milliseconds. */
  readonly deadline: number;
  /** Its user does not want it any more. */
  readonly cancel: AbortSignal;
  /** Rings when the vendor says that there is something new. */
  readonly bell: Bell;
  /** The vendor rings at the end: looking is only for what got lost. */
  readonly isRung: boolean;
  /** Called with every state that was read before the end. */
  readonly onProgress: (outcome: Exclude<Outcome, Done>) => Promise<void>;
}

const LONGEST_RESULT_TROUBLE_MS = 30_000;

/**
 * Looks after a submitted request until it is done.
 *
 * @throws ProviderError when it failed; DeadlineError when its time is over (it was then cancelled);
 *   CanceledError when it was cancelled before anything was made
 */
export async function followToEnd(
  provider: Provider,
  handle: ProviderHandle,
  context: ProviderContext,
  options: FollowOptions,
): Promise<Done> {
  let position: number | undefined;
  let resultTroubleSince: number | undefined;
  const wish = new CancelWish(options.cancel);
  for (let look = 0; ; look++) {
    const untilNews = AbortSignal.any([wish.interrupts(context.signal), options.bell.signal]);
    const milliseconds = pauseBeforeLook(look, { position, isRung: options.isRung }, Math.random());
    await pause(milliseconds, options.deadline, untilNews).catch(() =>
      context.signal.throwIfAborted(),
    );
    options.bell.answer();
    if (Date.now() >= options.deadline) return giveUp(provider, handle, context);
    try {
      if (wish.isNew) await wish.tell(provider, handle, context);
      const outcome = await provider.poll(handle, context);
      if (outcome.state === "done") return outcome;
      position = outcome.state === "queued" ? outcome.position : undefined;
      await options.onProgress(outcome);
    } catch (error) {
      if (!isPassing(error)) throw wish.wasTold && isEnd(error) ? new CanceledError() : error;
      if (error.isFromResult) {
        resultTroubleSince ??= Date.now();
        if (Date.now() - resultTroubleSince > LONGEST_RESULT_TROUBLE_MS) throw error;
      }
      await pause(error.retryAfterMs ?? 0, options.deadline, context.signal);
    }
  }
}

const CANCEL_ATTEMPTS = 3;

/** A user's wish to cancel. The provider is told once; what it then delivers after all is paid and kept. */
class CancelWish {
  readonly #signal: AbortSignal;
  #attempts = 0;
  #wasTold = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isNew(): boolean {
    return this.#signal.aborted && !this.#wasTold && this.#attempts < CANCEL_ATTEMPTS;
  }

  get wasTold(): boolean {
    return this.#wasTold;
  }

  /** What ends a pause: the wish only when it is heard for the first time. */
  interrupts(stop: AbortSignal): AbortSignal {
    return this.#attempts > 0 ? stop : AbortSignal.any([stop, this.#signal]);
  }

  /** @throws CanceledError when the request was taken out; ProviderError when it could not be told */
  async tell(provider: Provider, handle: ProviderHandle, context: ProviderContext): Promise<void> {
    this.#attempts++;
    const answer = await provider.cancel(handle, context);
    this.#wasTold = true;
    if (answer === "removed") throw new CanceledError();
  }
}

/** The provider will not deliver any more. */
function isEnd(error: unknown): boolean {
  const kinds: readonly string[] = ["canceled", "failed", "missing"];
  return error instanceof ProviderError && kinds.includes(error.kind);
}

/** Reads cost nothing and may be repeated as long as the trouble can pass. */
function isPassing(error: unknown): error is ProviderError {
  if (!(error instanceof ProviderError) || error.isFinal) return false;
  return error.kind === "network" || error.kind === "unavailable" || error.kind === "rate_limit";
}

/** Never sleeps past the deadline. */
async function pause(milliseconds: number, deadline: number, signal: AbortSignal): Promise<void> {
  const left = deadline - Date.now();
  await sleep(Math.max(0, Math.min(milliseconds, left)), undefined, { signal });
}

/** Cancels; when the provider says that it had finished just then, the paid result is taken after all. */
async function giveUp(
  provider: Provider,
  handle: ProviderHandle,
  context: ProviderContext,
): Promise<Done> {
  const answer = await provider.cancel(handle, context).catch(() => undefined);
  if (answer === "late") {
    const outcome = await provider.poll(handle, context).catch(() => undefined);
    if (outcome?.state === "done") return outcome;
  }
  throw new DeadlineError({ mayFinish: answer !== "removed" });
}
