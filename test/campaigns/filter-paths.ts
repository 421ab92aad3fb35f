import { type Expression, ID, type PathOperand, type PathRoot } from "./filter-texts.ts";
import type { Sql } from "./filter-values.ts";
import { isList, type WorldField, type WorldRow } from "./filter-world.ts";

/** `author.id` is what `author` holds, without a look at the other row. */
export function shortened(path: PathOperand): Pick<PathOperand, "hops" | "field"> {
  const { hops, field, modifier } = path;
  const last = hops.at(-1);
  const isOwn =
    field === ID && modifier === "" && last && !last.isBack && last.field.kind === "relation";
  return isOwn ? { hops: hops.slice(0, -1), field: last.field } : { hops, field };
}

export function placeOf(base: string, root: PathRoot, words: readonly string[]): string {
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

export const orMissing = (rows: readonly WorldRow[]): (WorldRow | null)[] =>
  rows.length > 0 ? [...rows] : [null];

export const isEach = (path: PathOperand, field: WorldField) =>
  path.modifier === "each" && /^(select|relation)s?$/.test(field.kind);

/** The items of a list, or the one value of another column; a missing or empty list has one missing item. */
export function itemsOf(row: WorldRow | null, field: WorldField): Sql[] {
  const value = row === null ? null : row[field.name]!;
  if (!isList(field)) return [value];
  const items = value === null ? [null] : (JSON.parse(String(value)) as string[]);
  return items.length > 0 ? items : [null];
}
