import { unescapeText } from "./query.ts";

/** A part of a path pattern. */
type Segment =
  | { readonly kind: "literal"; readonly text: string }
  /** `{name}`: one segment. */
  | { readonly kind: "single"; readonly name: string }
  /** `{name...}` or a trailing `/` (without a name): the rest of the path. */
  | { readonly kind: "rest"; readonly name: string };

export interface Pattern {
  /** Empty: every host. */
  readonly host: string;
  readonly segments: readonly Segment[];
}

/**
 * Parses the path part of a Go `net/http` pattern: `[HOST]/PATH` with `{name}`, `{name...}`, `{$}` and a
 * trailing `/` that matches everything below.
 *
 * @throws Error with the pattern and what is wrong with it
 */
export function parsePattern(text: string): Pattern {
  const slash = text.indexOf("/");
  const fail = (problem: string) => new Error(`route pattern "${text}": ${problem}`);
  if (slash < 0) throw fail("must hold a path that starts with /");
  const parts = text.slice(slash + 1).split("/");
  const names = new Set<string>();
  const segments = parts.map((part, index): Segment => {
    const isLast = index === parts.length - 1;
    const segment = parseSegment(part, isLast);
    if (segment === undefined) throw fail(`bad segment "${part}"`);
    if (segment.kind !== "literal" && segment.name !== "") {
      if (names.has(segment.name)) throw fail(`duplicate wildcard name "${segment.name}"`);
      names.add(segment.name);
    }
    return segment;
  });
  return { host: text.slice(0, slash), segments };
}

/** Literal segments are compared with decoded path segments; a trailing empty one stands for `{$}`. */
function parseSegment(part: string, isLast: boolean): Segment | undefined {
  if (part === "") return isLast ? { kind: "rest", name: "" } : undefined;
  if (part === "{$}") return isLast ? { kind: "literal", text: "" } : undefined;
  if (!part.includes("{") && !part.includes("}")) {
    return { kind: "literal", text: unescapeText(part) ?? part };
  }
  const [, name, dots] = /^\{([\p{L}_][\p{L}\p{Nd}_]*)(\.\.\.)?\}$/u.exec(part) ?? [];
  if (name === undefined) return undefined;
  if (dots === undefined) return { kind: "single", name };
  return isLast ? { kind: "rest", name } : undefined;
}

/** What a path leads to: one target per method, "" for every method. */
interface Leaf<T> {
  readonly targets: Map<string, Target<T>>;
  /** The leaf stands for a subtree and matched by more than its own path. */
  readonly isRest: boolean;
}

interface Target<T> {
  readonly value: T;
  readonly names: readonly string[];
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  single: Node<T> | undefined;
  rest: Leaf<T> | undefined;
  leaf: Leaf<T> | undefined;
}

export interface Match<T> {
  readonly value: T;
  readonly params: Readonly<Record<string, string>>;
  /** False when a trailing wildcard swallowed a part of the path. */
  readonly isExact: boolean;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/**
 * Finds the most specific pattern for a path: literals before wildcards before trailing wildcards, segment
 * by segment from the left; of equal paths the one that names the method (HEAD also takes GET's). Where two
 * patterns overlap without either being more specific Go refuses to start; here the leftmost literal wins.
 */
export class PatternTree<T> {
  readonly #hosts = new Map<string, Node<T>>();
  readonly #anyHost: Node<T> = createNode();
  /** Targets of paths without wildcards, for a look-up without a walk. */
  readonly #fixed = new Map<string, Leaf<T>>();

  /** @throws Error when the same method and path are there already */
  add(method: string, pattern: Pattern, value: T): void {
    const leaf = this.#leafOf(pattern);
    if (leaf.targets.has(method)) {
      throw new Error(
        `route "${`${method} `.trimStart()}${describe(pattern)}" is registered twice`,
      );
    }
    const names = pattern.segments.flatMap((segment) =>
      segment.kind === "literal" ? [] : [segment.name],
    );
    leaf.targets.set(method, { value, names });
  }

  /**
   * @param host without port
   * @param path the escaped path as received, starting with `/`
   */
  find(method: string, host: string, path: string): Match<T> | undefined {
    const hostNode = this.#hosts.size === 0 ? undefined : this.#hosts.get(host);
    if (hostNode !== undefined) {
      const found = walk(hostNode, path, method);
      if (found !== undefined) return found;
    }
    const fixed = this.#fixed.get(path);
    const target = fixed && targetOf(fixed, method);
    if (target !== undefined) return { value: target.value, params: NO_PARAMS, isExact: true };
    return walk(this.#anyHost, path, method);
  }

  #leafOf(pattern: Pattern): Leaf<T> {
    let node = this.#anyHost;
    if (pattern.host !== "") {
      node = this.#hosts.get(pattern.host) ?? createNode();
      this.#hosts.set(pattern.host, node);
    }
    for (const segment of pattern.segments) {
      if (segment.kind === "rest") return (node.rest ??= { targets: new Map(), isRest: true });
      node =
        segment.kind === "single"
          ? (node.single ??= createNode())
          : literalChild(node, segment.text);
    }
    const leaf = (node.leaf ??= { targets: new Map(), isRest: false });
    const texts = pattern.segments.map((segment) =>
      segment.kind === "literal" ? segment.text : undefined,
    );
    if (pattern.host === "" && texts.every((text) => text !== undefined && !text.includes("%"))) {
      this.#fixed.set(`/${texts.join("/")}`, leaf);
    }
    return leaf;
  }
}

function createNode<T>(): Node<T> {
  return { literals: new Map(), single: undefined, rest: undefined, leaf: undefined };
}

function literalChild<T>(node: Node<T>, text: string): Node<T> {
  let child = node.literals.get(text);
  if (child === undefined) node.literals.set(text, (child = createNode()));
  return child;
}

function targetOf<T>(leaf: Leaf<T>, method: string): Target<T> | undefined {
  return (
    leaf.targets.get(method) ??
    (method === "HEAD" ? leaf.targets.get("GET") : undefined) ??
    leaf.targets.get("")
  );
}

function walk<T>(root: Node<T>, path: string, method: string): Match<T> | undefined {
  const values: string[] = [];
  const visit = (
    node: Node<T>,
    start: number,
  ): { target: Target<T>; isExact: boolean } | undefined => {
    if (start > path.length) {
      const target = node.leaf && targetOf(node.leaf, method);
      return target && { target, isExact: true };
    }
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    const segment = unescapeSegment(path.slice(start, end));
    const literal = node.literals.get(segment);
    const byLiteral = literal && visit(literal, end + 1);
    if (byLiteral) return byLiteral;
    if (node.single !== undefined && start < end) {
      values.push(segment);
      const bySingle = visit(node.single, end + 1);
      if (bySingle) return bySingle;
      values.pop();
    }
    const target = node.rest && targetOf(node.rest, method);
    if (!target) return undefined;
    values.push(unescapeSegment(path.slice(start)));
    return { target, isExact: start === path.length };
  };
  const found = visit(root, 1);
  return (
    found && {
      value: found.target.value,
      params: zip(found.target.names, values),
      isExact: found.isExact,
    }
  );
}

function unescapeSegment(text: string): string {
  return unescapeText(text) ?? text;
}

function zip(
  names: readonly string[],
  values: readonly string[],
): Readonly<Record<string, string>> {
  if (names.length === 0) return NO_PARAMS;
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  names.forEach((name, index) => {
    if (name !== "") params[name] = values[index]!;
  });
  return params;
}

function describe(pattern: Pattern): string {
  const parts = pattern.segments.map((segment) => {
    if (segment.kind === "literal") return segment.text === "" ? "{$}" : segment.text;
    if (segment.kind === "single") return `{${segment.name}}`;
    return segment.name === "" ? "" : `{${segment.name}...}`;
  });
  return `${pattern.host}/${parts.join("/")}`;
}

/**
 * The canonical form of an escaped path: no empty, `.` or `..` segments, a trailing slash kept
 * (Go: path.Clean as net/http applies it).
 */
export function cleanPath(path: string): string {
  if (path === "") return "/";
  const rooted = path.startsWith("/") ? path : `/${path}`;
  if (!rooted.includes("//") && !rooted.includes("/.")) return rooted;
  const kept: string[] = [];
  for (const segment of rooted.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const cleaned = `/${kept.join("/")}`;
  return rooted.endsWith("/") && cleaned !== "/" ? `${cleaned}/` : cleaned;
}
