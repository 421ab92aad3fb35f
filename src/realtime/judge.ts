import type { App } from "../app.ts";
import type { Rule } from "../collections/collection.ts";
import { parseFilter } from "../filter/parser.ts";
import { existsEach } from "../records/exists-each.ts";
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
 * Whether subscribers with the same options may hear of a record: by the rule, and by the filter among the options,
 * which must not use hidden fields, nor, but for superusers, the words that are for rules. What cannot be evaluated
 * counts as no. Put to the database for all of them at once.
 *
 * @param isStored the row holds these very values: the rule is put to the row. Otherwise it is put to the values.
 */
export async function mayHear(
  app: App,
  record: RecordModel,
  {
    rule,
    options,
    callers,
    isStored,
  }: {
    readonly rule: Rule;
    readonly options: TopicOptions;
    readonly callers: readonly (RecordModel | undefined)[];
    readonly isStored: boolean;
  },
): Promise<boolean[]> {
  const supers = await ask(
    app,
    record,
    { rule: "", options, isStored },
    callers.filter(isSuperuser),
  );
  const others = callers.filter((auth) => !isSuperuser(auth));
  const answers =
    rule === null
      ? others.map(() => false)
      : await ask(app, record, { rule, options, isStored }, others);
  return callers.map((auth) => (isSuperuser(auth) ? supers.shift()! : answers.shift()!));
}

interface Question {
  readonly rule: string;
  readonly options: TopicOptions;
  readonly isStored: boolean;
}

async function ask(
  app: App,
  record: RecordModel,
  { rule, options, isStored }: Question,
  callers: readonly (RecordModel | undefined)[],
): Promise<boolean[]> {
  const filter = options.query["filter"] ?? "";
  if (callers.length === 0 || (filter === "" && rule === "")) return callers.map(() => true);
  const onError = (error: unknown) =>
    app.logger.debug("failed to check a subscription", {
      collection: record.collection.name,
      error: String(error),
    });
  if (filter !== "" && !isSuperuser(callers[0]) && hasRuleWords(options))
    return callers.map(() => false);
  try {
    const parsed = filter === "" ? undefined : parseFilter(filter);
    const { collection } = record;
    const row = isStored ? {} : toRow(record, collection.fields);
    const kind = isStored ? "exists" : "candidate";
    const now = new Date();
    const contexts = callers.map((auth) => ({
      now,
      info: subscriptionInfo(options, auth),
      literals: parsed?.literals ?? [],
      values: {},
      ...(isStored ? { id: record.id } : { candidate: () => row }),
    }));
    const request = { collection, kind, rule, filter: parsed, allowHidden: false } as const;
    return await existsEach(app, request, contexts, onError);
  } catch (error) {
    onError(error);
    return callers.map(() => false);
  }
}

function hasRuleWords({ query }: TopicOptions): boolean {
  return ["filter", "sort"].some((name) => /@collection\.|@request\./.test(query[name] ?? ""));
}
