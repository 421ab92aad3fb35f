import assert from "node:assert/strict";
import type { Field, FieldType, SettingsContext, ValueContext } from "../fields/field.ts";
import { RawJson, stringifyJson } from "../lib/json.ts";
import { isLeaf } from "../lib/errors.ts";

/** One promise that a field type must keep: give `name` and `run` to a test runner. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

export interface FieldContractOptions {
  /** Options without which no field of the type is valid. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A record of a collection that has such a field, in an open app. */
  readonly value: () => ValueContext;
  /** That collection. */
  readonly settings: () => SettingsContext;
}

/**
 * What every field type must do, whatever it holds, so that records can be read, cast, compared, stored and
 * sent without knowing it: `for (const { name, run } of fieldContract(type, …)) test(name, run)`.
 */
export function fieldContract(type: FieldType, given: FieldContractOptions): ContractCase[] {
  const field = makeField(type, given.options);
  const cases: readonly (readonly [string, () => unknown])[] = [
    ["has a kind of option for every default", () => checkDefaults(type)],
    ["has a column with a default", () => assert.match(type.column(field), / DEFAULT /)],
    ["makes zero values that share nothing", () => checkZero(type, field)],
    ["turns null and nothing into the zero value", () => checkNothing(type, field)],
    ["casts anything, and its own values to themselves", () => checkCasts(type, field)],
    ["reads back what it stores", () => checkStorage(type, field)],
    ["sends JSON", () => checkJson(type, field)],
    ["takes assigned values of any kind", () => checkAssign(type, field)],
    ["resolves its own modifiers only", () => checkModifiers(type, field)],
    ["says consistently whether it holds several values", () => checkCapabilities(type, field)],
    ["refuses the zero value when required", () => checkRequired(type, given)],
    ["accepts the zero value when not required", () => checkOptional(type, field, given)],
    ["never fails on a value of a wrong type", () => checkGarbage(type, field, given)],
    ["accepts good settings", () => checkGoodSettings(type, field, given)],
    ["refuses settings without id and name", () => checkBadSettings(type, field, given)],
  ];
  return cases.map(([name, check]) => ({ name, run: async () => void (await check()) }));
}

function makeField(type: FieldType, options: Readonly<Record<string, unknown>> = {}): Field {
  return {
    ...structuredClone(type.defaults),
    ...options,
    id: "contract1",
    name: "contract",
    type: type.type,
    system: false,
    hidden: false,
    presentable: false,
  };
}

const throwing = {
  toString(): string {
    throw new Error("must not be called");
  },
  valueOf(): number {
    throw new Error("must not be called");
  },
};

function cyclic(): unknown {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}

/** Whatever may come out of JSON, a form, a column or a hook. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  undefined,
  "",
  " ",
  "0",
  "1",
  "-1",
  "1e3",
  "1e400",
  "NaN",
  "Infinity",
  "true",
  "false",
  "null",
  "[]",
  "{}",
  '["a"]',
  '["a",1]',
  "[",
  '{"a":1',
  '"a"',
  '{"lon":1,"lat":2}',
  '{"a":1,"a":2}',
  "2024-01-02",
  "a\0b",
  "\ud83d",
  "é",
  "x".repeat(10_000),
  "[".repeat(20_000),
  "2024-02-30 25:61:61.000Z",
  0,
  -0,
  1,
  -1,
  1.5,
  1e21,
  -1e300,
  5e-324,
  NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  10n,
  -1n,
  true,
  false,
  [],
  [null],
  [undefined],
  ["a", "a", ""],
  ["a", [1]],
  [{}],
  [throwing],
  [undefined, undefined],
  {},
  { a: 1 },
  { lon: "x", lat: 1 },
  { lon: NaN, lat: 1 },
  JSON.parse('{"__proto__":{"a":1},"constructor":1}'),
  Object.create(null),
  throwing,
  cyclic(),
  Symbol("s"),
  () => 1,
  new Date(0),
  new Date(NaN),
  new Uint8Array([1, 255]),
  new Map([[1, 2]]),
  new RawJson("[1, 2]"),
  new RawJson('{"b":1.10}'),
];

function isSame(type: FieldType, a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (type.equals?.(a, b) ?? false);
}

function checkDefaults(type: FieldType): void {
  assert.deepEqual(Object.keys(type.defaults).toSorted(), Object.keys(type.options).toSorted());
  for (const [name, { zero }] of Object.entries(type.options))
    assert.deepEqual(type.defaults[name], zero, name);
  assert.deepEqual(JSON.parse(JSON.stringify(type.defaults)), type.defaults);
}

function checkZero(type: FieldType, field: Field): void {
  const [first, second] = [type.zero(field), type.zero(field)];
  assert.ok(isSame(type, first, second));
  if (typeof first === "object" && first !== null) assert.notEqual(first, second);
}

function checkNothing(type: FieldType, field: Field): void {
  for (const nothing of [null, undefined]) {
    assert.ok(isSame(type, type.prepare(field, nothing), type.zero(field)), String(nothing));
  }
}

function checkCasts(type: FieldType, field: Field): void {
  for (const [index, raw] of ODD_VALUES.entries()) {
    const value = type.prepare(field, raw);
    assert.notEqual(value, undefined, `odd value ${index}`);
    assert.ok(isSame(type, type.prepare(field, value), value), `odd value ${index}`);
  }
}

function checkStorage(type: FieldType, field: Field): void {
  for (const [index, raw] of ODD_VALUES.entries()) {
    const value = type.prepare(field, raw);
    const stored = type.toDatabase ? type.toDatabase(field, value) : value;
    const isBindable =
      stored === null || ["string", "number", "bigint", "boolean"].includes(typeof stored);
    assert.ok(isBindable, `odd value ${index} is stored as ${typeof stored}`);
    assert.ok(isSame(type, type.prepare(field, stored), value), `odd value ${index}`);
  }
}

function checkJson(type: FieldType, field: Field): void {
  for (const [index, raw] of ODD_VALUES.entries()) {
    const value = type.prepare(field, raw);
    const shown = type.toJson ? type.toJson(field, value) : value;
    const parsed: unknown = JSON.parse(stringifyJson({ shown }));
    assert.ok(Object.hasOwn(parsed as object, "shown"), `odd value ${index}`);
  }
}

function checkAssign(type: FieldType, field: Field): void {
  const { assign } = type;
  if (!assign) return;
  for (const [index, raw] of ODD_VALUES.entries()) {
    const value: unknown = assign.call(type, field, type.zero(field), raw);
    assert.notEqual(value, undefined, `odd value ${index}`);
    const bound: unknown = type.toDatabase ? type.toDatabase(field, value) : value;
    assert.ok(bound === null || typeof bound !== "object", `odd value ${index}`);
  }
}

function checkModifiers(type: FieldType, field: Field): void {
  const { modify } = type;
  if (!modify) return;
  const apply = (key: string, raw: unknown) => modify.call(type, field, key, type.zero(field), raw);
  for (const foreign of [
    "",
    "other",
    "other+",
    "+other",
    "contract",
    "contract:other",
    "contract++",
  ]) {
    assert.equal(apply(foreign, "1"), undefined, foreign);
  }
  for (const key of ["contract+", "+contract", "contract-", "contract:autogenerate"]) {
    for (const raw of ODD_VALUES) {
      const modified = apply(key, raw);
      if (modified)
        assert.ok(isSame(type, type.prepare(field, modified.value), modified.value), key);
    }
  }
}

function checkCapabilities(type: FieldType, field: Field): void {
  if (type.isMultiple?.(field)) assert.ok(type.isList);
  if (type.isList) assert.ok(type.isMultiple, "a list type says when it holds several values");
  if (type.isList) assert.equal(type.isMultiple?.(field), Array.isArray(type.zero(field)));
  if (type.onReferenceDelete) assert.ok(type.relatedCollectionId);
}

async function checkRequired(type: FieldType, given: FieldContractOptions): Promise<void> {
  if (!Object.hasOwn(type.defaults, "required")) return;
  const field = { ...makeField(type, given.options), required: true };
  const found = await type.validate(field, type.zero(field), given.value());
  assert.ok(found && isLeaf(found));
  assert.equal(found.code, "validation_required");
}

async function checkOptional(
  type: FieldType,
  field: Field,
  given: FieldContractOptions,
): Promise<void> {
  assert.equal(await type.validate(field, type.zero(field), given.value()), undefined);
}

async function checkGarbage(
  type: FieldType,
  field: Field,
  given: FieldContractOptions,
): Promise<void> {
  for (const raw of ODD_VALUES) {
    for (const value of [raw, type.prepare(field, raw)]) {
      const found = await type.validate(field, value, given.value());
      if (found && isLeaf(found)) assert.match(found.code, /^validation_/);
    }
  }
}

async function checkGoodSettings(
  type: FieldType,
  field: Field,
  given: FieldContractOptions,
): Promise<void> {
  assert.deepEqual(await type.validateSettings(field, given.settings()), {});
}

async function checkBadSettings(
  type: FieldType,
  field: Field,
  given: FieldContractOptions,
): Promise<void> {
  const found = await type.validateSettings({ ...field, id: "", name: "" }, given.settings());
  assert.deepEqual(Object.keys(found).toSorted(), ["id", "name"]);
}
