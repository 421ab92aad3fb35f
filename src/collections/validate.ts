import type { App } from "../app.ts";
import { selectTable } from "../db/dialect/schema.ts";
import {
  type Check,
  equals,
  firstProblem,
  length,
  matches,
  oneOf,
  required,
} from "../lib/checks.ts";
import { type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import type { Collection } from "./collection.ts";
import { refreshGeneratedId } from "./normalize.ts";
import { checkRule, keepSystemRule, type Problem, type ValidationContext } from "./rule-checks.ts";
import { checkFields } from "./validate-fields.ts";
import { checkIndexes } from "./validate-indexes.ts";
import { checkOptions } from "./validate-options.ts";
import { viewFieldsIfAny } from "./view-fields.ts";

/**
 * Checks a collection that is about to be saved, with PocketBase's codes and in its order
 * (core/collection_validate.go). A view's fields are made anew from its query first.
 *
 * @throws ValidationError by key of the API's JSON
 */
export async function checkCollection(context: ValidationContext): Promise<void> {
  const { app, collection, original } = context;
  if (!original) refreshGeneratedId(app, collection);
  if (collection.isView) collection.fields = await viewFieldsIfAny(app, collection.view!.viewQuery);
  const errors: ErrorTree = {};
  for (const [key, check] of Object.entries(CHECKS)) {
    const found = await check(context);
    if (found) errors[key] = found;
  }
  Object.assign(errors, await checkOptions(context));
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
}

const WORD = /^\w+$/;

const CHECKS: Readonly<Record<string, (context: ValidationContext) => Problem | Promise<Problem>>> =
  {
    id({ app, collection, original }) {
      const rules = original
        ? [equals(original.id)]
        : [length(1, 100), matches(WORD), isFreeId(app)];
      return firstProblem(collection.id, [required, ...rules]);
    },

    system({ collection, original }) {
      return original && collection.system !== original.system
        ? problem(
            "validation_collection_system_flag_change",
            "System collection state cannot be changed.",
          )
        : undefined;
    },

    type({ collection, original }) {
      const isKind = firstProblem(collection.type, [required, oneOf(["base", "auth", "view"])]);
      if (isKind || !original || collection.type === original.type) return isKind;
      return problem("validation_collection_type_change", "Collection type cannot be changed.");
    },

    async name(context) {
      const { name } = context.collection;
      return (
        firstProblem(name, [required, length(1, 255), withoutVia, matches(WORD)]) ??
        keepSystemName(context) ??
        (await checkFreeName(context))
      );
    },

    fields: checkFields,
    listRule: (context) => checkApiRule(context, "listRule"),
    viewRule: (context) => checkApiRule(context, "viewRule"),
    createRule: (context) => checkWriteRule(context, "createRule"),
    updateRule: (context) => checkWriteRule(context, "updateRule"),
    deleteRule: (context) => checkWriteRule(context, "deleteRule"),
    indexes: checkIndexes,
  };

type RuleName = "listRule" | "viewRule" | "createRule" | "updateRule" | "deleteRule";

function checkApiRule(context: ValidationContext, name: RuleName): Problem {
  const rule = context.collection[name];
  return checkRule(context, rule) ?? keepSystemRule(context, context.original?.[name], rule);
}

function checkWriteRule(context: ValidationContext, name: RuleName): Problem {
  const { collection } = context;
  if (collection.isView && collection[name] !== null)
    return problem("validation_nil", "Must be blank");
  return checkApiRule(context, name);
}

function isFreeId(app: App): Check {
  return (id) =>
    app.collections.all().some((other) => other.id === id)
      ? problem("validation_invalid_or_existing_id", "The model id is invalid or already exists.")
      : undefined;
}

const withoutVia: Check = (name) =>
  String(name).toLowerCase().includes("_via_")
    ? problem("validation_found_via", 'The value cannot contain "_via_".')
    : undefined;

function keepSystemName({ collection, original }: ValidationContext): Problem {
  return original?.system && collection.name !== original.name
    ? problem(
        "validation_collection_system_name_change",
        "System collection name cannot be changed.",
      )
    : undefined;
}

async function checkFreeName({ app, collection, original }: ValidationContext): Promise<Problem> {
  const { name } = collection;
  const isSame = (other: Collection) => other.name.toLowerCase() === name.toLowerCase();
  const all = app.collections.all();
  if (all.some((other) => other.id !== original?.id && isSame(other))) {
    return problem(
      "validation_collection_name_exists",
      "Collection name must be unique (case insensitive).",
    );
  }
  if (all.some((other) => other.id === name)) {
    return problem(
      "validation_collection_name_id_duplicate",
      "The name must not match an existing collection id.",
    );
  }
  // SQLite keeps these names for itself.
  const isReserved = name.toLowerCase().startsWith("sqlite_");
  const isChanged = original?.name !== name && !all.some(isSame);
  if (isReserved || (isChanged && (await app.db.get(selectTable(name))))) {
    return problem(
      "validation_collection_name_invalid",
      "The name shouldn't match with an existing internal table.",
    );
  }
  return undefined;
}
