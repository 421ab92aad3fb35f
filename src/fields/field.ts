import type { App } from "../app.ts";
import type { ErrorLeaf, ErrorTree } from "../lib/errors.ts";
import type { Collection } from "../collections/collection.ts";
import type { RecordModel } from "../records/record.ts";
import type { OptionKind } from "./options.ts";

/**
 * One field of a collection, exactly as PocketBase stores and sends it: a flat object with the common keys
 * and the options of its type. What a type *does* is in its `FieldType`, never here.
 */
export interface Field {
  id: string;
  name: string;
  type: string;
  system: boolean;
  hidden: boolean;
  presentable: boolean;
  [option: string]: unknown;
}

/** What is wrong with a value: a leaf, a tree for values with parts, or nothing. */
export type Verdict = ErrorLeaf | ErrorTree | undefined;

/** What a record write hands to a field: the names follow PocketBase's interceptor actions (core/field.go). */
export type InterceptAction =
  | "validate"
  | "create"
  | "createExecute"
  | "afterCreate"
  | "afterCreateError"
  | "update"
  | "updateExecute"
  | "afterUpdate"
  | "afterUpdateError"
  | "delete"
  | "deleteExecute"
  | "afterDelete"
  | "afterDeleteError";

export interface ValueContext {
  readonly app: App;
  readonly record: RecordModel;
}

export interface SettingsContext {
  readonly app: App;
  readonly collection: Collection;
  /** The stored collection when this is an update. */
  readonly original: Collection | undefined;
  /** All collections by id as they will be; during an import it also knows the ones imported beside. */
  readonly findCollection: (idOrName: string) => Collection | undefined;
}

/** How a column takes part in filters and sorts; the resolver asks this, never a type's name. */
export type FilterKind =
  | "plain"
  /** Comparisons do not coalesce null and empty, and a path may go into the value. */
  | "json"
  /** A path may go into the value. */
  | "geo";

/**
 * The contract of a field type. One file each in `src/fields`, registered in `fields/index.ts`; the suite in
 * `test/fields/contract.test.ts` runs over all of them.
 */
export interface FieldType<F extends Field = Field> {
  readonly type: string;
  /** Every option beside `id name type system hidden presentable` with its zero value. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The kinds of the same options, by which their JSON is read. */
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly filterKind: FilterKind;
  /** Takes a list of values (select, relation, file): answers `:each`, `:length` and list modifiers. */
  readonly isList: boolean;

  /** The column definition that follows the quoted name in DDL. */
  column(field: F): string;
  /** The value of a record that never set one; a fresh one each time for arrays and objects. */
  zero(field: F): unknown;
  /** Turns anything (a database value, a JSON or form value) into the field's value. Never throws. */
  prepare(field: F, raw: unknown): unknown;
  /**
   * The value after `record.set(name, raw)`, where that differs from reading the same thing out of the
   * database: a password keeps what was typed until it is hashed, a date made by the server stays as it is.
   * `prepare(raw)` when absent.
   */
  assign?(field: F, current: unknown, raw: unknown): unknown;
  /** The value as it is bound in SQL; the prepared value itself when absent. */
  toDatabase?(field: F, value: unknown): unknown;
  /** The value as JSON (what `JSON.stringify` may be given); the prepared value itself when absent. */
  toJson?(field: F, value: unknown): unknown;
  /** The prepared value as rules see it in `@request.body` and as it can be set again; the value itself when absent. */
  toBody?(field: F, value: unknown): unknown;
  /**
   * Finishes a value whose making takes long (hashing a password), so that it does not happen while the
   * writer is held; a save does it otherwise.
   */
  settle?(field: F, value: unknown): Promise<void>;
  /** Values derived from the field's own under another name (`password:hash`); `undefined` when the key is not its own. */
  derive?(field: F, key: string, value: unknown): { readonly value: unknown } | undefined;
  /** Equality of prepared values, for finding changed columns; `===` when absent. */
  equals?(a: unknown, b: unknown): boolean;

  /** Holds more than one value: its column is a JSON array. */
  isMultiple?(field: F): boolean;
  /** The id of the collection that its values refer to. */
  relatedCollectionId?(field: F): string;
  /** What deleting the referenced record does. */
  onReferenceDelete?(field: F): { readonly cascade: boolean; readonly required: boolean };
  /** Its values are file names in the storage. */
  readonly holdsFiles?: boolean;
  /** Its value never leaves the server. */
  readonly isSecret?: boolean;
  /** Bytes that a record write may need for it, on top of the default body limit. */
  maxBodySize?(field: F): number;

  /**
   * Body keys beside the plain name that set this field (`tags+`, `+tags`, `tags-`, `title:autogenerate`):
   * returns the new value made from the record's current one, or `undefined` when the key is not its own.
   */
  modify?(
    field: F,
    key: string,
    current: unknown,
    raw: unknown,
  ): { readonly value: unknown } | undefined;

  /** Refuses a value: a leaf for the field itself. A promise only where something has to be waited for. */
  validate(field: F, value: unknown, context: ValueContext): Verdict | Promise<Verdict>;
  /** Refuses settings of the field when a collection is saved: problems by option name. */
  validateSettings(field: F, context: SettingsContext): Promise<ErrorTree>;
  /** Whether `intercept` has something to do in an action, whatever the record; always when absent. */
  intercepts?(field: F, action: InterceptAction): boolean;
  /** Takes part in saving and deleting a record (file storage, autogeneration, dates). Must await `next()`. */
  intercept?(
    field: F,
    action: InterceptAction,
    context: ValueContext,
    next: () => Promise<void>,
  ): Promise<void>;
}
