import type { Handler, HandlerFunc } from "../events/hook.ts";
import { notFound } from "../lib/errors.ts";
import { composeChain, type Chain } from "./chain.ts";
import type { RequestEvent } from "./event.ts";
import { cleanPath, parsePattern, PatternTree } from "./pattern.ts";

/**
 * Answers a request. It may write through the event and return nothing, or return a `Response`, or any
 * other value, which is sent as JSON with status 200.
 */
export type RouteAction = (event: RequestEvent) => unknown;

type RequestHandler = Handler<RequestEvent>;

/** What routes and groups share: middlewares of their own, and ids of outer ones they do without. */
class Middlewares {
  readonly own: RequestHandler[] = [];
  readonly excluded = new Set<string>();

  add(handlers: readonly RequestHandler[]): void {
    this.own.push(...handlers);
    for (const { id } of handlers) if (id) this.excluded.delete(id);
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      if (id === "") continue;
      const kept = this.own.filter((handler) => handler.id !== id);
      this.own.splice(0, this.own.length, ...kept);
      this.excluded.add(id);
    }
  }
}

/** One registered route; returned so that middlewares can be attached to it. */
export class Route {
  /** Upper case; empty for every method. */
  readonly method: string;
  /** Relative to the groups around it. */
  readonly path: string;
  readonly action: RouteAction;
  readonly middlewares = new Middlewares();

  constructor(method: string, path: string, action: RouteAction) {
    this.method = method.toUpperCase();
    this.path = path;
    this.action = action;
  }

  bind(...handlers: RequestHandler[]): this {
    this.middlewares.add(handlers);
    return this;
  }

  bindFunc(...funcs: HandlerFunc<RequestEvent>[]): this {
    return this.bind(...funcs.map((func) => ({ func })));
  }

  /** Does without the middlewares of these ids, its own or those of the groups around it. */
  unbind(...ids: string[]): this {
    this.middlewares.remove(ids);
    return this;
  }
}

/** Routes and groups under one path prefix with shared middlewares (PocketBase: tools/router/group.go). */
export class Group {
  readonly prefix: string;
  readonly middlewares = new Middlewares();
  readonly children: (Route | Group)[] = [];

  constructor(prefix = "") {
    this.prefix = prefix;
  }

  /** A group inside this one; its prefix is put behind this one's. */
  group(prefix: string): Group {
    const child = new Group(prefix);
    this.children.push(child);
    return child;
  }

  /**
   * @param method any case; empty for every method. GET also answers HEAD
   * @param path a Go `net/http` pattern: `{name}` for one segment, `{name...}` for the rest, `{$}` for the end
   */
  route(method: string, path: string, action: RouteAction): Route {
    const route = new Route(method, path, action);
    this.children.push(route);
    return route;
  }

  any(path: string, action: RouteAction): Route {
    return this.route("", path, action);
  }

  get(path: string, action: RouteAction): Route {
    return this.route("GET", path, action);
  }

  post(path: string, action: RouteAction): Route {
    return this.route("POST", path, action);
  }

  put(path: string, action: RouteAction): Route {
    return this.route("PUT", path, action);
  }

  patch(path: string, action: RouteAction): Route {
    return this.route("PATCH", path, action);
  }

  delete(path: string, action: RouteAction): Route {
    return this.route("DELETE", path, action);
  }

  head(path: string, action: RouteAction): Route {
    return this.route("HEAD", path, action);
  }

  options(path: string, action: RouteAction): Route {
    return this.route("OPTIONS", path, action);
  }

  search(path: string, action: RouteAction): Route {
    return this.route("SEARCH", path, action);
  }

  /** Adds middlewares for everything in this group. */
  bind(...handlers: RequestHandler[]): this {
    this.middlewares.add(handlers);
    return this;
  }

  bindFunc(...funcs: HandlerFunc<RequestEvent>[]): this {
    return this.bind(...funcs.map((func) => ({ func })));
  }

  /** Removes middlewares by id from this group and everything registered in it so far. */
  unbind(...ids: string[]): this {
    this.middlewares.remove(ids);
    for (const child of this.children) child.unbind(...ids);
    return this;
  }

  /** Whether the pattern is registered here or further in; a named trailing wildcard equals a trailing `/`. */
  hasRoute(method: string, path: string): boolean {
    const wanted = `${method.toUpperCase()} ${withoutWildcardName(path)}`;
    return allRoutes(this).some(
      ({ route, path: full }) => `${route.method} ${withoutWildcardName(full)}` === wanted,
    );
  }
}

/** The root of all routes of a server. Made at serve, then compiled once. */
export class Router extends Group {
  /**
   * Fixes routes and middlewares. A catch-all 404 is added so that the middlewares run for unknown paths too.
   *
   * @throws Error for a malformed pattern or one that is registered twice
   */
  compile(): CompiledRouter {
    const tree = new PatternTree<CompiledRoute>();
    const routes = allRoutes(this);
    const hasCatchAll = this.hasRoute("", "/");
    const fallback: PlacedRoute = {
      route: new Route("", "/", missingRoute),
      path: "/",
      groups: [this],
    };
    for (const placed of hasCatchAll ? routes : [...routes, fallback]) {
      tree.add(placed.route.method, parsePattern(placed.path), compileRoute(placed));
    }
    return new CompiledRouter(tree);
  }
}

function missingRoute(): never {
  throw notFound();
}

export interface CompiledRoute {
  /** `METHOD /path/{pattern}` as registered. */
  readonly pattern: string;
  readonly chain: Chain;
}

export interface RouteMatch {
  readonly route: CompiledRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** Where a request goes: to a route, or to the canonical form of its path. */
export type Routing = RouteMatch | { readonly redirectPath: string };

export class CompiledRouter {
  readonly #tree: PatternTree<CompiledRoute>;

  constructor(tree: PatternTree<CompiledRoute>) {
    this.#tree = tree;
  }

  /**
   * Finds the route. Unclean paths, and paths that only lack the trailing slash of a subtree, are redirected
   * (Go: ServeMux).
   *
   * @param path the escaped path as received
   */
  find(method: string, host: string, path: string): Routing {
    const cleaned = method === "CONNECT" ? path : cleanPath(path);
    const found = this.#tree.find(method, host, cleaned);
    if (method !== "CONNECT" && !found?.isExact && !cleaned.endsWith("/")) {
      if (this.#tree.find(method, host, `${cleaned}/`)?.isExact)
        return { redirectPath: `${cleaned}/` };
    }
    if (cleaned !== path) return { redirectPath: cleaned };
    return { route: found!.value, params: found!.params };
  }
}

interface PlacedRoute {
  readonly route: Route;
  /** With the prefixes of its groups. */
  readonly path: string;
  /** From the root inwards. */
  readonly groups: readonly Group[];
}

function allRoutes(
  group: Group,
  path = group.prefix,
  groups: readonly Group[] = [group],
): PlacedRoute[] {
  return group.children.flatMap((child): PlacedRoute[] =>
    child instanceof Group
      ? allRoutes(child, path + child.prefix, [...groups, child])
      : [{ route: child, path: path + child.path, groups }],
  );
}

function compileRoute({ route, path, groups }: PlacedRoute): CompiledRoute {
  const levels = [...groups.map((group) => group.middlewares), route.middlewares];
  const handlers = levels.flatMap((level, index) =>
    level.own.filter(
      ({ id }) => !levels.slice(index).some((inner) => inner.excluded.has(id ?? "")),
    ),
  );
  const action = (event: RequestEvent): void | Promise<void> => event.finish(route.action(event));
  return {
    pattern: `${route.method} ${path}`.trimStart(),
    chain: composeChain(inOrder(handlers), action),
  };
}

/** Later handlers replace earlier ones of the same id; then by ascending priority. */
function inOrder(handlers: readonly RequestHandler[]): RequestHandler[] {
  const ordered: RequestHandler[] = [];
  for (const handler of handlers) {
    const same = handler.id ? ordered.findIndex((other) => other.id === handler.id) : -1;
    if (same >= 0) ordered[same] = handler;
    else ordered.push(handler);
  }
  return ordered.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
}

function withoutWildcardName(path: string): string {
  return path.replace(/\/\{[^/]+\.\.\.\}$/, "/");
}
