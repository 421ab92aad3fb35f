import type { Expression, Operand, PathOperand, PathRoot } from "./filter-texts.ts";
import { ID } from "./filter-texts.ts";
import {
  type Affinity,
  and,
  is,
  like,
  not,
  or,
  order,
  type Sql,
  textOf,
  type Truth,
  type Typed,
} from "./filter-values.ts";
import type { World, WorldField, WorldRow } from "./filter-world.ts";

/*
 * What a list must contain, found the slow way: every combination of joined rows is tried. Follows the
 * description of the filter language; shares no code with the compiler.
 */

export interface Question {
  readonly world: World;
  readonly collection: string;
  readonly rule: Expression | undefined;
  readonly filter: Expression;
  /** The list rules of all collections; `null` for nobody, `undefined` for everybody. */
  readonly listRules: ReadonlyMap<string, Expression | null | undefined>;
  /** A superuser: no rules, hidden fields may be used. */
  readonly isRoot: boolean;
  /** The caller's record. */
  readonly auth: { readonly collection: string; readonly row: WorldRow } | undefined;
  readonly query: Readonly<Record<string, string>>;
}

/** The ids that are listed, or that the filter must be refused. */
export function evaluate(question: Question): readonly string[] | "refused" {
  if (!question.isRoot && asksTooMuch(question)) return "refused";
  const rows = question.world.get(question.collection)!.rows;
  return rows
    .filter((row) => new RowCheck(question, row).isListed())
    .map((row) => String(row["id"]));
}

/** Whether a client looks at hidden fields or into collections that nobody may list. */
function asksTooMuch({ filter, listRules }: Question): boolean {
  return pathsOf(filter).some((path) => {
    const { hops, field } = shortened(path);
    return field.hidden || hops.some((hop) => hop.field.hidden || listRules.get(hop.to) === null);
  });
}

/** What is joined, by place: rows, or the items of lists. */
type Bindings = Map<string, WorldRow | null | Sql>;

/** A place whose content depends on places before it. */
interface Join {
  readonly place: string;
  readonly candidates: (bindings: Bindings) => readonly (WorldRow | null | Sql)[];
}

/** One text that is judged about a row: the rule and the filter about the row itself, list rules about joined ones. */
interface Judged {
  readonly tree: Expression;
  /** Place of the row that the text is about. */
  readonly base: string;
  readonly allowHidden: boolean;
  /** A missing row satisfies it. */
  readonly orMissing: boolean;
}

class RowCheck {
  readonly #question: Question;
  readonly #row: WorldRow;
  readonly #joins = new Map<string, Join>();
  readonly #judged: Judged[] = [];

  constructor(question: Question, row: WorldRow) {
    this.#question = question;
    this.#row = row;
    const { rule, filter, isRoot, listRules } = question;
    const own = { base: "row", orMissing: false };
    if (rule && !isRoot) this.#judged.push({ ...own, tree: rule, allowHidden: true });
    this.#judged.push({ ...own, tree: filter, allowHidden: isRoot });
    for (const judged of [...this.#judged])
      for (const path of pathsOf(judged.tree)) this.#join(path, judged.base);
    if (isRoot) return;
    for (const [place, collection] of this.#placesOf(filter)) {
      const tree = listRules.get(collection);
      if (!tree) continue;
      this.#judged.push({ tree, base: place, allowHidden: true, orMissing: true });
      for (const path of pathsOf(tree)) this.#join(path, place);
    }
  }

  isListed(): boolean {
    return this.#anyCombination([...this.#joins.values()], new Map([["row", this.#row]]));
  }

  #anyCombination(joins: readonly Join[], bindings: Bindings): boolean {
    const [first, ...rest] = joins;
    if (!first) return this.#judged.every((judged) => this.#judge(judged, bindings) === true);
    return first
      .candidates(bindings)
      .some((candidate) =>
        this.#anyCombination(rest, new Map(bindings).set(first.place, candidate)),
      );
  }

  #judge(judged: Judged, bindings: Bindings): Truth {
    if (judged.orMissing && bindings.get(judged.base) === null) return true;
    return this.#truth(judged.tree, judged, bindings);
  }

  #truth(node: Expression, judged: Judged, bindings: Bindings): Truth {
    if (node.kind === "comparison") return this.#compare(node, judged, bindings);
    // AND binds tighter than OR.
    const alternatives: Truth[][] = [[]];
    node.items.forEach(({ join, node: item }, index) => {
      if (index > 0 && join === "||") alternatives.push([]);
      alternatives.at(-1)!.push(this.#truth(item, judged, bindings));
    });
    return or(alternatives.map(and));
  }

  #compare(
    { left, sign, right }: { left: Operand; sign: string; right: Operand },
    judged: Judged,
    bindings: Bindings,
  ): Truth {
    const [a, b] = [this.#side(left, judged, bindings), this.#side(right, judged, bindings)];
    const plain = sign.replace("?", "");
    let truth = compareSides(a, plain, b);
    if (plain === sign)
      truth = and([truth, this.#allMatch(left, plain, right, { a, b, judged, bindings })]);
    for (const operand of [left, right]) {
      if (operand.kind === "path" && !judged.allowHidden)
        truth = and([truth, this.#isPublic(operand, judged, bindings)]);
    }
    return truth;
  }

  /** Whether no value of a path with several fails. An unknown outcome does not fail. */
  #allMatch(
    left: Operand,
    sign: string,
    right: Operand,
    { a, b, judged, bindings }: { a: Side; b: Side; judged: Judged; bindings: Bindings },
  ): boolean {
    const base = bindings.get(judged.base) as WorldRow | null;
    const [all, others] = [this.#allSides(left, base), this.#allSides(right, base)];
    const fails = (one: Side, other: Side) => compareSides(one, sign, other) === false;
    if (all && others) return !all.some((one) => others.some((other) => fails(one, other)));
    if (all) return !all.some((one) => fails(one, lonely(b)));
    return !others?.some((other) => fails(lonely(a), other));
  }

  /** E-mails are found only by those who may see them. */
  #isPublic(path: PathOperand, judged: Judged, bindings: Bindings): Truth {
    const { hops, field } = shortened(path);
    if (field.kind !== "email") return true;
    const row = bindings.get(
      placeOf(
        judged.base,
        path.root,
        hops.map((hop) => hop.word),
      ),
    ) as WorldRow | null;
    return row && row["emailVisibility"] === 1 ? true : row ? false : null;
  }

  #side(operand: Operand, judged: Judged, bindings: Bindings): Side {
    if (operand.kind === "strftime")
      return formatted(operand.format, this.#side(operand.time, judged, bindings));
    if (operand.kind !== "path") return this.#constant(operand);
    const fixed = this.#ofCaller(operand);
    if (fixed) return fixed;
    const { hops, field } = shortened(operand);
    const words = hops.map((hop) => hop.word);
    const place = placeOf(judged.base, operand.root, words);
    if (isEach(operand, field))
      return column(bindings.get(`${place}.${field.name}[]`) as Sql, "none");
    return fieldSide(bindings.get(place) as WorldRow | null, field, operand);
  }

  #constant(operand: Exclude<Operand, { kind: "path" | "strftime" }>): Side {
    switch (operand.kind) {
      case "text":
        return parameter(operand.value);
      case "number":
        return parameter(operand.value);
      case "word":
        return operand.value === null ? NULL : truthWord(operand.value);
      case "query": {
        const value = this.#question.query[operand.key];
        return value === undefined ? NULL : parameter(value);
      }
      case "isset":
        return { ...truthWord(this.#question.query[operand.key] !== undefined), isKeyword: true };
    }
  }

  /** What is known of the caller without a look at the tables. */
  #ofCaller(path: PathOperand): Side | undefined {
    const { auth } = this.#question;
    if (path.root.kind !== "auth") return undefined;
    if (!auth) return NULL;
    const isFixed =
      path.hops.length === 0 &&
      path.modifier === "" &&
      ["id", "email", "emailVisibility"].includes(path.field.name);
    if (!isFixed) return undefined;
    const value = auth.row[path.field.name]!;
    return parameter(typeof value === "number" ? BigInt(value) : value);
  }

  /** All values that a path has for a row; `undefined` when it can have only one. */
  #allSides(operand: Operand, base: WorldRow | null): Side[] | undefined {
    if (operand.kind === "strftime") {
      return this.#allSides(operand.time, base)?.map((side) =>
        inner(formatted(operand.format, side)),
      );
    }
    if (operand.kind !== "path" || this.#ofCaller(operand)) return undefined;
    const { hops, field } = shortened(operand);
    const isList = /s$/.test(field.kind) && operand.modifier === "each";
    const goesWide =
      operand.root.kind === "collection" ||
      hops.some((hop) => (hop.isBack ? !hop.field.unique : hop.field.kind === "relations"));
    if (!goesWide && !isList) return undefined;
    // Without the row itself there is nothing to walk from.
    if (!base) return [];
    let rows = this.#startRows(operand.root, base);
    for (const hop of hops) rows = rows.flatMap((row) => this.#follow(row, hop));
    if (isEach(operand, field))
      return rows.flatMap((row) => itemsOf(row, field).map((item) => column(item, "none")));
    return rows.map((row) => inner(fieldSide(row, field, operand)));
  }

  #startRows(root: PathRoot, base: WorldRow): (WorldRow | null)[] {
    if (root.kind === "row") return [base];
    if (root.kind === "auth") return [this.#question.auth!.row];
    return orMissing(this.#question.world.get(root.name)!.rows);
  }

  #follow(
    row: WorldRow | null,
    hop: { field: WorldField; to: string; isBack: boolean },
  ): (WorldRow | null)[] {
    const { rows } = this.#question.world.get(hop.to)!;
    if (!hop.isBack)
      return itemsOf(row, hop.field).map((id) => rows.find((each) => each["id"] === id) ?? null);
    return orMissing(rows.filter((each) => row && itemsOf(each, hop.field).includes(row["id"]!)));
  }

  /** Registers what a path joins; equal beginnings share their rows. */
  #join(path: PathOperand, base: string): void {
    if (this.#ofCaller(path)) return;
    const { hops, field } = shortened(path);
    const { root } = path;
    const start = placeOf(base, root, []);
    if (root.kind !== "row")
      this.#add({ place: start, candidates: () => this.#startRows(root, this.#row) });
    let place = start;
    for (const hop of hops) {
      const from = place;
      place = `${from}/${hop.word}`;
      const rowAt = (bindings: Bindings) => bindings.get(from) as WorldRow | null;
      if (hop.isBack || hop.field.kind === "relation") {
        this.#add({ place, candidates: (bindings) => this.#follow(rowAt(bindings), hop) });
        continue;
      }
      const items = `${from}.${hop.field.name}[]`;
      const { rows } = this.#question.world.get(hop.to)!;
      this.#add({ place: items, candidates: (bindings) => itemsOf(rowAt(bindings), hop.field) });
      this.#add({
        place,
        candidates: (bindings) => [rows.find((each) => each["id"] === bindings.get(items)) ?? null],
      });
    }
    if (!isEach(path, field)) return;
    const owner = place;
    const candidates = (bindings: Bindings) =>
      itemsOf(bindings.get(owner) as WorldRow | null, field);
    this.#add({ place: `${owner}.${field.name}[]`, candidates });
  }

  #add(join: Join): void {
    if (!this.#joins.has(join.place)) this.#joins.set(join.place, join);
  }

  /** The collections that a client's filter looks into, by the place of the joined row. */
  #placesOf(filter: Expression): Map<string, string> {
    const places = new Map<string, string>();
    for (const path of pathsOf(filter)) {
      const { hops } = shortened(path);
      hops.forEach((hop, index) => {
        const words = hops.slice(0, index + 1).map((each) => each.word);
        places.set(placeOf("row", path.root, words), hop.to);
      });
    }
    return places;
  }
}

/** `author.id` is what `author` holds, without a look at the other row. */
function shortened(path: PathOperand): Pick<PathOperand, "hops" | "field"> {
  const { hops, field, modifier } = path;
  const last = hops.at(-1);
  const isOwn =
    field === ID && modifier === "" && last && !last.isBack && last.field.kind === "relation";
  return isOwn ? { hops: hops.slice(0, -1), field: last.field } : { hops, field };
}

function placeOf(base: string, root: PathRoot, words: readonly string[]): string {
  const start =
    root.kind === "row"
      ? base
      : root.kind === "auth"
        ? `${base}@auth`
        : `${base}@${root.name}:${root.alias}`;
  return [start, ...words].join("/");
}

export function pathsOf(node: Expression): PathOperand[] {
  if (node.kind === "group") return node.items.flatMap((item) => pathsOf(item.node));
  return [node.left, node.right].flatMap((operand) => {
    if (operand.kind === "strftime") return [operand.time];
    return operand.kind === "path" ? [operand] : [];
  });
}

const orMissing = (rows: readonly WorldRow[]): (WorldRow | null)[] =>
  rows.length > 0 ? [...rows] : [null];

const isEach = (path: PathOperand, field: WorldField) =>
  path.modifier === "each" && /^(select|relation)s?$/.test(field.kind);

/** The items of a list, or the one value of another column; a missing or empty list has one missing item. */
function itemsOf(row: WorldRow | null, field: WorldField): Sql[] {
  const value = row === null ? null : row[field.name]!;
  if (!/s$/.test(field.kind)) return [value];
  const items = value === null ? [null] : (JSON.parse(String(value)) as string[]);
  return items.length > 0 ? items : [null];
}

/** One side of a comparison. */
interface Side extends Typed {
  /** NULL and the empty text are the same unless it is "never"; "always" also for known values. */
  readonly coalesces: "usually" | "never" | "always";
  readonly isNullWord: boolean;
  readonly isTruthWord: boolean;
  /** The words TRUE and FALSE, for which `IS` asks whether the other side is true or false. */
  readonly isKeyword: boolean;
  /** For each bound value in it: whether it is empty. */
  readonly bound: readonly boolean[];
  /** As the pattern of a LIKE. */
  readonly pattern: string | null;
}

function column(value: Sql, affinity: Affinity, coalesces: Side["coalesces"] = "usually"): Side {
  const text = textOf(value);
  const pattern = text === null ? null : `%${text}%`;
  return {
    value,
    affinity,
    coalesces,
    isNullWord: false,
    isTruthWord: false,
    isKeyword: false,
    bound: [],
    pattern,
  };
}

/** A number is REAL, as all literals are. */
function parameter(value: string | number | bigint): Side {
  const text = typeof value === "number" ? String(value) : String(value);
  const pattern = text.includes("%") ? text : `%${text.replaceAll(/[\\_]/g, "\\$&")}%`;
  return { ...column(value, "none"), bound: [value === ""], pattern };
}

const NULL: Side = { ...column(null, "none"), isNullWord: true };

const truthWord = (value: boolean): Side => ({
  ...column(value ? 1n : 0n, "none"),
  isTruthWord: true,
});

/** A side without what is known of it beyond its value: how values inside "all match" are compared. */
const inner = (side: Side): Side => ({ ...column(side.value, side.affinity, side.coalesces) });

/** The single side beside several values. */
const lonely = (side: Side): Side => ({ ...side, coalesces: "usually" });

function formatted(format: string, time: Side): Side {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d)/.exec(textOf(time.value) ?? "");
  const [, year = "", month = "", day = "", hour = ""] = match ?? [];
  const parts: Readonly<Record<string, string>> = {
    "%Y": year,
    "%m": month,
    "%d": day,
    "%H": hour,
  };
  const value = match ? format.replaceAll(/%./g, (part) => parts[part]!) : null;
  return { ...column(value, "none", "always"), bound: [false], pattern: value };
}

const NUMERIC: ReadonlySet<string> = new Set(["number", "bool", "selects", "relations"]);

function fieldSide(
  row: WorldRow | null,
  field: WorldField,
  { modifier, inside }: PathOperand,
): Side {
  const stored = row === null ? null : row[field.name]!;
  if (field.kind === "json") return column(jsonValue(stored, inside), "none", "never");
  const isList = /^(select|relation)s?$/.test(field.kind);
  if (modifier === "length" && isList) return column(lengthOf(stored, field), "none");
  const value = typeof stored === "number" && Number.isInteger(stored) ? BigInt(stored) : stored;
  if (modifier === "lower") return column(lowered(textOf(value)), "none");
  return column(value, NUMERIC.has(field.kind) ? "numeric" : "text");
}

const lowered = (text: string | null) =>
  text && text.replaceAll(/[A-Z]/g, (char) => char.toLowerCase());

function lengthOf(stored: Sql, field: WorldField): bigint {
  if (!/s$/.test(field.kind) || stored === null) return stored ? 1n : 0n;
  return BigInt((JSON.parse(String(stored)) as unknown[]).length);
}

function jsonValue(stored: Sql, inside: readonly string[]): Sql {
  if (stored === null) return null;
  const found = inside.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
    JSON.parse(String(stored)),
  );
  if (found === undefined || found === null) return null;
  if (typeof found === "boolean") return found ? 1n : 0n;
  if (typeof found === "number") return Number.isInteger(found) ? BigInt(found) : found;
  return typeof found === "string" ? found : JSON.stringify(found);
}

function compareSides(left: Side, sign: string, right: Side): Truth {
  switch (sign) {
    case "=":
      return equal(left, right);
    case "!=":
      return not(equal(left, right, true));
    case "~":
      return like(left.value, right.pattern);
    case "!~":
      return not(like(left.value, right.pattern));
  }
  const places = order(left, right);
  if (places === null) return null;
  if (sign === ">") return places > 0;
  if (sign === ">=") return places >= 0;
  return sign === "<" ? places < 0 : places <= 0;
}

/**
 * Whether two sides are equal; with `nullSafe` a NULL equals only a NULL, and nothing stays unknown.
 */
function equal(left: Side, right: Side, nullSafe = false): Truth {
  const isSame = (a: Typed, b: Typed): boolean =>
    right.isKeyword ? isTruth(a.value, right) : is(a, b);
  const same = (a: Typed, b: Typed): Truth => {
    if (nullSafe) return isSame(a, b);
    const places = order(a, b);
    return places === null ? null : places === 0;
  };
  if (left.coalesces === "never" || right.coalesces === "never") return isSame(left, right);
  const [leftEmpty, rightEmpty] = [isEmpty(left), isEmpty(right)];
  if (leftEmpty && rightEmpty) return true;
  const [a, b] = [leftEmpty ? EMPTY : left, rightEmpty ? EMPTY : right];
  if (isFilled(left) || isFilled(right)) return same(a, b);
  if (leftEmpty) return right.value === null || order(EMPTY, right) === 0;
  if (rightEmpty) return left.value === null || order(left, EMPTY) === 0;
  return same(coalesced(left), coalesced(right));
}

/** `x IS TRUE` and `x IS FALSE`: texts count by the number that they begin with. */
function isTruth(value: Sql, word: Side): boolean {
  if (value === null) return false;
  const number = typeof value === "string" ? Number.parseFloat(value) || 0 : Number(value);
  return (number !== 0) === (word.value === 1n);
}

const EMPTY: Typed = { value: "", affinity: "none" };

const coalesced = (side: Side): Typed => ({ value: side.value ?? "", affinity: "none" });

const isEmpty = (side: Side) =>
  side.isNullWord || (side.coalesces === "usually" && side.bound.length === 1 && side.bound[0]!);

const isFilled = (side: Side) =>
  side.coalesces !== "always" &&
  (side.isTruthWord || (side.bound.length > 0 && !side.bound.includes(true)));
