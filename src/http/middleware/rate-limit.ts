import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import { notFound, tooManyRequests } from "../../lib/errors.ts";
import { isIpInList } from "../../lib/ip.ts";
import type { RateLimitRule } from "../../settings/settings.ts";
import { defineMiddleware, type Middleware } from "../chain.ts";
import type { RequestEvent } from "../event.ts";
import { unescapeText } from "../query.ts";
import { RateLimiter, type RateLimit } from "../rate-limiter.ts";

const ID = "pbRateLimit";
const PRIORITY = -1000;

/** Applies the settings' first rule for the request's method and path (PocketBase: apis/middlewares_rate_limit.go). */
export const rateLimit = defineMiddleware({
  id: ID,
  priority: PRIORITY,
  enter: (event) => {
    if (!isLimited(event)) return;
    const rule = findRule(event, pathLabels(event));
    if (rule) count(event, rule.label + rule.audience, rule);
  },
});

/**
 * The same for routes of one collection, whose rules may also name the collection and what is done with it.
 *
 * @param tags such as `authWithPassword`, `auth`: the more specific first
 */
export function collectionRateLimit(...tags: string[]): Middleware {
  return defineMiddleware({
    id: ID,
    priority: PRIORITY,
    enter: (event) => {
      const collection = event.app.collections.find(event.params["collection"] ?? "");
      if (!collection) throw notFound("Missing or invalid collection context.");
      checkCollectionRateLimit(event, collection, ...tags);
    },
  });
}

/** @throws ApiError 429 when the client has used up the rule that applies to these tags */
export function checkCollectionRateLimit(
  event: RequestEvent,
  collection: Collection,
  ...tags: string[]
): void {
  if (!isLimited(event)) return;
  const names = [
    ...tags.map((tag) => `${collection.name}:${tag}`),
    ...tags.map((tag) => `*:${tag}`),
  ];
  const rule = findRule(event, [...names, ...pathLabels(event)]);
  if (rule) count(event, collection.id + event.state.pattern + tags.join("") + rule.audience, rule);
}

/**
 * Counts the client against a limit that stands apart from the settings.
 *
 * @param id names the counter
 * @returns true when the client has used it up
 */
export function isOverLimit(event: RequestEvent, id: string, limit: RateLimit): boolean {
  const client = event.realIP();
  return client !== "" && !limiterOf(event.app, id, limit).take(client);
}

/** Forgets all counters: their rules may have changed. */
export function resetRateLimits(app: App): void {
  app.store.delete(STORE_KEY);
  app.crons.remove(CLEANUP_CRON);
}

function isLimited(event: RequestEvent): boolean {
  const { enabled, excludedIPs } = event.app.settings.rateLimits;
  return enabled && !event.hasSuperuserAuth() && !isIpInList(excludedIPs, event.realIP());
}

/** Of the decoded path: percent signs must not lead around a rule. */
function pathLabels(event: RequestEvent): string[] {
  const path = unescapeText(event.path) ?? event.path;
  return [`${event.method} ${path}`, path];
}

/** For each label in turn: a rule of that name, else one that ends in `/` and begins it. */
function findRule(event: RequestEvent, labels: readonly string[]): RateLimitRule | undefined {
  const audiences = ["", event.auth === undefined ? "@guest" : "@auth"];
  const rules = event.app.settings.rateLimits.rules.filter((rule) =>
    audiences.includes(rule.audience),
  );
  for (const label of labels) {
    const exact = rules.find((rule) => rule.label === label);
    const found =
      exact ?? rules.find((rule) => rule.label.endsWith("/") && `${label}/`.startsWith(rule.label));
    if (found) return found;
  }
  return undefined;
}

function count(event: RequestEvent, id: string, rule: RateLimitRule): void {
  if (isOverLimit(event, id, rule)) {
    throw tooManyRequests("", {
      cause: new Error(`triggered rate limit rule ${JSON.stringify(rule)}`),
    });
  }
}

const STORE_KEY = "__pbRateLimiters__";
const CLEANUP_CRON = "__pbRateLimitersCleanup__";

function limiterOf(app: App, id: string, limit: RateLimit): RateLimiter {
  let limiters = app.store.get(STORE_KEY) as Map<string, RateLimiter> | undefined;
  if (limiters === undefined) {
    const created = (limiters = new Map<string, RateLimiter>());
    app.store.set(STORE_KEY, created);
    // A little after the hour, when other clean-ups start.
    app.crons.add(CLEANUP_CRON, "2 * * * *", () => {
      for (const limiter of created.values()) limiter.removeIdle();
    });
  }
  let limiter = limiters.get(id);
  if (limiter === undefined) limiters.set(id, (limiter = new RateLimiter(limit)));
  return limiter;
}
