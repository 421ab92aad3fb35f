/** The program of the process that runs what was typed into the console: one order, and ends with it. */
import { rawErrorText } from "../collections/raw-error.ts";
import { endWithParent } from "../db/end-with-parent.ts";
import { runScript } from "../db/script.ts";
import { cellText } from "./cell-text.ts";
import type { SqlAnswer, SqlOrder } from "./run-sql.ts";

const MAX_ROWS = 1000;

endWithParent(Number(process.argv[2]));
process.once("message", (order) => process.send!(answer(order as SqlOrder)));

function answer({ path, query, inTransaction }: SqlOrder): SqlAnswer {
  const started = performance.now();
  try {
    const { changes, columns, rows } = runScript(path, query, { inTransaction, maxRows: MAX_ROWS });
    return {
      execTime: Math.floor(performance.now() - started),
      affectedRows: inTransaction ? changes : 0,
      columns: columns.map((column) => ({ ...column, nullable: true })),
      rows: rows.map((row) => row.map(cellText)),
    };
  } catch (error) {
    return { error: rawErrorText(error) };
  }
}
