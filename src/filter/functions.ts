import { formatTime, greatCircleDistance } from "../db/dialect/filter.ts";
import type { OperandNode } from "./ast.ts";
import { FilterError } from "./errors.ts";
import { type Operand, plainOperand } from "./operand.ts";

export type FilterFunction = (
  args: readonly OperandNode[],
  resolve: (arg: OperandNode) => Operand,
) => Operand;

/** The functions of the filter language by name. */
export const FUNCTIONS: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ["geoDistance", geoDistance],
  ["strftime", strftime],
]);

/** `geoDistance(lonA, latA, lonB, latB)` in kilometres; one match among several values is enough. */
function geoDistance(
  args: readonly OperandNode[],
  resolve: (arg: OperandNode) => Operand,
): Operand {
  if (args.length !== 4)
    throw new FilterError(`[geoDistance] expected 4 arguments, got ${args.length}`);
  const points = args.map((arg, index) => {
    if (arg.kind === "text" || arg.kind === "function") {
      throw new FilterError(`[geoDistance] argument ${index} must be an identifier or number`);
    }
    return about(`[geoDistance] failed to resolve argument ${index}`, () => resolve(arg));
  });
  const [lonA, latA, lonB, latB] = points.map((point) => point.value);
  return {
    value: greatCircleDistance(lonA!, latA!, lonB!, latB!),
    nullFallback: "disabled",
    mayBeReal: true,
    parameters: points.flatMap((point) => point.parameters),
  };
}

const MAX_STRFTIME_ARGS = 10;

/** `strftime(format, time?, modifier…)` as SQLite's; an invalid time counts as an empty text. */
function strftime(args: readonly OperandNode[], resolve: (arg: OperandNode) => Operand): Operand {
  const [format, time, ...modifiers] = args;
  if (!format) throw new FilterError("[strftime] expected at least 1 arguments, got 0");
  if (args.length > MAX_STRFTIME_ARGS) {
    throw new FilterError(
      `[strftime] too many arguments (max allowed ${MAX_STRFTIME_ARGS}, got ${args.length})`,
    );
  }
  if (!isText(format))
    throw new FilterError("[strftime] expects the first argument to be a format string");
  if (time?.kind === "function") {
    throw new FilterError(
      "[strftime] expects the second argument to be of a valid time-value type",
    );
  }
  const first = resolve(format);
  const second =
    time && about("[strftime] failed to resolve time-value argument", () => resolve(time));
  const others = modifiers.map((modifier, index) => {
    if (isText(modifier)) return resolve(modifier);
    throw new FilterError(`[strftime] invalid modifier argument ${index} - can be only string`);
  });
  const all = [first, ...(second ? [second] : []), ...others];
  const parts = all.map((operand) => operand.value);
  const result = plainOperand(formatTime(parts), {
    nullFallback: "enforced",
    parameters: all.flatMap((operand) => operand.parameters),
  });
  if (!second?.matchAll) return result;
  const inner = formatTime(parts.with(1, second.matchAll.value));
  return { ...result, matchAll: { ...second.matchAll, value: inner } };
}

function isText(node: OperandNode): boolean {
  return node.kind === "text" || node.kind === "placeholder";
}

function about<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FilterError) throw new FilterError(`${what}: ${error.message}`);
    throw error;
  }
}
