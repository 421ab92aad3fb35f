import { bind } from "../db/dialect/fragment.ts";
import { countLogsByHour } from "../db/dialect/logs.ts";
import { query } from "../db/kysely.ts";
import type { LogsTable } from "../db/tables.ts";
import { listSimply, plainColumns, simpleConditions } from "../filter/simple-list.ts";
import type { RequestEvent } from "../http/event.ts";
import { skipSuccessActivityLog } from "../http/middleware/activity-log.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { badRequest, internalError, notFound } from "../lib/errors.ts";
import { RawJson } from "../lib/json.ts";
import { Page } from "../lib/page.ts";

/** The API of the stored log (PocketBase: apis/logs.go). */
export function addLogRoutes(router: Router): void {
  const group = router.group("/api/logs").bind(requireSuperuserAuth(), skipSuccessActivityLog());
  group.get("", listHandler);
  group.get("/stats", statsHandler);
  group.get("/{id}", viewHandler);
  group.delete("", truncateHandler);
}

const COLUMNS = ["id", "created", "data", "message", "level"] as const;

const SOURCE = {
  table: "_logs",
  columns: COLUMNS,
  fields: plainColumns("_logs", COLUMNS),
  jsonColumns: ["data"],
};

async function listHandler(event: RequestEvent): Promise<void> {
  const { items, page, perPage, totalItems } = await listSimply<LogsTable>(
    event.app.auxDb,
    SOURCE,
    event.query,
  ).catch((cause: unknown) => {
    throw badRequest("", { cause });
  });
  await event.json(200, new Page(items.map(toJson), page, perPage, totalItems));
}

async function statsHandler(event: RequestEvent): Promise<void> {
  const statement = statsOf(event.query.get("filter"));
  const rows = await event.app.auxDb
    .all<{ date: string; total: number }>(statement)
    .catch((cause: unknown) => {
      throw badRequest("Failed to generate logs stats.", { cause });
    });
  await event.json(
    200,
    rows.map(({ date, total }) => ({ date: `${date}.000Z`, total })),
  );
}

function statsOf(filter: string | undefined) {
  try {
    return bind(countLogsByHour(simpleConditions(SOURCE, filter)), { now: new Date() });
  } catch (cause) {
    throw badRequest("Invalid filter format.", { cause });
  }
}

async function viewHandler(event: RequestEvent): Promise<void> {
  const select = query.selectFrom("_logs").selectAll().where("id", "=", event.params["id"]!);
  const row = await event.app.auxDb.get<LogsTable>(select.compile());
  if (!row) throw notFound();
  await event.json(200, toJson(row));
}

/** Deletes all logs, past any hooks; how long new ones are kept stays as it is set. */
async function truncateHandler(event: RequestEvent): Promise<void> {
  try {
    await event.app.auxDb.run(query.deleteFrom("_logs").compile());
    await event.app.databaseFiles.auxiliary.vacuum();
  } catch (cause) {
    throw internalError("Failed to truncate all logs.", { cause });
  }
  await event.noContent();
}

function toJson({ id, created, data, message, level }: LogsTable): Record<string, unknown> {
  return { id, created, data: sorted(data), message, level };
}

/** Keys in order, as Go's maps are sent. */
function sorted(data: string): RawJson | null {
  const value = RawJson.parse(data)?.value;
  return RawJson.from(value ?? {}) ?? null;
}
