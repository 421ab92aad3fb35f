import type { Collection } from "../collections/collection.ts";
import {
  both,
  compare,
  holds,
  jsonAt,
  jsonItems,
  jsonLength,
  NULL,
  TRUE,
} from "../db/dialect/filter.ts";
import { type Fragment, identifier } from "../db/dialect/fragment.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import { FilterError } from "../filter/errors.ts";
import { type ColumnTarget, MODIFIERS, splitModifier } from "../filter/modifiers.ts";
import { type Operand, plainOperand } from "../filter/operand.ts";
import { findSingleColumnUniqueIndex } from "../lib/index-expression.ts";
import type { JoinRequest, MatchAllPath } from "./resolver-joins.ts";

/** Relations on one path. */
export const MAX_NESTED_RELATIONS = 6;

/** What a path needs of its resolver. */
export interface PathScope {
  readonly allowHidden: boolean;
  find(idOrName: string): Collection | undefined;
  /** Joins something that is no collection. */
  join(request: JoinRequest): string;
  /** @throws FilterError when the caller may not look into the collection */
  joinCollection(collection: Collection, request: Omit<JoinRequest, "source">): string;
}

export interface PathStart {
  readonly collection: Collection;
  readonly alias: string;
  readonly matchAll: MatchAllPath;
  /** Unknown fields are NULL instead of an error: paths that begin with `@request`. */
  readonly missingIsNull: boolean;
}

export const NULL_OPERAND: Operand = plainOperand(NULL, { word: "null" });

/** Follows the rest of a path from a collection, through relations, to a column or a JSON value. */
export class PathWalk {
  readonly #scope: PathScope;
  readonly #matchAll: MatchAllPath;
  readonly #missingIsNull: boolean;
  #collection: Collection;
  #alias: string;

  constructor(scope: PathScope, start: PathStart) {
    this.#scope = scope;
    this.#matchAll = start.matchAll;
    this.#missingIsNull = start.missingIsNull;
    this.#collection = start.collection;
    this.#alias = start.alias;
  }

  /** @throws FilterError */
  walk(parts: readonly string[]): Operand {
    for (const [depth, part] of parts.entries()) {
      if (depth === parts.length - 1) return this.#column(part);
      const found = this.#step(part, parts.slice(depth + 1), depth);
      if (found) return found;
    }
    throw new FilterError("empty path");
  }

  /** Goes through one relation; or is done with the whole path. */
  #step(part: string, rest: readonly string[], depth: number): Operand | undefined {
    const field = this.#collection.findField(part);
    if (field) this.#refuseHidden(field);
    if (field && fieldType(field).filterKind !== "plain") return this.#inside(field, rest);
    if (depth >= MAX_NESTED_RELATIONS) {
      throw new FilterError(`max nested relations reached for field ${JSON.stringify(part)}`);
    }
    if (!field) return this.#backRelation(part);
    const target = this.#target(field);
    const isMultiple = isMultipleField(field);
    // `author.id` is what `author` holds.
    if (!isMultiple && rest.length === 1 && rest[0] === "id") return this.#column(part);
    this.#relation(field, target, isMultiple);
    return undefined;
  }

  #target(field: Field): Collection {
    const id = fieldType(field).relatedCollectionId?.(field);
    if (id === undefined)
      throw new FilterError(`field ${JSON.stringify(field.name)} is not a valid relation`);
    const target = this.#scope.find(id);
    if (!target)
      throw new FilterError(`failed to load field ${JSON.stringify(field.name)} collection`);
    return target;
  }

  #relation(field: Field, target: Collection, isMultiple: boolean): void {
    const { name } = field;
    const wished = `${this.#alias}_${name}`;
    const key = `${this.#alias}.${name}`;
    const inner = `${this.#matchAll.alias}_${name}`;
    let held = identifier(this.#alias, name);
    let innerHeld = identifier(this.#matchAll.alias, name);
    if (isMultiple) {
      const items = this.#scope.join({
        key: `${key}[]`,
        alias: `__je_${wished}`,
        source: jsonItems(held),
        multiplies: true,
      });
      this.#matchAll.join(jsonItems(innerHeld), `${inner}_je`);
      this.#matchAll.isMultiple = true;
      held = identifier(items, "value");
      innerHeld = identifier(`${inner}_je`, "value");
    }
    const alias = this.#scope.joinCollection(target, {
      key,
      alias: wished,
      on: (joined) => compare(identifier(joined, "id"), "=", held),
      multiplies: target.isView,
    });
    this.#matchAll.join(
      identifier(target.name),
      inner,
      compare(identifier(inner, "id"), "=", innerHeld),
    );
    this.#moveTo(target, alias, inner);
  }

  /** `coll_via_field`: the records of another collection that refer to this one. */
  #backRelation(part: string): Operand | undefined {
    const match = /^(\w+)_via_(\w+)$/.exec(part);
    if (!match) return this.#missing(`failed to resolve field ${JSON.stringify(part)}`);
    const collection = this.#scope.find(match[1]!);
    if (!collection)
      return this.#missing(`failed to load back relation field ${JSON.stringify(part)} collection`);
    const name = JSON.stringify(match[2]);
    const field = collection.findField(match[2]!);
    if (!field) return this.#missing(`missing back relation field ${name}`);
    const target = fieldType(field).relatedCollectionId?.(field);
    if (target === undefined) return this.#missing(`invalid back relation field ${name}`);
    if (field.hidden && !this.#scope.allowHidden) {
      throw new FilterError(`non-filterable back relation field ${name}`);
    }
    if (target !== this.#collection.id) {
      return this.#missing(`invalid collection reference of a back relation field ${name}`);
    }
    this.#joinBack(part, collection, field);
    return undefined;
  }

  #joinBack(part: string, collection: Collection, field: Field): void {
    const isMultiple = isMultipleField(field);
    const on = (joined: string, owner: string): Fragment => {
      const column = identifier(joined, field.name);
      const id = identifier(owner, "id");
      return isMultiple ? holds(column, id, `__je_${joined}`) : compare(column, "=", id);
    };
    const owner = this.#alias;
    const inner = `${this.#matchAll.alias}_${part}`;
    const alias = this.#scope.joinCollection(collection, {
      key: `${owner}.${part}`,
      alias: `${owner}_${part}`,
      on: (joined) => on(joined, owner),
      multiplies: true,
    });
    this.#matchAll.join(identifier(collection.name), inner, on(inner, this.#matchAll.alias));
    this.#matchAll.isMultiple ||=
      isMultiple || !findSingleColumnUniqueIndex(collection.indexes, field.name);
    this.#moveTo(collection, alias, inner);
  }

  #moveTo(collection: Collection, alias: string, inner: string): void {
    this.#collection = collection;
    this.#alias = alias;
    this.#matchAll.alias = inner;
  }

  /** A path into a JSON value. */
  #inside(field: Field, rest: readonly string[]): Operand {
    const path = jsonPath(rest);
    const value = (alias: string) => jsonAt(identifier(alias, field.name), path);
    return this.#operand(value, { nullFallback: "disabled", mayBeReal: true });
  }

  #column(part: string): Operand {
    const { name, modifier } = splitModifier(part);
    const field = this.#collection.findField(name);
    if (!field) return this.#missing(`unknown field ${JSON.stringify(name)}`);
    this.#refuseHidden(field);
    const target = this.#columnTarget(field);
    return MODIFIERS.get(modifier)?.column?.(target) ?? target.value();
  }

  #columnTarget(field: Field): ColumnTarget {
    return {
      isList: fieldType(field).isList,
      value: () => this.#value(field),
      items: () => this.#items(field),
      length: () => this.#operand((alias) => jsonLength(identifier(alias, field.name))),
    };
  }

  #value(field: Field): Operand {
    // Top-level JSON primitives must compare like their SQL counterparts.
    if (fieldType(field).filterKind === "json") return this.#inside(field, []);
    const operand = this.#operand((alias) => identifier(alias, field.name), {
      mayBeReal: isNumberField(field),
    });
    if (field.name !== "email" || this.#scope.allowHidden || !this.#collection.isAuth)
      return operand;
    const isPublic = compare(identifier(this.#alias, "emailVisibility"), "=", TRUE);
    return { ...operand, finish: (condition) => both(condition, isPublic) };
  }

  #items(field: Field): Operand {
    const alias = this.#scope.join({
      key: `${this.#alias}.${field.name}[]`,
      alias: `__je_${this.#alias}_${field.name}`,
      source: jsonItems(identifier(this.#alias, field.name)),
      multiplies: true,
    });
    const inner = `__je_${this.#matchAll.alias}_${field.name}`;
    this.#matchAll.isMultiple ||= isMultipleField(field);
    this.#matchAll.join(jsonItems(identifier(this.#matchAll.alias, field.name)), inner);
    const matchAll = this.#matchAll.matchAll(identifier(inner, "value"));
    return plainOperand(identifier(alias, "value"), matchAll && { matchAll });
  }

  #operand(value: (alias: string) => Fragment, more: Partial<Operand> = {}): Operand {
    const matchAll = this.#matchAll.matchAll(value(this.#matchAll.alias));
    return plainOperand(value(this.#alias), { ...more, ...(matchAll && { matchAll }) });
  }

  #refuseHidden(field: Field): void {
    if (field.hidden && !this.#scope.allowHidden) {
      throw new FilterError(`non-filterable field ${JSON.stringify(field.name)}`);
    }
  }

  #missing(message: string): Operand {
    if (this.#missingIsNull) return NULL_OPERAND;
    throw new FilterError(message);
  }
}

export function isMultipleField(field: Field): boolean {
  return fieldType(field).isMultiple?.(field) ?? false;
}

export function isNumberField(field: Field): boolean {
  return typeof fieldType(field).zero(field) === "number";
}

const MAX_INDEX = 2n ** 63n;

/** `["a", "0", "b"]` → `.a[0].b`; characters that are no word characters fall out. */
function jsonPath(parts: readonly string[]): string {
  const path = parts
    .map((part, index) => {
      const clean = part.replaceAll(/[^\w.*\-@#]+/g, "");
      if (/^\d+$/.test(part) && BigInt(part) < MAX_INDEX) return `[${clean}]`;
      return index > 0 ? `.${clean}` : clean;
    })
    .join("");
  return path === "" || path.startsWith("[") ? path : `.${path}`;
}
