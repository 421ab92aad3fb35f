import { fieldType } from "../fields/index.ts";
import { type ErrorTree, problem } from "../lib/errors.ts";
import { REQUIRED } from "../lib/rules.ts";
import type { Collection } from "./collection.ts";
import type { Problem, ValidationContext } from "./rule-checks.ts";

/** The checks of the list of fields; the first one that finds something ends it. */
export async function checkFields(context: ValidationContext): Promise<Problem> {
  return (
    findDuplicate(context) ??
    findMissing(context) ??
    findLostSystemField(context) ??
    findChangedType(context) ??
    findReservedName(context) ??
    (await checkSettings(context))
  );
}

function findDuplicate({ collection }: ValidationContext): Problem {
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const [position, { id, name }] of collection.fields.entries()) {
    if (ids.has(id)) {
      const message = `Duplicated or invalid field id ${JSON.stringify(id)}`;
      return { [position]: { id: problem("validation_duplicated_field_id", message) } };
    }
    // Names are columns, and those are the same in any case.
    if (names.has(name.toLowerCase())) {
      const message = `Duplicated or invalid field name ${name}`;
      return {
        [position]: {
          name: problem("validation_duplicated_field_name", message, { fieldName: name }),
        },
      };
    }
    ids.add(id);
    names.add(name.toLowerCase());
  }
  return undefined;
}

function findMissing({ collection }: ValidationContext): Problem {
  if (collection.fields.length === 0) return REQUIRED;
  const id = findOfType(collection, "id", "text");
  if (!id?.["primaryKey"]) {
    return problem("validation_missing_primary_key", 'Missing or invalid "id" PK field.');
  }
  return collection.isAuth ? findMissingAuthField(collection) : undefined;
}

const AUTH_FIELDS = [
  { name: "password", type: "password", isHidden: true },
  { name: "tokenKey", type: "text", isHidden: true },
  { name: "email", type: "email", isHidden: false },
  { name: "emailVisibility", type: "bool", isHidden: false },
  { name: "verified", type: "bool", isHidden: false },
];

function findMissingAuthField(collection: Collection): Problem {
  for (const { name, type, isHidden } of AUTH_FIELDS) {
    const field = findOfType(collection, name, type);
    if (!field)
      return problem(`validation_missing_${name}_field`, `System "${name}" field is required.`);
    if (isHidden && !(field.hidden && field.system)) {
      const message = 'The field must be marked as "System" and "Hidden".';
      return { [name]: problem("validation_must_be_system_and_hidden", message) };
    }
    if (!field.system) {
      return {
        [name]: problem("validation_must_be_system", 'The field must be marked as "System".'),
      };
    }
  }
  return undefined;
}

function findOfType(collection: Collection, name: string, type: string) {
  return collection.fields.find((field) => field.name === name && field.type === type);
}

function findLostSystemField({ collection, original }: ValidationContext): Problem {
  if (collection.isView || !original) return undefined;
  const isLost = original.fields.some(
    (field) => field.system && collection.findFieldById(field.id)?.name !== field.name,
  );
  return isLost
    ? problem("validation_system_field_change", "System fields cannot be deleted or renamed.")
    : undefined;
}

function findChangedType({ collection, original }: ValidationContext): Problem {
  if (collection.isView || !original) return undefined;
  return atPositions(collection, (field) => {
    const before = original.findFieldById(field.id);
    return before && before.type !== field.type
      ? problem("validation_field_type_change", "Field type cannot be changed.")
      : undefined;
  });
}

/** Body keys of auth records that are no fields. */
const RESERVED_AUTH_NAMES = ["passwordConfirm", "oldPassword"];

function findReservedName({ collection }: ValidationContext): Problem {
  if (!collection.isAuth) return undefined;
  return atPositions(collection, ({ name }) =>
    RESERVED_AUTH_NAMES.includes(name)
      ? {
          name: problem(
            "validation_reserved_field_name",
            "The field name is reserved and cannot be used.",
          ),
        }
      : undefined,
  );
}

async function checkSettings({ app, collection, original }: ValidationContext): Promise<Problem> {
  const errors: ErrorTree = {};
  const findCollection = (idOrName: string) => app.collections.find(idOrName);
  const context = { app, collection, original, findCollection };
  for (const [position, field] of collection.fields.entries()) {
    const found = await fieldType(field).validateSettings(field, context);
    if (Object.keys(found).length > 0) errors[position] = found;
  }
  return Object.keys(errors).length > 0 ? errors : undefined;
}

function atPositions(
  collection: Collection,
  check: (field: Collection["fields"][number]) => Problem,
): Problem {
  const errors: ErrorTree = {};
  for (const [position, field] of collection.fields.entries()) {
    const found = check(field);
    if (found) errors[position] = found;
  }
  return Object.keys(errors).length > 0 ? errors : undefined;
}
