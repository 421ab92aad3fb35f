import { badRequest } from "../lib/errors.ts";
import { defaultSettings, type RateLimitRule, type SettingsData } from "./settings.ts";

const RULE: RateLimitRule = { label: "", audience: "", duration: 0, maxRequests: 0 };

/** What the elements of the lists look like; every other list holds texts. */
const ELEMENTS: Readonly<Record<string, object>> = { rules: RULE };

/**
 * Lays submitted JSON over settings as Go's decoder does: keys in any case, absent ones keep their value,
 * nested objects merge, lists are replaced, `null` empties, unknown keys are ignored.
 *
 * @throws ApiError 400 when a value has another type than the setting
 */
export function decodeSettings(
  current: SettingsData,
  submitted: Readonly<Record<string, unknown>>,
): SettingsData {
  return merge(defaultSettings(), current, expandDots(submitted)) as SettingsData;
}

/** Form bodies name nested settings with dots (`meta.appName`). */
function expandDots(submitted: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // Names like `__proto__` lead nowhere in an object without a prototype.
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(submitted)) {
    const parts = key.split(".");
    const last = parts.pop()!;
    let target = result;
    for (const part of parts) {
      const inner = Object.hasOwn(target, part) ? target[part] : undefined;
      const next = isObject(inner) ? inner : (Object.create(null) as Record<string, unknown>);
      target[part] = next;
      target = next;
    }
    target[last] = value;
  }
  return result;
}

function merge(shape: object, current: object, submitted: unknown): object {
  if (!isObject(submitted)) throw mismatch();
  const result: Record<string, unknown> = { ...current };
  const keys = new Map(Object.keys(shape).map((key) => [key.toLowerCase(), key]));
  for (const [name, value] of Object.entries(submitted)) {
    const key = keys.get(name.toLowerCase());
    if (key)
      result[key] = mergeValue(key, (shape as Record<string, unknown>)[key], result[key], value);
  }
  return result;
}

function mergeValue(key: string, shape: unknown, current: unknown, submitted: unknown): unknown {
  if (submitted === null) return emptied(shape);
  if (Array.isArray(shape)) return readList(ELEMENTS[key], submitted);
  if (isObject(shape)) return merge(shape, current as object, submitted);
  if (typeof submitted !== typeof shape) throw mismatch();
  // PocketBase could not read back what does not fit its integers.
  if (typeof submitted === "number" && !Number.isSafeInteger(submitted)) throw mismatch();
  return submitted;
}

function readList(element: object | undefined, submitted: unknown): unknown[] {
  if (!Array.isArray(submitted)) throw mismatch();
  return submitted.map((item: unknown) => {
    if (element) return item === null ? element : merge(element, element, item);
    if (item === null) return "";
    if (typeof item !== "string") throw mismatch();
    return item;
  });
}

/** Go's zero value of the same type. */
function emptied(shape: unknown): unknown {
  if (Array.isArray(shape)) return [];
  if (isObject(shape)) {
    return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, emptied(inner)]));
  }
  if (typeof shape === "string") return "";
  return typeof shape === "number" ? 0 : false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatch() {
  return badRequest("An error occurred while loading the submitted data.");
}
