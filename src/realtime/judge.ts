import type { App } from "../app.ts";
import type { Rule } from "../collections/collection.ts";
import { parseFilter } from "../filter/parser.ts";
import { readFirst } from "../records/plan.ts";
import type { RecordModel } from "../records/record.ts";
import type { RequestInfo } from "../records/request-info.ts";
import { toRow } from "../records/save.ts";
import { isSuperuser } from "./audience.ts";
import type { TopicOptions } from "./topic.ts";

/** What rules see of a subscription: a GET with its options and no body. */
export function subscriptionInfo(
  { query, headers }: TopicOptions,
  auth: RecordModel | undefined,
): RequestInfo {
  return { context: "realtime", method: "GET", headers, query, body: {}, auth };
}

/**
 * Whether a subscriber may hear of a record: by the rule, and by the filter among the subscription's options,
 * which must not use hidden fields, nor, but for superusers, the words that are for rules. What cannot be
 * evaluated counts as no.
 *
 * @param isStored the row holds these very values: the rule is put to the row. Otherwise it is put to the values.
 */
export async function mayHear(
  app: App,
  record: RecordModel,
  rule: Rule,
  info: RequestInfo,
  isStored: boolean,
): Promise<boolean> {
  const superuser = isSuperuser(info.auth);
  if (rule === null && !superuser) return false;
  const text = superuser ? "" : (rule ?? "");
  const filter = info.query["filter"] ?? "";
  if (filter === "" && text === "") return true;
  if (filter !== "" && !superuser && hasRuleWords(info)) return false;
  try {
    const parsed = filter === "" ? undefined : parseFilter(filter);
    const { collection } = record;
    const row = isStored ? {} : toRow(record, collection.fields);
    const found = await readFirst(
      app,
      {
        collection,
        kind: isStored ? "exists" : "candidate",
        rule: text,
        filter: parsed,
        allowHidden: false,
      },
      {
        now: new Date(),
        info,
        literals: parsed?.literals ?? [],
        values: {},
        ...(isStored ? { id: record.id } : { candidate: () => row }),
      },
    );
    return found !== undefined;
  } catch (error) {
    app.logger.debug("failed to check a subscription", {
      collection: record.collection.name,
      error: String(error),
    });
    return false;
  }
}

function hasRuleWords({ query }: RequestInfo): boolean {
  return ["filter", "sort"].some((name) => /@collection\.|@request\./.test(query[name] ?? ""));
}
