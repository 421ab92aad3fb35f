import { readForm, requireValid } from "../auth/form.ts";
import type { RequestEvent } from "../http/event.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { firstProblem, length, required } from "../lib/checks.ts";
import { badRequest } from "../lib/errors.ts";
import { runSql } from "./run-sql.ts";

const MAX_LENGTH = 5000;

/**
 * The console of superusers (PocketBase: apis/sql.go).
 *
 * @param ending ends what still runs when the app ends
 */
export function addSqlRoutes(router: Router, ending: AbortSignal): void {
  router.post("/api/sql", (event) => runHandler(event, ending)).bind(requireSuperuserAuth());
}

async function runHandler(event: RequestEvent, ending: AbortSignal): Promise<void> {
  const { query } = await readForm(event, ["query"]);
  const found = firstProblem(query, [required, length(0, MAX_LENGTH)]);
  requireValid(found ? { query: found } : {});
  const { path } = event.app.databaseFiles.data;
  const result = await runSql(path, query.trim(), ending).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw badRequest(`Failed to execute query. Raw error:\n${reason}`, { cause });
  });
  // What was written may be about collections, or end sessions.
  await event.app.noticeForeignChanges();
  await event.json(200, result);
}
