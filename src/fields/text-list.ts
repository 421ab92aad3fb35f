import { TEXT_COLUMN, TEXT_LIST_COLUMN } from "../db/dialect/columns.ts";
import { toUniqueTexts } from "../lib/cast.ts";
import type { Field } from "./field.ts";

/** What fields share that hold one text or, with `maxSelect` above 1, a list of distinct ones. */
export interface TextListField extends Field {
  maxSelect: number;
}

export function isMultiple(field: TextListField): boolean {
  return field.maxSelect > 1;
}

export function textListColumn(field: TextListField): string {
  return isMultiple(field) ? TEXT_LIST_COLUMN : TEXT_COLUMN;
}

export function zeroTexts(field: TextListField): string | string[] {
  return isMultiple(field) ? [] : "";
}

/** Of several values a single field takes the last. */
export function prepareTexts(field: TextListField, raw: unknown): string | string[] {
  // What a row of a single field holds; brackets may be a list.
  if (typeof raw === "string" && !isMultiple(field) && !raw.includes("["))
    return raw.toWellFormed();
  const texts = toUniqueTexts(raw);
  return isMultiple(field) ? texts : (texts.at(-1) ?? "");
}

/** A list is bound as its JSON text. */
export function textsToDatabase(field: TextListField, value: unknown): string {
  const prepared = prepareTexts(field, value);
  return typeof prepared === "string" ? prepared : JSON.stringify(prepared);
}

export function equalTexts(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** Resolves `name+`, `+name` and `name-`: append, prepend, remove. */
export function modifyTexts(
  field: TextListField,
  key: string,
  current: unknown,
  raw: unknown,
): { readonly value: string | string[] } | undefined {
  const result = (texts: readonly string[]) => ({ value: prepareTexts(field, texts) });
  if (key === `${field.name}+`) return result([...toUniqueTexts(current), ...toUniqueTexts(raw)]);
  if (key === `+${field.name}`) return result([...toUniqueTexts(raw), ...toUniqueTexts(current)]);
  if (key !== `${field.name}-`) return undefined;
  const removed = new Set(toUniqueTexts(raw));
  return result(toUniqueTexts(current).filter((text) => !removed.has(text)));
}
