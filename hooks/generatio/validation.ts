import type { z } from "zod";
import { type FieldProblem, invalidFields } from "./errors.ts";

type Issue = z.core.$ZodIssue;

/**
 * Parses input from outside.
 *
 * @param prefix put before the names of the fields, e.g. `parameters`
 * @throws ProductError `validation_error` that names every refused field
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, prefix = ""): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems: Record<string, FieldProblem> = {};
  for (const issue of result.error.issues) {
    for (const [field, problem] of toProblems(issue, input)) {
      problems[[prefix, field].filter(Boolean).join(".") || "body"] ??= problem;
    }
  }
  throw invalidFields(problems);
}

function toProblems(issue: Issue, input: unknown): [string, FieldProblem][] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => [
      [...path, key].join("."),
      { code: "validation_unknown_field", message: "is not known here" },
    ]);
  }
  if (issue.code === "invalid_union") {
    return closestBranch(issue.errors).flatMap((inner) =>
      toProblems({ ...inner, path: [...issue.path, ...inner.path] }, input),
    );
  }
  if (valueAt(input, path) === undefined && path.length > 0) {
    return [[path.join("."), { code: "validation_required", message: "is required" }]];
  }
  return [[path.join("."), describe(issue)]];
}

/** The alternative of the right kind, so that a wrong width is reported as that and not as "fits nothing". */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const matching = branches.find((issues) => issues.every((issue) => issue.path.length > 0));
  return matching ?? branches[0] ?? [];
}

function describe(issue: Issue): FieldProblem {
  switch (issue.code) {
    case "invalid_type":
      return {
        code: "validation_invalid_type",
        message: `must be ${KINDS[issue.expected] ?? `a ${issue.expected}`}`,
      };
    case "too_small":
      return issue.origin === "string"
        ? { code: "validation_too_short", message: `must have at least ${count(issue.minimum)}` }
        : { code: "validation_out_of_range", message: `must be at least ${issue.minimum}` };
    case "too_big":
      return issue.origin === "string"
        ? { code: "validation_too_long", message: `must have at most ${count(issue.maximum)}` }
        : { code: "validation_out_of_range", message: `must be at most ${issue.maximum}` };
    case "invalid_value":
      return {
        code: "validation_not_in_options",
        message: `must be one of ${issue.values.map(String).join(", ")}`,
      };
    default:
      return { code: "validation_invalid_value", message: issue.message };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

function count(limit: number | bigint): string {
  return `${limit} character${Number(limit) === 1 ? "" : "s"}`;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
