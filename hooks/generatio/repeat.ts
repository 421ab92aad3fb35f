import type { App } from "generatio";

/** Work that is done again and again. */
export interface Repeated {
  /** Ends it, after the round that is under way. */
  stop(): Promise<void>;
}

/** Does something every so many milliseconds, never twice at the same time. A failure is logged. */
export function repeat(
  app: App,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<void>,
): Repeated {
  const stopping = new AbortController();
  let round: Promise<void> | undefined;
  const timer = setInterval(() => {
    round ??= work(stopping.signal)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) app.logger.error("regular work failed", { error });
      })
      .finally(() => (round = undefined));
  }, milliseconds).unref();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await round;
    },
  };
}
