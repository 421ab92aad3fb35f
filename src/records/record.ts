import type { Collection } from "../collections/collection.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import { RawJson } from "../lib/json.ts";
import { recordToJson } from "./serialize.ts";
import type { Model } from "../events/model.ts";

/** Related records by relation name: one, or a list in the order of the stored ids. */
export type Expand = Record<string, RecordModel | RecordModel[]>;

/** Modifier keys and their values, by the name of the field they change. */
export type FieldModifiers = ReadonlyMap<
  string,
  readonly { readonly key: string; readonly raw: unknown }[]
>;

/**
 * One record: a map of prepared values, always complete (every field of the collection has one).
 * Named `RecordModel` because `Record` is TypeScript's own.
 */
export class RecordModel implements Model {
  readonly collection: Collection;
  #values: Map<string, unknown>;
  /** Somebody else holds `#values` too: it is copied before the first change. */
  #isShared = true;
  #original: ReadonlyMap<string, unknown>;
  #custom: Map<string, unknown> | undefined;
  #pending:
    | { readonly modifiers: FieldModifiers; readonly expected: ReadonlyMap<string, unknown> }
    | undefined;
  /** What the row holds as far as this record knows; undefined after a rollback. */
  #stored: ReadonlyMap<string, unknown> | undefined;
  #isNew: boolean;
  #lastSavedId: string;
  #visibility: Map<string, boolean> | undefined;
  expand: Expand | undefined;

  /** Shows the e-mail even when `emailVisibility` is off: superusers, the owner, managers. */
  ignoreEmailVisibility = false;
  /** Sends values that are no fields too (PocketBase: withCustomData). */
  withCustomData = false;

  constructor(collection: Collection, values?: Map<string, unknown>, isNew = true) {
    this.collection = collection;
    this.#values = values ?? zeroValues(collection);
    this.#original = isNew && values ? zeroValues(collection) : this.#values;
    this.#stored = isNew ? undefined : this.#original;
    this.#isNew = isNew;
    this.#lastSavedId = isNew ? "" : (this.#values.get("id") as string);
  }

  /** Makes a stored record from a database row: missing columns and NULL become zero values. */
  static fromRow(collection: Collection, row: Readonly<Record<string, unknown>>): RecordModel {
    const values = new Map<string, unknown>();
    for (const field of collection.fields) {
      values.set(field.name, fieldType(field).prepare(field, withoutBytes(row[field.name])));
    }
    return new RecordModel(collection, values, false);
  }

  get id(): string {
    return (this.#values.get("id") as string | undefined) ?? "";
  }

  /** The table of its row: the collection's name. */
  get tableName(): string {
    return this.collection.name;
  }

  get isNew(): boolean {
    return this.#isNew;
  }

  /** The id under which the row is stored now; differs from `id` when someone tries to change it. */
  get lastSavedId(): string {
    return this.#lastSavedId;
  }

  /** The prepared value of a field, what was set under a name that is none, or what a field derives (`password:hash`). */
  get(name: string): unknown {
    if (this.#values.has(name)) return this.#values.get(name);
    return this.#custom?.get(name) ?? (name.includes(":") ? this.#derive(name) : undefined);
  }

  /** Values that fields derive from their own: `password:hash`, `avatar:unsaved`. */
  #derive(key: string): unknown {
    for (const field of this.collection.fields) {
      const derived = fieldType(field).derive?.(field, key, this.#values.get(field.name));
      if (derived) return derived.value;
    }
    return undefined;
  }

  getString(name: string): string {
    const value = this.get(name);
    return typeof value === "string"
      ? value
      : value === undefined || value === null
        ? ""
        : String(value);
  }

  getNumber(name: string): number {
    const value = this.get(name);
    return typeof value === "number" ? value : Number(value) || 0;
  }

  getBool(name: string): boolean {
    return this.get(name) === true;
  }

  /** The values of a list field; a single one becomes a list of one, an empty one of none. */
  getStrings(name: string): string[] {
    const value = this.get(name);
    if (Array.isArray(value)) return value.filter((item) => typeof item === "string");
    return typeof value === "string" && value !== "" ? [value] : [];
  }

  /** The value of a json field: shared, not to be changed; null when there is none. */
  getJson(name: string): unknown {
    const value = this.get(name);
    return value instanceof RawJson ? value.value : null;
  }

  /**
   * Sets a value from anything: casts it as the field does, and understands modifier keys (`tags+`).
   * A name that is no field is kept as custom data.
   */
  set(key: string, raw: unknown): void {
    if (!this.setField(key, raw)) (this.#custom ??= new Map()).set(key, raw);
  }

  /** As `set`, but only for keys that belong to a field; returns that field. */
  setField(key: string, raw: unknown): Field | undefined {
    const field = this.collection.findField(key);
    if (field) {
      const type = fieldType(field);
      this.#put(
        key,
        type.assign ? type.assign(field, this.#values.get(key), raw) : type.prepare(field, raw),
      );
      return field;
    }
    for (const candidate of this.collection.fields) {
      const modified = fieldType(candidate).modify?.(
        candidate,
        key,
        this.#values.get(candidate.name),
        raw,
      );
      if (modified) {
        this.#put(candidate.name, modified.value);
        return candidate;
      }
    }
    return undefined;
  }

  /** Sets an already prepared value, past casts and modifiers. */
  setRaw(name: string, value: unknown): void {
    if (this.#values.has(name)) this.#put(name, value);
    else (this.#custom ??= new Map()).set(name, value);
  }

  #put(name: string, value: unknown): void {
    if (this.#isShared) {
      this.#values = new Map(this.#values);
      this.#isShared = false;
    }
    this.#values.set(name, value);
  }

  load(values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) this.set(key, value);
  }

  /** The value as it was when the record was read; not refreshed by a save (PocketBase: Record.Original). */
  originalValue(name: string): unknown {
    return this.#original.get(name);
  }

  /** A record with the values as they were read. */
  original(): RecordModel {
    return new RecordModel(this.collection, new Map(this.#original), this.#isNew);
  }

  /** A copy with the same latest values, without expand and flags (PocketBase: Record.Fresh). */
  fresh(): RecordModel {
    const copy = new RecordModel(this.collection, this.#values, this.#isNew);
    this.#isShared = true;
    copy.#original = this.#original;
    copy.#stored = this.#stored;
    copy.#lastSavedId = this.#lastSavedId;
    return copy;
  }

  /** The fields that are shown or hidden for one answer, whatever their `hidden` says. */
  get visibility(): ReadonlyMap<string, boolean> {
    return this.#visibility ?? AS_THEY_ARE;
  }

  hide(...names: string[]): this {
    return this.#show(names, false);
  }

  unhide(...names: string[]): this {
    return this.#show(names, true);
  }

  #show(names: readonly string[], isShown: boolean): this {
    this.#visibility ??= new Map();
    for (const name of names) this.#visibility.set(name, isShown);
    return this;
  }

  isVisible(field: Field): boolean {
    return this.#visibility?.get(field.name) ?? !field.hidden;
  }

  customData(): ReadonlyMap<string, unknown> {
    return this.#custom ?? EMPTY;
  }

  /** The fields whose values differ from the row; all of them when that is not known. */
  changedFields(): Field[] {
    const stored = this.#stored;
    if (!stored) return this.collection.fields;
    return this.collection.fields.filter((field) => {
      const [before, now] = [stored.get(field.name), this.#values.get(field.name)];
      return before !== now && !(fieldType(field).equals?.(before, now) ?? false);
    });
  }

  /**
   * Has these modifiers applied once more when the record is written, on the row as it is then, so that two
   * increments at the same time both count. A field that is changed again in between keeps that change.
   */
  applyWhenWritten(modifiers: FieldModifiers): void {
    if (modifiers.size === 0) return;
    const expected = new Map([...modifiers.keys()].map((name) => [name, this.#values.get(name)]));
    this.#pending = { modifiers, expected };
  }

  /** For the save pipeline: true when `rebase` has something to do. */
  get mustRebase(): boolean {
    return this.#pending !== undefined;
  }

  /** For the save pipeline: applies the pending modifiers to the row as it is. */
  rebase(current: RecordModel): void {
    const pending = this.#pending;
    this.#pending = undefined;
    for (const [name, list] of pending?.modifiers ?? []) {
      if (this.#values.get(name) !== pending!.expected.get(name)) continue;
      for (const { key, raw } of list) current.setField(key, raw);
      this.#put(name, current.get(name));
    }
  }

  /** For the save pipeline: the row exists and holds the present values. */
  markSaved(): void {
    this.#isNew = false;
    this.#stored = this.#values;
    this.#isShared = true;
    this.#lastSavedId = this.id;
  }

  /** For the save pipeline: the row was rolled back. */
  markNew(): void {
    this.#isNew = true;
    this.#stored = undefined;
    this.#lastSavedId = "";
  }

  /** For the save pipeline: a change may have been rolled back, so the next save writes every column. */
  markUnsure(): void {
    this.#stored = undefined;
  }

  /** Only what a client may see (PocketBase: Record.PublicExport). */
  toJSON(): { readonly [key: string]: unknown } {
    return recordToJson(this);
  }

  /** Tags for bound handlers: collection id and name. */
  tags(): readonly string[] {
    return [this.collection.id, this.collection.name];
  }
}

/** A view may compute bytes; they are read as the text they hold. */
function withoutBytes(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : value;
}

const EMPTY: ReadonlyMap<string, unknown> = new Map();
const AS_THEY_ARE: ReadonlyMap<string, boolean> = new Map();

function zeroValues(collection: Collection): Map<string, unknown> {
  return new Map(collection.fields.map((field) => [field.name, fieldType(field).zero(field)]));
}
