import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import { fieldType } from "../../fields/index.ts";
import type { ExpressionNode, OperandNode } from "../../filter/ast.ts";
import { FilterError } from "../../filter/errors.ts";
import { parseClientFilter } from "../../filter/parser.ts";
import { parseSort } from "../../filter/sort.ts";
import { normalizeExpands } from "../../records/expand.ts";

/** Other collections that a request looks into beside the one it names. */
export interface Reach {
  /** Their records are sent along. */
  readonly expanded: readonly Collection[];
  /** Their values decide what is found. */
  readonly searched: readonly Collection[];
  /** It asks for words that reach anywhere. */
  readonly isUnlimited: boolean;
}

/** @param query the request's parameters that lead from record to record */
export function reachOf(
  app: App,
  collection: Collection,
  query: { readonly expand?: string; readonly filter?: string; readonly sort?: string },
): Reach {
  const expands = normalizeExpands((query.expand ?? "").split(","));
  const names = [...namesIn(query.filter), ...parseSort(query.sort ?? "").map(({ name }) => name)];
  return {
    expanded: expands.flatMap((path) => follow(app, collection, path.split("."))),
    searched: names.flatMap((name) => follow(app, collection, name.split(".").slice(0, -1))),
    isUnlimited: names.some((name) => /^@(?:collection|request)\b/.test(name)),
  };
}

/** The names of a filter; a wrong one is told by whoever runs it. */
function namesIn(filter: string | undefined): string[] {
  try {
    const parsed = parseClientFilter(filter);
    return parsed ? namesOf(parsed.root) : [];
  } catch (error) {
    if (error instanceof FilterError) return [];
    throw error;
  }
}

function namesOf(node: ExpressionNode): string[] {
  if (node.kind === "group") return node.items.flatMap((item) => namesOf(item.node));
  return [node.left, node.right].flatMap(namesOfOperand);
}

function namesOfOperand(node: OperandNode): string[] {
  if (node.kind === "function") return node.args.flatMap(namesOfOperand);
  return node.kind === "identifier" ? [node.name] : [];
}

/** The collections along a path of relations, as far as it leads. */
function follow(app: App, start: Collection, path: readonly string[]): Collection[] {
  const visited: Collection[] = [];
  let present = start;
  for (const part of path) {
    const next = relatedTo(app, present, part);
    if (!next) break;
    visited.push(next);
    present = next;
  }
  return visited;
}

function relatedTo(app: App, collection: Collection, part: string): Collection | undefined {
  const field = collection.findField(part);
  const target = field && fieldType(field).relatedCollectionId?.(field);
  if (target !== undefined) return app.collections.find(target);
  const back = /^(\w+)_via_\w+$/.exec(part) ?? /^(\w+)\(\w+\)$/.exec(part);
  return back ? app.collections.find(back[1]!) : undefined;
}
