import { type ErrorLeaf, type ErrorTree, problem } from "../lib/errors.ts";
import { length, matches, notIn, required } from "../lib/rules.ts";
import type { Field } from "./field.ts";

/** The largest integer that every JSON reader understands. */
export const MAX_SAFE_INTEGER = Number.MAX_SAFE_INTEGER;

/**
 * Checks what all fields have (id, name, help) and joins it with the checks of a type's own options; one
 * problem each, the first one found.
 */
export function settingsProblems(
  field: Field,
  checks: Readonly<Record<string, ErrorLeaf | ErrorTree | undefined>> = {},
): ErrorTree {
  const problems: ErrorTree = {};
  const add = (option: string, found: ErrorLeaf | ErrorTree | undefined) => {
    if (found && !problems[option]) problems[option] = found;
  };
  add("id", required(field.id) ?? length(field.id, 1, 100));
  add("name", checkName(field.name));
  if (typeof field["help"] === "string") add("help", length(field["help"], 1, 300));
  for (const [option, found] of Object.entries(checks)) add(option, found);
  return problems;
}

/** Names that mean something else in filters or in answers. */
const RESERVED_NAMES = [
  "null",
  "true",
  "false",
  "_rowid_",
  "collectionId",
  "collectionName",
  "expand",
];

function checkName(name: string): ErrorLeaf | undefined {
  return (
    required(name) ??
    length(name, 1, 100) ??
    matches(name, /^\w+$/) ??
    notIn(name, RESERVED_NAMES) ??
    (name.toLowerCase().includes("_via_")
      ? problem("validation_found_via", 'The value cannot contain "_via_".')
      : undefined)
  );
}
