import type { Expression, Operand, PathOperand, PathRoot } from "./filter-texts.ts";
import { isEach, itemsOf, orMissing, pathsOf, placeOf, shortened } from "./filter-paths.ts";
import {
  column,
  compareSides,
  fieldSide,
  formatted,
  inner,
  lonely,
  NULL,
  parameter,
  type Side,
  truthWord,
} from "./filter-sides.ts";
import { and, or, type Sql, type Truth } from "./filter-values.ts";
import { isList, type World, type WorldField, type WorldRow } from "./filter-world.ts";

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
    for (const judged of this.#judged)
      for (const path of pathsOf(judged.tree)) this.#join(path, judged.base);
    if (isRoot) return;
    for (const [place, collection] of this.#placesOf(filter)) {
      const tree = listRules.get(collection);
      if (!tree) continue;
      // The same row under another name: what the rule joins is not what the filter joins.
      const base = `${place}#`;
      this.#add({ place: base, candidates: (bindings) => [bindings.get(place) ?? null] });
      this.#judged.push({ tree, base, allowHidden: true, orMissing: true });
      for (const path of pathsOf(tree)) this.#join(path, base);
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
    if (path.field.kind !== "bool") return parameter(String(value));
    // A flag is the words true and false only where it is a pattern.
    return { ...parameter(value === 1 ? 1n : 0n), pattern: value === 1 ? "%true%" : "%false%" };
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
    const isWide = isList(field) && operand.modifier === "each";
    const goesWide =
      operand.root.kind === "collection" ||
      hops.some((hop) => (hop.isBack ? !hop.field.unique : hop.field.kind === "relations"));
    if (!goesWide && !isWide) return undefined;
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
