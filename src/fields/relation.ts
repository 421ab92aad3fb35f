import { countIds } from "../db/dialect/record-ids.ts";
import { toUniqueTexts } from "../lib/cast.ts";
import { type ErrorLeaf, problem } from "../lib/errors.ts";
import { atLeast, REQUIRED, required } from "../lib/rules.ts";
import type { FieldType, SettingsContext, ValueContext } from "./field.ts";
import { describeOptions, FLAG_OPTION, INTEGER_OPTION, TEXT_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";
import {
  equalTexts,
  isMultiple,
  modifyTexts,
  prepareTexts,
  textListColumn,
  type TextListField,
  textsToDatabase,
  zeroTexts,
} from "./text-list.ts";

interface RelationField extends TextListField {
  collectionId: string;
  cascadeDelete: boolean;
  minSelect: number;
  required: boolean;
}

/** The id of a record of another collection, or several. */
export const relation: FieldType<RelationField> = {
  type: "relation",
  ...describeOptions({
    cascadeDelete: FLAG_OPTION,
    collectionId: TEXT_OPTION,
    help: TEXT_OPTION,
    maxSelect: INTEGER_OPTION,
    minSelect: INTEGER_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: true,

  column: textListColumn,
  zero: zeroTexts,
  prepare: prepareTexts,
  toDatabase: textsToDatabase,
  equals: equalTexts,
  isMultiple,
  modify: modifyTexts,
  relatedCollectionId: (field) => field.collectionId,
  onReferenceDelete: (field) => ({ cascade: field.cascadeDelete, required: field.required }),

  async validate(field, value, context) {
    const ids = toUniqueTexts(value);
    if (ids.length === 0) return field.required ? REQUIRED : undefined;
    const { minSelect } = field;
    if (minSelect > 0 && ids.length < minSelect) {
      return problem("validation_not_enough_values", `Select at least ${minSelect}`, { minSelect });
    }
    const maxSelect = Math.max(field.maxSelect, 1);
    if (ids.length > maxSelect) {
      return problem("validation_too_many_values", `Select no more than ${maxSelect}`, {
        maxSelect,
      });
    }
    return checkExistence(field, ids, context);
  },

  async validateSettings(field, context) {
    const { minSelect, maxSelect } = field;
    return settingsProblems(field, {
      collectionId: required(field.collectionId) ?? checkCollection(field, context),
      minSelect: atLeast(minSelect, 0),
      maxSelect: (minSelect > 0 ? required(maxSelect) : undefined) ?? atLeast(maxSelect, minSelect),
    });
  },
};

/** The rules of the related collection are not asked: knowing an id is enough to point at it. */
async function checkExistence(
  field: RelationField,
  ids: readonly string[],
  { app }: ValueContext,
): Promise<ErrorLeaf | undefined> {
  const related = app.collections.find(field.collectionId);
  if (!related) {
    return problem(
      "validation_missing_rel_collection",
      "Relation connection is missing or cannot be accessed",
    );
  }
  const row = await app.db.get<{ total: number }>(countIds(related.name, ids));
  if (row?.total === ids.length) return undefined;
  return problem(
    "validation_missing_rel_records",
    "Failed to find all relation records with the provided ids",
  );
}

function checkCollection(
  field: RelationField,
  { collection, original, findCollection }: SettingsContext,
): ErrorLeaf | undefined {
  const before = original?.findFieldById(field.id);
  if (before?.type === field.type && before["collectionId"] !== field.collectionId) {
    return problem(
      "validation_field_relation_change",
      "The relation collection cannot be changed.",
    );
  }
  const related = findCollection(field.collectionId);
  if (related?.id !== field.collectionId) {
    return problem(
      "validation_field_relation_missing_collection",
      "The relation collection doesn't exist.",
    );
  }
  if (!collection.isView && related.isView) {
    return problem(
      "validation_relation_field_non_view_base_collection",
      "Only view collections are allowed to have relations to other views.",
    );
  }
  return undefined;
}
