import type { CollectionField } from "pocketbase";
import { isMultiple, type Loss } from "./field-kind.ts";

/** Modifiers of a field that may hold several values. */
export function listModifiers(field: CollectionField): readonly string[] {
  return isMultiple(field) ? ["each", "length"] : [];
}

export function filledList(field: CollectionField): string {
  return isMultiple(field) ? `${field.name}:length > 0` : `${field.name} != ""`;
}

/** One value instead of several: of each row the last one stays. */
export function singleLoss(before: CollectionField, after: CollectionField): readonly Loss[] {
  if (!isMultiple(before) || isMultiple(after)) return [];
  return [{ kind: "single", filter: `${before.name}:length > 1`, names: [] }];
}
