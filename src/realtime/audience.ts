import type { App } from "../app.ts";
import type { Rule } from "../collections/collection.ts";
import type { RecordModel } from "../records/record.ts";
import type { Subscription } from "./client.ts";
import type { TopicOptions } from "./topic.ts";

/** Subscriptions that see the same text if they may: what they are sent is made once. */
export interface Viewers {
  /** Equal for equal texts. */
  readonly key: string;
  readonly options: TopicOptions;
  readonly auth: RecordModel | undefined;
  readonly subscriptions: Subscription[];
}

/** Subscriptions for which access has the same answer. */
export interface Callers {
  readonly auth: RecordModel | undefined;
  readonly viewers: Map<string, Viewers>;
}

/** Subscriptions that are judged by the same question, put for each of the callers. */
export interface Hearing {
  readonly rule: Rule;
  readonly options: TopicOptions;
  readonly callers: Map<string, Callers>;
}

/** What matters of a rule and the options of a subscription. */
interface Kind {
  readonly hearing: Hearing;
  readonly options: TopicOptions;
  /** The rule's answer may be another one for another caller. */
  readonly asksCaller: boolean;
  /** So may the filter's, which only superusers may let look at who asks. */
  readonly filtersByCaller: boolean;
  /** The text may be another one for another caller. */
  readonly showsCaller: boolean;
  /** Equal for equal texts of the same caller. */
  readonly shape: string;
}

/**
 * Gathers those who listen to a record, by what the answers can depend on: the rule and the filter, and the caller
 * and the options only where rule, collection or expand look at them. For one more listener nothing is made but a
 * place in a list.
 */
export class Audience {
  readonly #isAuth: boolean;
  readonly #isEnriched: boolean;
  readonly #kinds = new Map<Rule, Map<string, Kind>>();
  readonly #hearings = new Map<string, Hearing>();

  constructor(app: App, { collection }: RecordModel) {
    this.#isAuth = collection.isAuth;
    this.#isEnriched = app.events.onRecordEnrich.length > 0;
  }

  get hearings(): Iterable<Hearing> {
    return this.#hearings.values();
  }

  add(rule: Rule, subscription: Subscription): void {
    const kind = this.#kindOf(rule, subscription);
    const { auth } = subscription.client;
    const isSuper = isSuperuser(auth);
    const callerKey = callerKeyOf(kind, subscription, isSuper);
    const { callers } = kind.hearing;
    let caller = callers.get(callerKey);
    if (!caller) callers.set(callerKey, (caller = { auth, viewers: new Map() }));
    const key = viewerKeyOf(kind, subscription, isSuper);
    const viewers = caller.viewers.get(key);
    if (viewers) viewers.subscriptions.push(subscription);
    else {
      const { options } = kind;
      caller.viewers.set(key, { key, options, auth, subscriptions: [subscription] });
    }
  }

  #kindOf(rule: Rule, subscription: Subscription): Kind {
    let kinds = this.#kinds.get(rule);
    if (!kinds) this.#kinds.set(rule, (kinds = new Map()));
    let kind = kinds.get(subscription.optionsKey);
    if (!kind) kinds.set(subscription.optionsKey, (kind = this.#newKind(rule, subscription)));
    return kind;
  }

  #newKind(rule: Rule, { options, optionsKey }: Subscription): Kind {
    const { filter = "", sort = "", expand = "", fields = "" } = options.query;
    const readsOptions = rule !== null && /@request\.(?:query|headers)/.test(rule);
    const question = [
      rule ?? "",
      rule === null,
      filter,
      filter === "" ? "" : sort,
      readsOptions && optionsKey,
    ].join("\0");
    let hearing = this.#hearings.get(question);
    if (!hearing) this.#hearings.set(question, (hearing = { rule, options, callers: new Map() }));
    const showsOptions = this.#isEnriched || expand !== "";
    return {
      hearing,
      options,
      asksCaller: rule !== null && rule.includes("@request.auth"),
      filtersByCaller: filter.includes("@request.auth"),
      showsCaller: this.#isAuth || this.#isEnriched || expand !== "",
      shape: [expand, fields, showsOptions && optionsKey].join("\0"),
    };
  }
}

/** They pass every rule, and see hidden fields: all alike. */
const SUPERUSERS = "superuser";

function callerKeyOf(
  { asksCaller, filtersByCaller }: Kind,
  { client }: Subscription,
  isSuper: boolean,
): string {
  if (isSuper) return filtersByCaller ? client.authKey : SUPERUSERS;
  return asksCaller ? client.authKey : "";
}

function viewerKeyOf(
  { showsCaller, shape }: Kind,
  { client }: Subscription,
  isSuper: boolean,
): string {
  if (showsCaller) return `${client.authKey}\0${shape}`;
  return isSuper ? `${SUPERUSERS}\0${shape}` : shape;
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
