import type { RequestEvent } from "../http/event.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { notFound } from "../lib/errors.ts";

/** The API of the jobs (PocketBase: apis/cron.go). */
export function addCronRoutes(router: Router): void {
  const group = router.group("/api/crons").bind(requireSuperuserAuth());
  group.get("", listHandler);
  group.post("/{id}", runHandler);
}

/** Own jobs by id, then the engine's in the order they were added. */
function listHandler(event: RequestEvent): Promise<void> {
  const entries = event.app.crons.all().map(({ id, expression }) => ({ id, expression }));
  const isOwn = ({ id }: { id: string }) => !id.startsWith("__pb");
  const own = entries.filter(isOwn).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return event.json(200, [...own, ...entries.filter((entry) => !isOwn(entry))]);
}

/** Starts a job without waiting for it. */
function runHandler(event: RequestEvent): Promise<void> {
  const { crons } = event.app;
  const entry = crons.find(event.params["id"]!);
  if (!entry) throw notFound("Missing or invalid cron job.");
  setImmediate(() => void crons.run(entry));
  return event.noContent();
}
