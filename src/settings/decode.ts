import { badRequest } from "../lib/errors.ts";
import { defaultSettings, type RateLimitRule, type SettingsData } from "./settings.ts";

const RULE: RateLimitRule = { label: "", audience: "", duration: 0, maxRequests: 0 };

/** What the elements of the lists look like; every other list holds texts. */
const ELEMENTS: Readonly<Record<string, object>> = { rules: RULE };

/**
 * Lays submitted JSON over settings as Go's decoder does: keys in any case, absent ones keep their value,
 * nested objects merge, lists of objects merge element by element and take the new length, `null` changes
 * nothing (a list becomes empty), unknown keys are ignored.
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
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(submitted)) {
    const parts = key.split(".");
    const last = parts.pop()!;
    let target = result;
    for (const part of parts) {
      const inner = target[part];
      target = (isObject(inner) ? inner : (target[part] = {})) as Record<string, unknown>;
    }
    target[last] = value;
  }
  return result;
}

function merge(shape: object, current: object, submitted: unknown): object {
  if (submitted === null || submitted === undefined) return current;
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
  if (Array.isArray(shape)) return mergeList(ELEMENTS[key], current as unknown[], submitted);
  if (submitted === null) return current;
  if (isObject(shape)) return merge(shape, current as object, submitted);
  if (typeof submitted !== typeof shape) throw mismatch();
  if (typeof submitted === "number" && !Number.isInteger(submitted)) throw mismatch();
  return submitted;
}

function mergeList(
  element: object | undefined,
  current: readonly unknown[],
  submitted: unknown,
): unknown[] {
  if (submitted === null) return [];
  if (!Array.isArray(submitted)) throw mismatch();
  return submitted.map((item: unknown, index) => {
    if (element)
      return merge(element, { ...element, ...(current[index] as object | undefined) }, item);
    if (item === null) return "";
    if (typeof item !== "string") throw mismatch();
    return item;
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatch() {
  return badRequest("An error occurred while loading the submitted data.");
}
