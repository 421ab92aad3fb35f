import type { JobChanges } from "./watch.ts";

const KEEP_ALIVE_MS = 15_000;

/**
 * Server-sent events of one job: its state now, then whenever it changes, until it is over.
 *
 * @param changes closed at the end
 */
export async function* jobEvents(
  changes: JobChanges,
  read: () => Promise<{ readonly data: unknown; readonly isOver: boolean }>,
): AsyncGenerator<string> {
  try {
    let last = "";
    for (;;) {
      const { data, isOver } = await read();
      const text = JSON.stringify(data);
      yield text === last ? ": still there\n\n" : `event: job\ndata: ${text}\n\n`;
      last = text;
      if (isOver) return;
      await changes.next(KEEP_ALIVE_MS);
    }
  } finally {
    changes.close();
  }
}
