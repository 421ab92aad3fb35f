import { findIdIgnoringCase } from "../db/dialect/record-ids.ts";
import { RECORD_ID_COLUMN, TEXT_COLUMN } from "../db/dialect/columns.ts";
import { toText } from "../lib/cast.ts";
import { type ErrorLeaf, problem } from "../lib/errors.ts";
import { goRegExp, goRegExpProblem } from "../lib/go-regexp.ts";
import { randomByPattern } from "../lib/random-by-pattern.ts";
import { atLeast, atMost, empty, REQUIRED, required, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType, SettingsContext, ValueContext, Verdict } from "./field.ts";
import { describeOptions, FLAG_OPTION, INTEGER_OPTION, TEXT_OPTION } from "./options.ts";
import { MAX_SAFE_INTEGER, settingsProblems } from "./settings.ts";

interface TextField extends Field {
  /** Characters. */
  min: number;
  max: number;
  pattern: string;
  autogeneratePattern: string;
  primaryKey: boolean;
  required: boolean;
}

const DEFAULT_MAX = 5000;

/** The pattern of ids that PocketBase makes itself: no other text needs the checks below. */
const DEFAULT_ID_PATTERN = "^[a-z0-9]+$";

/** Plain text, and the record's id. */
export const text: FieldType<TextField> = {
  type: "text",
  ...describeOptions({
    autogeneratePattern: TEXT_OPTION,
    help: TEXT_OPTION,
    max: INTEGER_OPTION,
    min: INTEGER_OPTION,
    pattern: TEXT_OPTION,
    primaryKey: FLAG_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: false,

  column: (field) => (field.primaryKey ? RECORD_ID_COLUMN : TEXT_COLUMN),
  zero: () => "",
  prepare: (_, raw) => toText(raw),

  modify(field, key, _current, raw) {
    if (key !== `${field.name}:autogenerate`) return undefined;
    return { value: toText(raw) + generated(field) };
  },

  validate(field, value, context) {
    if (typeof value !== "string") return UNSUPPORTED_TYPE;
    return field.primaryKey ? checkKey(field, value, context) : checkText(field, value);
  },

  async validateSettings(field, context) {
    const { primaryKey } = field;
    return settingsProblems(field, {
      name: primaryKey && field.name !== "id" ? NOT_NAMED_ID : undefined,
      primaryKey: checkSinglePrimaryKey(field, context),
      min: atLeast(field.min, 0) ?? atMost(field.min, MAX_SAFE_INTEGER),
      max: atLeast(field.max, field.min) ?? atMost(field.max, MAX_SAFE_INTEGER),
      pattern: (primaryKey ? required(field.pattern) : undefined) ?? goRegExpProblem(field.pattern),
      hidden: primaryKey ? empty(field.hidden) : undefined,
      required: primaryKey ? required(field.required) : undefined,
      autogeneratePattern: goRegExpProblem(field.autogeneratePattern) ?? checkAutogenerate(field),
    });
  },

  intercepts: (field, action) =>
    field.autogeneratePattern !== "" && (action === "create" || action === "validate"),
  async intercept(field, _action, { record }, next) {
    if (record.isNew && record.get(field.name) === "") {
      const value = generated(field);
      if (value !== "") record.setRaw(field.name, value);
    }
    await next();
  },
};

const PRIMARY_KEY_CHANGED = problem(
  "validation_pk_change",
  "The record primary key cannot be changed.",
);
const PRIMARY_KEY_TAKEN = problem(
  "validation_pk_invalid",
  "The record primary key is invalid or already exists.",
);
const NOT_NAMED_ID = problem("validation_in_invalid", 'The primary key must be named "id".');
const INVALID_FORMAT = problem("validation_invalid_format", "Invalid value format.");

/** The checks that need nothing but the text itself. */
function checkText(field: TextField, value: string): ErrorLeaf | undefined {
  if (value === "") return field.required || field.primaryKey ? REQUIRED : undefined;
  const { min } = field;
  const max = field.max === 0 ? DEFAULT_MAX : field.max;
  const length = countCharacters(value);
  if (min > 0 && length < min) {
    return problem("validation_min_text_constraint", `Must be at least ${min} character(s).`, {
      min,
    });
  }
  if (max > 0 && length > max) {
    return problem("validation_max_text_constraint", `Must be no more than ${max} character(s).`, {
      max,
    });
  }
  if (field.pattern !== "" && !goRegExp(field.pattern).test(value)) return INVALID_FORMAT;
  return field.primaryKey && field.pattern !== DEFAULT_ID_PATTERN ? checkFreeId(value) : undefined;
}

/** Ids become folder names, parts of URLs and filter texts. */
const FORBIDDEN_IN_IDS = [..."./\\|\"'`<>:?*%$\0\t\n\r "];

/** Names that Windows keeps for devices, in any case. */
const RESERVED_IDS = ["CON", "PRN", "AUX", "NUL", ...numbered("COM"), ...numbered("LPT")];

function numbered(name: string): string[] {
  return Array.from({ length: 9 }, (_, index) => `${name}${index + 1}`);
}

function checkFreeId(value: string): ErrorLeaf | undefined {
  const ch = FORBIDDEN_IN_IDS.find((character) => value.includes(character));
  if (ch !== undefined) {
    return problem(
      "validation_forbidden_pk_character",
      `'${ch}' is not a valid primary key character.`,
      { ch },
    );
  }
  const reserved = RESERVED_IDS.find((name) => name === value.toUpperCase());
  if (reserved === undefined) return undefined;
  return problem(
    "validation_reserved_pk",
    `The primary key '${reserved}' is reserved and cannot be used.`,
    { reserved },
  );
}

/** Ids that differ in case only would be one folder on some file systems. */
async function isTaken(id: string, { app, record }: ValueContext): Promise<boolean> {
  return (await app.db.get(findIdIgnoringCase(record.collection.name, id))) !== undefined;
}

function generated(field: TextField): string {
  return field.autogeneratePattern === "" ? "" : randomByPattern(field.autogeneratePattern);
}

/** Code points. */
function countCharacters(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}

async function checkKey(field: TextField, value: string, context: ValueContext): Promise<Verdict> {
  const { record } = context;
  if (!record.isNew) {
    if (value !== record.lastSavedId) return PRIMARY_KEY_CHANGED;
    if (value !== "") return undefined;
  } else if (field.pattern !== DEFAULT_ID_PATTERN && (await isTaken(value, context))) {
    return PRIMARY_KEY_TAKEN;
  }
  return checkText(field, value);
}

function checkSinglePrimaryKey(
  field: TextField,
  { collection }: SettingsContext,
): ErrorLeaf | undefined {
  if (!field.primaryKey) return undefined;
  const keys = collection.fields.filter((other) => other["primaryKey"] === true);
  if (keys.length <= 1) return undefined;
  return problem(
    "validation_unsupported_composite_pk",
    "Composite PKs are not supported and the collection must have only 1 PK.",
  );
}

/** Samples tried before a pattern is believed. */
const SAMPLES = 10;

function checkAutogenerate(field: TextField): ErrorLeaf | undefined {
  if (field.autogeneratePattern === "") return undefined;
  for (let sample = 0; sample < SAMPLES; sample++) {
    let value: string;
    try {
      value = generated(field);
    } catch (error) {
      return problem(
        "validation_invalid_autogenerate_pattern",
        error instanceof Error ? error.message : String(error),
      );
    }
    if (checkText(field, value)) {
      return problem(
        "validation_invalid_autogenerate_pattern_value",
        `The provided autogenerate pattern could produce invalid field values, ex.: ${JSON.stringify(value)}`,
      );
    }
  }
  return undefined;
}
