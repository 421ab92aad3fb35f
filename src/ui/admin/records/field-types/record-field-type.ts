import type { CollectionField, CollectionModel, RecordModel } from "pocketbase";
import type { ComponentType } from "preact";
import type { IconName } from "../../../kit/icon-paths.ts";
import type { FormErrors } from "../../api/form-errors.ts";

export interface CellProps {
  readonly field: CollectionField;
  readonly value: unknown;
  readonly record: RecordModel;
}

export interface InputProps {
  readonly field: CollectionField;
  /** As `edit` makes it. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** What is wrong with it. */
  readonly error: string | undefined;
  /** What is wrong within it, by path. */
  readonly errors: FormErrors;
  readonly collection: CollectionModel;
  /** As it is stored; undefined for a new one. */
  readonly record: RecordModel | undefined;
}

/** How the values of a field type are shown and edited. */
export interface RecordFieldType {
  readonly type: string;
  readonly icon: IconName;
  /** Track of a table's grid. */
  readonly width: string;
  /** A word without comparison is looked for in it. */
  readonly isSearched: boolean;
  readonly Cell: ComponentType<CellProps>;
  /** Undefined when only the server sets it. */
  readonly Input: ComponentType<InputProps> | undefined;
  /** A value of the API as it is edited; undefined is that of a new record. */
  readonly edit: (value: unknown, field: CollectionField) => unknown;
  /** What is sent for an edited value; as it is unless given. */
  readonly send?: (edited: unknown, field: CollectionField) => unknown;
  /** Finds what is wrong with an edited value before it is sent. @returns a text */
  readonly check?: (edited: unknown) => string | undefined;
  /** What a copy of a record begins with; the same unless given. */
  readonly duplicate?: (edited: unknown, field: CollectionField) => unknown;
  /** A value for examples. */
  readonly sample: (field: CollectionField) => unknown;
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : String(value as number | boolean);
}

/** The values of a field that may hold one or several, without empty ones. */
export function listOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is string => typeof each === "string" && each !== "");
}

/** Whether it holds several values (select, file, relation). */
export function isMultiple(field: CollectionField): boolean {
  return mostOf(field) > 1;
}

/** What the API takes for a list of values: a text where the field holds only one. */
export function sendOneOrList(edited: unknown, field: CollectionField): unknown {
  const list = listOf(edited);
  return isMultiple(field) ? list : (list[0] ?? "");
}

/** How many values it may hold. */
export function mostOf(field: CollectionField): number {
  const most: unknown = field["maxSelect"];
  return typeof most === "number" && most > 0 ? most : 1;
}

export function helpOf(field: CollectionField): string | undefined {
  const help: unknown = field["help"];
  return typeof help === "string" && help !== "" ? help : undefined;
}

export function isRequired(field: CollectionField): boolean {
  return field["required"] === true;
}
