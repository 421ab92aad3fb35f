import type { RequestEvent } from "../http/event.ts";

/**
 * The request is answered, and yet it did not succeed: handlers around it must see a failure (a sign-in that
 * still needs its second factor, a reset for nobody) although the client gets the answer that was written.
 */
export class AnsweredError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "AnsweredError";
  }
}

/** Wraps an action: an `AnsweredError` ends it and leaves the answer as it was written. */
export function keepAnswer(action: (event: RequestEvent) => Promise<void>) {
  return async (event: RequestEvent): Promise<void> => {
    try {
      await action(event);
    } catch (error) {
      if (!(error instanceof AnsweredError)) throw error;
      event.app.logger.debug(`${event.method} ${event.path}: ${error.message}`);
    }
  };
}
