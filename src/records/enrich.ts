import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import type { RequestEvent } from "../http/event.ts";
import { RecordEnrichEvent } from "./events.ts";
import { expandRecords } from "./expand.ts";
import { findRecords } from "./find.ts";
import type { RecordModel } from "./record.ts";
import { hasSuperuserAuth, type RequestInfo } from "./request-info.ts";
import { filterIds } from "./rule.ts";

/**
 * Prepares records of one collection for an answer: the enrich hooks around visibility flags and the
 * relations asked for by `?expand` (PocketBase: apis.EnrichRecords). What cannot be expanded is logged.
 */
export async function enrichRecords(
  event: RequestEvent,
  records: readonly RecordModel[],
  defaultExpands: readonly string[] = [],
): Promise<void> {
  if (records.length === 0) return;
  const info = await event.requestInfo();
  await aroundEnrich(event.app, info, records, async () => {
    await resolveVisibility(event.app, records, info);
    const asked = info.query["expand"];
    await expandAndLog(
      event.app,
      records,
      info,
      asked ? [...defaultExpands, ...asked.split(",")] : defaultExpands,
    );
  });
}

/** Expands for an answer; failures never reach the client. */
export async function expandAndLog(
  app: App,
  records: readonly RecordModel[],
  info: RequestInfo,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const failed = await expandRecords(app, records, paths, expandFetch(app, info));
  for (const [path, error] of failed)
    app.logger.warn("failed to expand", { path, error: String(error) });
}

/** Reads related records with the rights of the one who asks: by the view rule of their collection. */
export function expandFetch(app: App, original: RequestInfo) {
  const info: RequestInfo = { ...original, context: "expand" };
  return async (collection: Collection, ids: readonly string[]): Promise<RecordModel[]> => {
    const rule = collection.viewRule;
    if (rule === null && !hasSuperuserAuth(info)) {
      throw new Error(`only superusers can view collection "${collection.name}" records`);
    }
    const visible =
      rule && !hasSuperuserAuth(info)
        ? await filterIds(app, collection, ids, rule, info)
        : undefined;
    const records = await findRecords(
      app,
      collection,
      visible ? ids.filter((id) => visible.has(id)) : ids,
    );
    await aroundEnrich(app, info, records, () => resolveVisibility(app, records, info));
    return records;
  };
}

/**
 * The enrich chain over several records is nested: `next()` of one record enriches the following ones, the
 * last one runs the core (PocketBase: triggerRecordEnrichHooks).
 */
export async function aroundEnrich(
  app: App,
  info: RequestInfo,
  records: readonly RecordModel[],
  core: () => Promise<void>,
): Promise<void> {
  const hook = app.events.onRecordEnrich;
  if (hook.length === 0) return records.length > 0 ? core() : undefined;
  const enrich = async (index: number, current: App): Promise<void> => {
    const record = records[index];
    if (!record) return core();
    const event = new RecordEnrichEvent(current, record, info);
    await hook.trigger(event, () => enrich(index + 1, event.app));
  };
  if (records.length > 0) await enrich(0, app);
}

/**
 * Shows hidden fields to superusers, and e-mails to superusers, their owner and whoever the manage rule
 * allows; one query for all records.
 */
export async function resolveVisibility(
  app: App,
  records: readonly RecordModel[],
  info: RequestInfo,
): Promise<void> {
  const collection = records[0]?.collection;
  if (!collection) return;
  if (hasSuperuserAuth(info)) {
    const hidden = collection.fields.filter((field) => field.hidden).map((field) => field.name);
    for (const record of records) {
      record.unhide(...record.visibility.keys(), ...hidden);
      record.ignoreEmailVisibility = true;
    }
  }
  if (!collection.isAuth) return;
  for (const record of records)
    if (record.id === info.auth?.id) record.ignoreEmailVisibility = true;
  const rule = collection.auth?.manageRule;
  if (!rule) return;
  const managed = await filterIds(
    app,
    collection,
    records.map((record) => record.id),
    rule,
    info,
  );
  for (const record of records) if (managed.has(record.id)) record.ignoreEmailVisibility = true;
}
