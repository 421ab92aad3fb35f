import type { World, WorldCollection, WorldField } from "./filter-world.ts";
import { OPTIONS } from "./filter-world.ts";
import type { Random } from "./random.ts";

/*
 * Random filters as trees of their own, written out as text for the compiler and walked as they are by the
 * evaluator: the two share nothing of the parser.
 */

export type Modifier = "" | "each" | "length" | "lower";

export type Operand =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "word"; readonly value: null | boolean }
  | { readonly kind: "query"; readonly key: string }
  | { readonly kind: "isset"; readonly key: string }
  | { readonly kind: "strftime"; readonly format: string; readonly time: PathOperand }
  | PathOperand;

/** Where a path starts: the row itself, the caller's row, or all rows of a collection. */
export type PathRoot =
  | { readonly kind: "row" }
  | { readonly kind: "auth" }
  | { readonly kind: "collection"; readonly name: string; readonly alias: string };

export interface Hop {
  /** The word in the path. */
  readonly word: string;
  readonly field: WorldField;
  /** The collection that is reached. */
  readonly to: string;
  readonly isBack: boolean;
}

export interface PathOperand {
  readonly kind: "path";
  readonly root: PathRoot;
  readonly hops: readonly Hop[];
  readonly field: WorldField;
  /** Into a JSON value. */
  readonly inside: readonly string[];
  readonly modifier: Modifier;
}

export interface Comparison {
  readonly kind: "comparison";
  readonly left: Operand;
  readonly sign: string;
  readonly right: Operand;
}

export interface Group {
  readonly kind: "group";
  readonly items: readonly { readonly join: "&&" | "||"; readonly node: Expression }[];
}

export type Expression = Comparison | Group;

export interface TextOptions {
  readonly world: World;
  readonly base: WorldCollection;
  /** Rules may use `@request` and `@collection`. */
  readonly isRule: boolean;
  /** The collection of the caller; none for guests. */
  readonly auth: WorldCollection | undefined;
  readonly maxComparisons: number;
}

export function randomExpression(random: Random, options: TextOptions): Expression {
  const count = random.integer(1, options.maxComparisons);
  const comparisons = Array.from({ length: count }, (): Expression =>
    randomComparison(random, options),
  );
  while (comparisons.length > 1 && random.chance(0.6)) {
    const start = random.integer(0, comparisons.length - 2);
    const length = random.integer(2, comparisons.length - start);
    comparisons.splice(start, length, group(random, comparisons.slice(start, start + length)));
  }
  return comparisons.length === 1 && random.chance(0.8)
    ? comparisons[0]!
    : group(random, comparisons);
}

export function group(random: Random, nodes: readonly Expression[]): Group {
  return {
    kind: "group",
    items: nodes.map((node) => ({ join: random.chance(0.5) ? "&&" : "||", node })),
  };
}

const SIGNS = ["=", "!=", "~", "!~", ">", ">=", "<", "<="];

export function randomComparison(random: Random, options: TextOptions): Comparison {
  const sign = (random.chance(0.4) ? "?" : "") + random.pick(SIGNS);
  const path = randomOperand(random, options);
  const other = random.chance(0.7) ? literalFor(random, path) : randomOperand(random, options);
  const [left, right] = random.chance(0.8) ? [path, other] : [other, path];
  return { kind: "comparison", left, sign, right };
}

function randomOperand(random: Random, options: TextOptions): Operand {
  if (options.isRule && random.chance(0.15)) {
    return {
      kind: random.chance(0.7) ? "query" : "isset",
      key: random.pick(["k", "empty", "missing"]),
    };
  }
  const path = randomPath(random, options);
  if (path.field.kind === "date" && path.modifier === "" && random.chance(0.5)) {
    return { kind: "strftime", format: random.pick(["%Y", "%m-%d", "%H"]), time: path };
  }
  return path;
}

function randomPath(random: Random, options: TextOptions): PathOperand {
  const { world } = options;
  const root = randomRoot(random, options);
  let at =
    root.kind === "row"
      ? options.base
      : root.kind === "auth"
        ? options.auth!
        : world.get(root.name)!;
  const hops: Hop[] = [];
  while (hops.length < 3 && random.chance(hops.length === 0 ? 0.55 : 0.3)) {
    const hop = random.pick(hopsFrom(world, at));
    hops.push(hop);
    at = world.get(hop.to)!;
  }
  const visible = at.fields.filter((each) => !each.hidden || random.chance(0.1));
  const field = random.pick([ID, ...visible]);
  const modifier = random.chance(0.35) ? random.pick(modifiersOf(field)) : "";
  const inside =
    field.kind === "json" && modifier === "" && random.chance(0.8)
      ? random.pick([["k"], ["k", "deep"], ["list", "0"], ["list"]])
      : [];
  return { kind: "path", root, hops, field, inside, modifier };
}

/** Every record's id. */
export const ID: WorldField = { name: "id", kind: "text", hidden: false, target: "", unique: true };

function randomRoot(random: Random, { isRule, auth, world }: TextOptions): PathRoot {
  if (!isRule || random.chance(0.7)) return { kind: "row" };
  if (auth && random.chance(0.5)) return { kind: "auth" };
  return {
    kind: "collection",
    name: random.pick([...world.keys()]),
    alias: random.pick(["", "", "p"]),
  };
}

function hopsFrom(world: World, from: WorldCollection): Hop[] {
  const direct = from.fields
    .filter((field) => field.target !== "")
    .map((field) => ({ word: field.name, field, to: field.target, isBack: false }));
  const back = [...world.values()].flatMap((collection) =>
    collection.fields
      .filter((field) => field.target === from.name)
      .map((field) => ({
        word: `${collection.name}_via_${field.name}`,
        field,
        to: collection.name,
        isBack: true,
      })),
  );
  return [...direct, ...back];
}

function modifiersOf(field: WorldField): readonly Modifier[] {
  if (/^(select|relation)s?$/.test(field.kind)) return ["each", "length", "lower"];
  return field.kind === "json" ? [""] : ["lower", "each", "length"];
}

/** A value that has a chance to match. */
function literalFor(random: Random, operand: Operand): Operand {
  if (random.chance(0.12)) return { kind: "word", value: random.pick([null, true, false]) };
  if (random.chance(0.1)) return { kind: "text", value: "" };
  if (operand.kind === "isset") return { kind: "word", value: random.chance(0.5) };
  if (operand.kind === "strftime")
    return { kind: "text", value: random.pick(["2024", "2023", "02-29", "10", "x"]) };
  const kind = operand.kind === "path" ? operand.field.kind : "text";
  if (operand.kind === "path" && operand.modifier === "length") return number(random, [0, 1, 2, 3]);
  switch (kind) {
    case "number":
      return random.chance(0.9)
        ? number(random, [0, 1, 2.5, 10, -1])
        : text(random, ["1", "2.5", "x"]);
    case "bool":
      return { kind: "word", value: random.chance(0.5) };
    case "date":
      return text(random, ["2024-02-29 23:59:59.999Z", "2024", "2023-06-01 00:00:00.000Z"]);
    case "select":
    case "selects":
      return text(random, [...OPTIONS, '["x"]', "[]", '["x","y"]', '"x"']);
    case "json":
      return random.chance(0.5)
        ? number(random, [1, 2.5, 0])
        : text(random, ["a", "ab", "1", "[]"]);
    case "relation":
    case "relations":
      return text(random, ["a0", "b1", "g2", "u0", "gone", "[]"]);
    case "email":
      return text(random, ["a@x.io", "x.io", "b"]);
    case "text":
      return random.chance(0.85)
        ? text(random, ["a", "b", "ab", "A", "_", "%b", "a\\", "1", "a1", "a0", "u1", "x"])
        : number(random, [1, 2.5, 10]);
  }
}

const text = (random: Random, values: readonly string[]): Operand => ({
  kind: "text",
  value: random.pick(values),
});
const number = (random: Random, values: readonly number[]): Operand => ({
  kind: "number",
  value: random.pick(values),
});

/** The expression in the filter language. */
export function write(node: Expression): string {
  if (node.kind === "comparison")
    return `${writeOperand(node.left)} ${node.sign} ${writeOperand(node.right)}`;
  return node.items
    .map(({ join, node: item }, index) => {
      const part = item.kind === "group" ? `(${write(item)})` : write(item);
      return index === 0 ? part : `${join} ${part}`;
    })
    .join(" ");
}

function writeOperand(operand: Operand): string {
  switch (operand.kind) {
    case "text":
      return `'${operand.value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
    case "number":
      return String(operand.value);
    case "word":
      return String(operand.value);
    case "query":
      return `@request.query.${operand.key}`;
    case "isset":
      return `@request.query.${operand.key}:isset`;
    case "strftime":
      return `strftime('${operand.format}', ${writeOperand(operand.time)})`;
    case "path":
      return writePath(operand);
  }
}

function writePath({ root, hops, field, inside, modifier }: PathOperand): string {
  const start =
    root.kind === "row"
      ? []
      : root.kind === "auth"
        ? ["@request.auth"]
        : [`@collection.${root.name}${root.alias && `:${root.alias}`}`];
  const path = [...start, ...hops.map((hop) => hop.word), field.name, ...inside].join(".");
  return modifier === "" ? path : `${path}:${modifier}`;
}
