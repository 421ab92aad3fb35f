/**
 * The program of a reader process: answers one query after the other over the channel to its parent, which
 * ends it by force when a query takes too long.
 */
import { Connection } from "./connection.ts";
import { endWithParent } from "./end-with-parent.ts";
import { DatabaseError } from "./errors.ts";
import type { ReaderAnswer, ReaderQuestion } from "./readers.ts";

const connection = new Connection(process.argv[2]!, {
  durability: "full",
  readonly: true,
  busyTimeoutMs: 5000,
});
endWithParent(Number(process.argv[3]));
process.on("message", (question) => {
  process.send!(answer(question as ReaderQuestion));
});

function answer(question: ReaderQuestion): ReaderAnswer {
  try {
    const started = performance.now();
    const table = connection.table(question);
    return { ...table, milliseconds: performance.now() - started };
  } catch (error) {
    if (error instanceof DatabaseError) {
      const { kind, code, message } = error;
      return { error: { kind, code, message } };
    }
    return { error: { message: error instanceof Error ? error.message : String(error) } };
  }
}
