import { fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The answer of the console, as PocketBase's. */
export interface SqlResult {
  /** Milliseconds. */
  readonly execTime: number;
  readonly affectedRows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
  }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface SqlOrder {
  readonly path: string;
  readonly query: string;
  /** All of it in one transaction. */
  readonly inTransaction: boolean;
}

export type SqlAnswer = SqlResult | { readonly error: string };

const TIMEOUT_MS = 3 * 60_000;

/** What PocketBase takes for a change (apis/sql.go). */
const WRITES = /^(?:INSERT|CREATE|UPDATE|DELETE|DROP|DETACH|ALTER|REPLACE)/i;

// Beside this file, as source or compiled.
const PROGRAM = fileURLToPath(new URL(`./sql-process${extname(import.meta.url)}`, import.meta.url));

/**
 * Runs what a superuser typed, in a process of its own: however long it takes, requests are answered
 * meanwhile, it can be ended, and no transaction or attached file is left behind.
 *
 * @throws Error with SQLite's reason
 */
export async function runSql(path: string, query: string, ending: AbortSignal): Promise<SqlResult> {
  if (query === "") throw new Error("empty query");
  const signal = AbortSignal.any([ending, AbortSignal.timeout(TIMEOUT_MS)]);
  signal.throwIfAborted();
  const child = fork(PROGRAM, [String(process.pid)], {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop);
  const ended = once(child, "exit").then(() => {
    throw new Error(signal.aborted ? "the query was ended" : "the query ended its process");
  });
  ended.catch(() => undefined);
  try {
    const answered = once(child, "message") as Promise<[SqlAnswer]>;
    const order: SqlOrder = { path, query, inTransaction: WRITES.test(query) };
    child.send(order);
    const [answer] = await Promise.race([answered, ended]);
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
