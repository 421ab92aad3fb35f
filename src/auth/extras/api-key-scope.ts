import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import { type ErrorTree, problem, ValidationError } from "../../lib/errors.ts";

export const KEY_ACTIONS = ["list", "view", "create", "update", "delete"] as const;

export type KeyAction = (typeof KEY_ACTIONS)[number];

/** What an API key may do, within what its record may do. */
export interface KeyScope {
  /** Collection ids; `*` for all that are no system collections. */
  readonly collections: readonly string[];
  readonly actions: readonly KeyAction[];
  /** Other routes by their pattern (`GET /api/logs/{id}`), or all below a path that ends in `/`. */
  readonly routes: readonly string[];
}

const MAX_ENTRIES = 100;

/**
 * Reads a scope that a client asks for.
 *
 * @throws ValidationError
 */
export function readScope(app: App, values: Readonly<Record<string, unknown>>): KeyScope {
  const errors: ErrorTree = {};
  const list = (name: keyof KeyScope, fits: (item: string) => boolean): string[] => {
    const value = values[name] ?? [];
    if (!Array.isArray(value) || value.length > MAX_ENTRIES) {
      errors[name] = problem("validation_invalid_list", "Must be a list of texts");
      return [];
    }
    const wrong: unknown = value.find((item) => typeof item !== "string" || !fits(item));
    if (wrong !== undefined) {
      errors[name] = problem("validation_in_invalid", `${JSON.stringify(wrong)} is not valid`);
      return [];
    }
    return [...new Set<string>(value)];
  };
  const collections = list(
    "collections",
    (item) => item === "*" || app.collections.find(item) !== undefined,
  ).map((item) => app.collections.find(item)?.id ?? item);
  const actions = list("actions", isAction).filter(isAction);
  const routes = list("routes", isRoute);
  if (!("collections" in errors) && !("actions" in errors) && !("routes" in errors))
    Object.assign(errors, emptiness({ collections, actions, routes }));
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
  return { collections, actions, routes };
}

/** Actions without collections are as useless as the other way round. */
function emptiness({ collections, actions, routes }: KeyScope): ErrorTree {
  const blank = problem("validation_required", "Cannot be blank");
  const needsRecords = routes.length === 0 || collections.length > 0 || actions.length > 0;
  if (!needsRecords) return {};
  return {
    ...(collections.length === 0 && { collections: blank }),
    ...(actions.length === 0 && { actions: blank }),
  };
}

/** What a scope is shown as: collections by their present names. */
export function describeScope(app: App, scope: KeyScope): KeyScope {
  const collections = scope.collections.map((id) => app.collections.find(id)?.name ?? id);
  return { ...scope, collections };
}

/** True when the scope lets its key do this with records of a collection. */
export function allows(scope: KeyScope, collection: Collection, action: KeyAction): boolean {
  const { id, system } = collection;
  const isNamed = scope.collections.includes(id);
  if (!isNamed && (system || !scope.collections.includes("*"))) return false;
  // What they hold signs people in.
  if (system && action !== "list" && action !== "view") return false;
  return scope.actions.includes(action);
}

/** Below a collection everything but its records signs in, or changes how one signs in; so do these. */
const NEVER =
  /^\w* ?\/api\/(?:collections\/\{collection\}\/(?!truncate$)|files\/token$|realtime$|batch$|oauth2-redirect$)/;

/** True when the scope names a route. @param pattern `METHOD /path/{pattern}` as registered */
export function allowsRoute(scope: KeyScope, pattern: string): boolean {
  if (NEVER.test(pattern)) return false;
  const path = pattern.slice(pattern.indexOf(" ") + 1);
  return scope.routes.some((entry) => {
    const text = entry.startsWith("/") ? path : pattern;
    return entry.endsWith("/") ? text.startsWith(entry) : text === entry;
  });
}

function isAction(text: string): text is KeyAction {
  return (KEY_ACTIONS as readonly string[]).includes(text);
}

function isRoute(text: string): boolean {
  return text.length <= 255 && /^(?:[A-Z]+ )?\/\S*$/.test(text);
}
