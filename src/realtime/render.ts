import type { App } from "../app.ts";
import type { ChangeAction } from "../changes/service.ts";
import { stringifyJson } from "../lib/json.ts";
import { pickFields } from "../lib/picker.ts";
import { aroundEnrich, expandFetch, resolveVisibility } from "../records/enrich.ts";
import { expandRecords } from "../records/expand.ts";
import type { RecordModel } from "../records/record.ts";
import type { RequestInfo } from "../records/request-info.ts";

/**
 * The JSON of a record event for one kind of subscriber: `{"record":{…},"action":"create"}`; undefined when the
 * enrich hooks refuse.
 *
 * @param showsHidden superusers see hidden fields, but not of what is replayed
 */
export async function renderEvent(
  app: App,
  event: {
    readonly record: RecordModel;
    readonly action: ChangeAction;
    readonly showsHidden: boolean;
  },
  info: RequestInfo,
): Promise<string | undefined> {
  const record = event.record.fresh();
  try {
    await aroundEnrich(app, info, [record], async () => {
      await resolveVisibility(app, [record], info);
      if (!event.showsHidden)
        record.hide(
          ...record.collection.fields.filter((field) => field.hidden).map(({ name }) => name),
        );
      const { expand = "" } = info.query;
      if (expand !== "")
        await expandRecords(app, [record], expand.split(","), expandFetch(app, info));
    });
    return stringifyJson({
      record: picked(record, info.query["fields"] ?? ""),
      action: event.action,
    });
  } catch (error) {
    app.logger.debug("failed to make a realtime event", {
      collection: record.collection.name,
      error: String(error),
    });
    return undefined;
  }
}

/** A wrong expression sends the whole record. */
function picked(record: RecordModel, fields: string): unknown {
  if (fields === "") return record;
  try {
    return pickFields(record, fields);
  } catch {
    return record;
  }
}
