import type { Collection } from "../collections/collection.ts";
import {
  compare,
  enclose,
  FALSE,
  isAmong,
  jsonItemsOf,
  ONE,
  TRUE,
  ZERO,
} from "../db/dialect/filter.ts";
import { type Fragment, identifier, Slot, sql } from "../db/dialect/fragment.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import { FilterError } from "../filter/errors.ts";
import { type BodyTarget, MODIFIERS, splitModifier } from "../filter/modifiers.ts";
import { type Operand, plainOperand } from "../filter/operand.ts";
import { toText, toUniqueTexts } from "../lib/cast.ts";
import type { Shape } from "../filter/shape.ts";
import type { RuleContext } from "./plan-context.ts";
import { slotOperand } from "./plan-values.ts";
import type { RequestInfo } from "./request-info.ts";
import { boundRequestValue, findRequestValue, jsonText, submittedItems } from "./request-values.ts";
import type { MatchAllPath } from "./resolver-joins.ts";
import {
  isMultipleField,
  isNumberField,
  NULL_OPERAND,
  type PathScope,
  PathWalk,
} from "./resolver-path.ts";

/** What `@request.…` needs of its resolver. */
export interface RequestScope extends PathScope {
  readonly base: Collection;
  readonly shape: Shape<RuleContext>;
  /** A fresh sub-query path from the base collection. */
  matchAllPath(): MatchAllPath;
  /** Compiles another text with the same joins. */
  compile(text: string): Fragment;
}

/** These are known without a look into the database. */
const PLAIN_AUTH_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "collectionId",
  "collectionName",
  "email",
  "emailVisibility",
  "verified",
]);

/**
 * Resolves the parts after `@request`.
 *
 * @throws FilterError
 */
export function resolveRequest(scope: RequestScope, parts: readonly string[]): Operand {
  const [root, first = "", ...rest] = parts;
  if (root === "auth") return resolveAuth(scope, [first, ...rest]);
  if (root !== "body" || parts.length < 2) return resolveStatic(scope, parts);
  const { name, modifier } = splitModifier(first);
  const field = scope.base.findField(name);
  if (!field) return resolveStatic(scope, parts);
  if (rest.length > 0) {
    const target = fieldType(field).relatedCollectionId?.(field);
    return target === undefined
      ? resolveStatic(scope, parts)
      : resolveSubmittedRelation(scope, field, target, rest);
  }
  return MODIFIERS.get(modifier)?.body?.(bodyTarget(scope, field)) ?? resolveStatic(scope, parts);
}

function resolveAuth(scope: RequestScope, path: readonly string[]): Operand {
  const id = scope.shape.ask("auth", ({ info }) => info?.auth?.collection.id ?? "");
  const collection = id === "" ? undefined : scope.find(id);
  if (!collection) return NULL_OPERAND;
  if (path.length === 1 && PLAIN_AUTH_FIELDS.has(path[0]!))
    return resolveStatic(scope, ["auth", ...path]);
  const isCaller = (alias: string) =>
    compare(identifier(alias, "id"), "=", sql`${slot((info) => info.auth?.id ?? null)}`);
  const alias = scope.joinCollection(collection, {
    key: "@request.auth",
    alias: `__auth_${collection.name}`,
    on: isCaller,
    multiplies: false,
  });
  const matchAll = scope.matchAllPath();
  matchAll.alias = `__mm_${alias}`;
  matchAll.join(identifier(collection.name), matchAll.alias, isCaller(matchAll.alias));
  return new PathWalk(scope, { collection, alias, matchAll, missingIsNull: true }).walk(path);
}

/** The records that a submitted relation value refers to. */
function resolveSubmittedRelation(
  scope: RequestScope,
  field: Field,
  target: string,
  path: readonly string[],
): Operand {
  const collection = scope.find(target);
  const { name } = field;
  if (!collection) {
    throw new FilterError(
      `failed to load collection ${JSON.stringify(target)} from data field ${JSON.stringify(name)}`,
    );
  }
  const ids = (info: RequestInfo) => toUniqueTexts(info.body[name]);
  const given = ask(scope, `ids of ${name}`, (info) => (ids(info).length > 0 ? "some" : "none"));
  if (given === "none") return NULL_OPERAND;
  const isSubmitted = (alias: string) =>
    isAmong(
      identifier(alias, "id"),
      slot((info) => JSON.stringify(ids(info))),
    );
  const alias = scope.joinCollection(collection, {
    key: `@request.body.${name}`,
    alias: `__data_${collection.name}_${name}`,
    on: isSubmitted,
    multiplies: true,
  });
  const matchAll = scope.matchAllPath();
  matchAll.alias = `__mm_${alias}`;
  matchAll.isMultiple = isMultipleField(field);
  matchAll.join(identifier(collection.name), matchAll.alias, isSubmitted(matchAll.alias));
  return new PathWalk(scope, { collection, alias, matchAll, missingIsNull: true }).walk(path);
}

/** A value that the request carries itself. */
function resolveStatic(scope: RequestScope, parts: readonly string[]): Operand {
  const { name, modifier } = splitModifier(parts.at(-1)!);
  const path = [...parts.slice(0, -1), name];
  const target = {
    value: () => requestValue(scope, path),
    isSet: () => requestIsSet(scope, path),
  };
  if (modifier === "") return target.value();
  const modified = MODIFIERS.get(modifier)?.request?.(target);
  if (!modified) throw new FilterError(`invalid modifier sequence ${name}:${modifier}`);
  return modified;
}

function requestValue(scope: RequestScope, path: readonly string[]): Operand {
  const field = scope.base.findField(path.at(-1)!);
  const isNumber = field !== undefined && isNumberField(field);
  const read = (info: RequestInfo) => boundRequestValue(findRequestValue(info, path), isNumber);
  const question = `value ${path.join(".")}`;
  const isNull = ask(scope, `${question}, null`, (info) => String(read(info) === null));
  if (isNull === "true") return NULL_OPERAND;
  return slotOperand(scope.shape, question, ({ info }) => (info ? read(info) : null));
}

function requestIsSet(scope: RequestScope, path: readonly string[]): Operand {
  const isSet = ask(scope, `set ${path.join(".")}`, (info) =>
    findRequestValue(info, path) ? "yes" : "no",
  );
  return plainOperand(isSet === "yes" ? TRUE : FALSE, { word: "truth" });
}

function bodyTarget(scope: RequestScope, field: Field): BodyTarget {
  const { name } = field;
  const requireList = () => {
    if (fieldType(field).isList) return;
    throw new FilterError(`field ${JSON.stringify(name)} doesn't support multivalue operations`);
  };
  return {
    isSet: () => requestIsSet(scope, ["body", name]),
    text: () => {
      const read = ({ info }: RuleContext) => toText(info?.body[name]);
      return slotOperand(scope.shape, `text ${name}`, read);
    },
    length: () => {
      requireList();
      return submittedLength(scope, name);
    },
    items: () => {
      requireList();
      return eachSubmitted(scope, field);
    },
    isChanged: () => {
      const changed = scope.compile(
        `@request.body.${name}:isset = true && @request.body.${name} != ${name}`,
      );
      return plainOperand(enclose(changed), { nullFallback: "disabled" });
    },
  };
}

function submittedLength(scope: RequestScope, name: string): Operand {
  const length = (info: RequestInfo) => submittedItems(info, name).length;
  const kind = ask(scope, `length ${name}`, (info) =>
    length(info) > 1 ? "many" : String(length(info)),
  );
  if (kind === "many") return plainOperand(sql`${slot((info) => BigInt(length(info)))}`);
  return plainOperand(kind === "1" ? ONE : ZERO, { word: "truth" });
}

function eachSubmitted(scope: RequestScope, field: Field): Operand {
  const list = slot((info) => jsonText(submittedItems(info, field.name)));
  const alias = scope.join({
    key: `@request.body.${field.name}[]`,
    alias: `__dataEach_je_${field.name}`,
    source: jsonItemsOf(list),
    multiplies: true,
  });
  const path = scope.matchAllPath();
  const inner = `__mm_${alias}`;
  path.isMultiple = isMultipleField(field);
  path.join(jsonItemsOf(list), inner);
  const matchAll = path.matchAll(identifier(inner, "value"));
  // The list itself counts as a bound value, so that the comparison is never coalesced.
  return plainOperand(identifier(alias, "value"), {
    parameters: [false],
    ...(matchAll && { matchAll }),
  });
}

function slot(read: (info: RequestInfo) => unknown): Slot<RuleContext> {
  return new Slot((context: RuleContext) => (context.info ? read(context.info) : null));
}

function ask(scope: RequestScope, question: string, read: (info: RequestInfo) => string): string {
  return scope.shape.ask(question, ({ info }) => (info ? read(info) : ""));
}
