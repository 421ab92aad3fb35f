import type { CollectionField } from "pocketbase";
import type { IconName } from "../../../kit/icon-paths.ts";
import type { PlainKey } from "../../i18n/en.ts";

/** What the UI knows about a field type. */
export interface FieldKind {
  readonly type: string;
  readonly icon: IconName;
  readonly title: PlainKey;
  /** What "required" means for it; undefined when it cannot be. */
  readonly required: PlainKey | undefined;
  /** Options of a new field. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Cannot be added: every collection that has one was made with it. */
  readonly isFixed?: boolean;
  /** What may follow the field's name in a filter behind `:`. */
  readonly modifiers?: (field: CollectionField) => readonly string[];
  /** Filter that matches the rows that hold something in it. */
  readonly filled: (field: CollectionField) => string;
  /** What other options do to the stored values. */
  readonly losses?: (before: CollectionField, after: CollectionField) => readonly Loss[];
}

/** Stored values that a change takes away or makes invalid. */
export interface Loss {
  readonly kind: "single" | "values";
  /** Matches the rows it is about. */
  readonly filter: string;
  /** What is lost, when it has a name. */
  readonly names: readonly string[];
}

/** An option that is a number; undefined when it is not set. */
export function numberOption(field: CollectionField, name: string): number | undefined {
  const value: unknown = field[name];
  return typeof value === "number" ? value : undefined;
}

export function textOption(field: CollectionField, name: string): string {
  const value: unknown = field[name];
  return typeof value === "string" ? value : "";
}

export function listOption(field: CollectionField, name: string): readonly string[] {
  const value: unknown = field[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function isOn(field: CollectionField, name: string): boolean {
  return field[name] === true;
}

/** Whether it holds several values (select, file, relation). */
export function isMultiple(field: CollectionField): boolean {
  return (numberOption(field, "maxSelect") ?? 1) > 1;
}

/** A text within a filter. */
export function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
