import type { App } from "../app.ts";

/** A handler may run inside a transaction: the answer is then made only once it is committed. */
export async function afterCommit(app: App, answer: () => Promise<void>): Promise<void> {
  if (!app.isTransaction) return answer();
  app.afterTransaction(async (_outer, error) => {
    if (error === undefined) await answer();
  });
}

/** Runs work that nobody waits for. What it throws is logged with this message. */
export function inBackground(app: App, message: string, work: () => Promise<void>): void {
  // Not before the answer is on its way: work for one account must not delay it.
  setImmediate(() => {
    work().catch((error: unknown) => app.logger.error(message, { error }));
  });
}
