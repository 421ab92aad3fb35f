import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { currentDate, toDate } from "../lib/date.ts";
import { problem } from "../lib/errors.ts";
import { equal } from "../lib/rules.ts";
import type { RecordModel } from "../records/record.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface AutodateField extends Field {
  onCreate: boolean;
  onUpdate: boolean;
}

/**
 * The instant of the last create or update, set by the server right before the row is written. What clients
 * send is ignored; a value that code set past the casts (`setRaw`) stays.
 */
export const autodate: FieldType<AutodateField> = {
  type: "autodate",
  ...describeOptions({ onCreate: FLAG_OPTION, onUpdate: FLAG_OPTION }),
  filterKind: "plain",
  isList: false,

  column: () => TEXT_COLUMN,
  zero: () => "",
  prepare: (_, raw) => toDate(raw),
  assign: (_, current) => current,

  validate: () => undefined,

  async validateSettings(field, { original }) {
    const before = original?.findFieldById(field.id);
    const isFrozen = field.system && before?.type === field.type;
    const missing = field.onCreate || field.onUpdate ? undefined : NEITHER;
    return settingsProblems(field, {
      onCreate: (isFrozen ? equal(field.onCreate, before?.["onCreate"]) : undefined) ?? missing,
      onUpdate: (isFrozen ? equal(field.onUpdate, before?.["onUpdate"]) : undefined) ?? missing,
    });
  },

  intercepts: (_, action) => action === "createExecute" || action === "updateExecute",
  async intercept(field, action, { record }, next) {
    const isDue = action === "createExecute" ? field.onCreate : field.onUpdate;
    if (isDue && record.get(field.name) === lastKnown(record, field)) {
      record.setRaw(field.name, currentDate());
      // Remembered before the write, so that a second try after a failure takes a new instant.
      remember(record, field);
    }
    await next();
    remember(record, field);
  },
};

const NEITHER = problem("validation_required", "either onCreate or onUpdate must be enabled");

/** Values that this type set or saw saved; anything else was put there by code. */
const known = new WeakMap<RecordModel, Map<string, unknown>>();

function lastKnown(record: RecordModel, field: Field): unknown {
  return known.get(record)?.get(field.name) || record.originalValue(field.name);
}

function remember(record: RecordModel, field: Field): void {
  const values = known.get(record) ?? new Map<string, unknown>();
  known.set(record, values.set(field.name, record.get(field.name)));
}
