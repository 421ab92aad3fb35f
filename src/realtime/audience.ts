import type { App } from "../app.ts";
import type { Rule } from "../collections/collection.ts";
import type { RecordModel } from "../records/record.ts";
import type { Subscription } from "./client.ts";

/** Subscriptions that see the same text: what they are sent is made once. */
export interface OutputGroup {
  /** Any one of them: what matters for the output is the same for all. */
  readonly sample: Subscription;
  readonly auth: RecordModel | undefined;
  readonly subscriptions: Subscription[];
}

/** Subscriptions for which access has the same answer: it is asked for once. */
export interface AccessGroup {
  readonly rule: Rule;
  readonly sample: Subscription;
  readonly auth: RecordModel | undefined;
  readonly outputs: Map<string, OutputGroup>;
}

/**
 * Everyone who listens to a record, grouped by what the answers can depend on: the rule and the filter, and the
 * caller and the options only where rule, collection or expand look at them.
 */
export function audienceOf(
  app: App,
  record: RecordModel,
  except?: ReadonlySet<Subscription>,
): AccessGroup[] {
  const groups = new Map<string, AccessGroup>();
  const isEnriched = app.events.onRecordEnrich.length > 0;
  for (const [topic, rule] of topicsOf(record)) {
    for (const subscription of app.realtime.subscribers(topic)) {
      if (except?.has(subscription)) continue;
      const { auth } = subscription.client;
      const key = accessKey(subscription, rule, auth);
      let access = groups.get(key);
      if (!access)
        groups.set(key, (access = { rule, sample: subscription, auth, outputs: new Map() }));
      const shape = outputKey(
        subscription,
        auth,
        record.collection.isAuth || isEnriched,
        isEnriched,
      );
      const output = access.outputs.get(shape);
      if (output) output.subscriptions.push(subscription);
      else access.outputs.set(shape, { sample: subscription, auth, subscriptions: [subscription] });
    }
  }
  return [...groups.values()];
}

/** The topics whose listeners hear of a record, with the rule that must let them. Names are case-sensitive here. */
export function topicsOf({ collection, id }: RecordModel): Map<string, Rule> {
  const { name, viewRule, listRule } = collection;
  return new Map([
    [`${name}/${id}`, viewRule],
    [`${collection.id}/${id}`, viewRule],
    [`${name}/*`, listRule],
    [`${collection.id}/*`, listRule],
    // Deprecated, and still spoken by old clients.
    [name, listRule],
    [collection.id, listRule],
  ]);
}

export function isSuperuser(auth: RecordModel | undefined): boolean {
  return auth?.collection.name === "_superusers";
}

function accessKey(
  { options, optionsKey }: Subscription,
  rule: Rule,
  auth: RecordModel | undefined,
): string {
  const filter = options.query["filter"] ?? "";
  const sort = filter === "" ? "" : (options.query["sort"] ?? "");
  if (isSuperuser(auth)) return `superuser\0${filter}`;
  const readsOptions = rule !== null && /@request\.(?:query|headers)/.test(rule);
  const readsAuth = rule !== null && rule.includes("@request.auth");
  return [
    rule ?? "",
    rule === null,
    filter,
    sort,
    readsOptions && optionsKey,
    readsAuth && authKey(auth),
  ].join("\0");
}

function outputKey(
  { options, optionsKey }: Subscription,
  auth: RecordModel | undefined,
  readsAuth: boolean,
  readsOptions: boolean,
): string {
  const { expand = "", fields = "" } = options.query;
  const viewer = readsAuth || expand !== "" ? authKey(auth) : isSuperuser(auth);
  return [expand, fields, viewer, (readsOptions || expand !== "") && optionsKey].join("\0");
}

function authKey(auth: RecordModel | undefined): string {
  return auth ? `${auth.collection.id}/${auth.id}` : "";
}
