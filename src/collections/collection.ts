import type { Model } from "../events/model.ts";
import type { Field } from "../fields/field.ts";
import { parseIndex } from "../lib/index-expression.ts";
import { collectionToJson } from "./serialize.ts";

export type CollectionKind = "base" | "auth" | "view";

/** A rule: `null` = superusers only, `""` = everyone, else a filter expression. */
export type Rule = string | null;

export interface TokenOptions {
  /** Seconds. */
  duration: number;
  secret: string;
}

export interface MailTemplate {
  subject: string;
  body: string;
}

export interface OAuth2ProviderConfig {
  pkce: boolean | null;
  name: string;
  clientId: string;
  clientSecret: string;
  authURL: string;
  tokenURL: string;
  userInfoURL: string;
  displayName: string;
  extra: Record<string, unknown> | null;
}

/** Options of an auth collection (PocketBase: core/collection_model_auth_options.go); the JSON of `_collections.options`. */
export interface AuthOptions {
  authRule: Rule;
  manageRule: Rule;
  authAlert: { enabled: boolean; emailTemplate: MailTemplate };
  oauth2: {
    providers: OAuth2ProviderConfig[];
    mappedFields: { id: string; name: string; username: string; avatarURL: string };
    enabled: boolean;
  };
  passwordAuth: { identityFields: string[]; enabled: boolean };
  mfa: { enabled: boolean; duration: number; rule: string };
  otp: { enabled: boolean; duration: number; length: number; emailTemplate: MailTemplate };
  authToken: TokenOptions;
  passwordResetToken: TokenOptions;
  emailChangeToken: TokenOptions;
  verificationToken: TokenOptions;
  fileToken: TokenOptions;
  verificationTemplate: MailTemplate;
  resetPasswordTemplate: MailTemplate;
  confirmEmailChangeTemplate: MailTemplate;
}

export interface ViewOptions {
  viewQuery: string;
}

/** The data of a collection without behaviour: one row of `_collections` with its JSON columns parsed. */
export interface CollectionData {
  id: string;
  name: string;
  type: CollectionKind;
  system: boolean;
  fields: Field[];
  indexes: string[];
  listRule: Rule;
  viewRule: Rule;
  createRule: Rule;
  updateRule: Rule;
  deleteRule: Rule;
  /** `YYYY-MM-DD HH:MM:SS.mmmZ`. */
  created: string;
  updated: string;
  /** Present when `type` is auth. */
  auth: AuthOptions | undefined;
  /** Present when `type` is view. */
  view: ViewOptions | undefined;
  /** Keys of the stored options that this version does not know; written back as they were. */
  unknownOptions: Record<string, unknown>;
}

let versions = 0;

/** Where a collection stands between memory and database; a fresh instance is new. */
export interface CollectionState {
  readonly isNew?: boolean;
  /** The checksum id given by a scaffold, see `Collection.generatedId`. */
  readonly generatedId?: string;
}

/**
 * A collection. Instances from the cache are shared: change a `clone()` and save that.
 */
export class Collection implements CollectionData, Model {
  id: string;
  name: string;
  type: CollectionKind;
  system: boolean;
  fields: Field[];
  indexes: string[];
  listRule: Rule;
  viewRule: Rule;
  createRule: Rule;
  updateRule: Rule;
  deleteRule: Rule;
  created: string;
  updated: string;
  auth: AuthOptions | undefined;
  view: ViewOptions | undefined;
  unknownOptions: Record<string, unknown>;

  /** Differs for every instance: compiled plans, serializers and the like are cached by it. */
  readonly version: number = ++versions;

  /** The table of the collections themselves. */
  readonly tableName = "_collections";

  /** While a new collection has this id it follows its kind and name: made anew when it is saved. */
  generatedId: string;

  /** Off during an import: deleting does not look for references and dependent views. */
  integrityChecks = true;

  #isNew: boolean;
  #lastSavedId: string;

  constructor(data: CollectionData, state: CollectionState = {}) {
    this.id = data.id;
    this.name = data.name;
    this.type = data.type;
    this.system = data.system;
    this.fields = data.fields;
    this.indexes = data.indexes;
    this.listRule = data.listRule;
    this.viewRule = data.viewRule;
    this.createRule = data.createRule;
    this.updateRule = data.updateRule;
    this.deleteRule = data.deleteRule;
    this.created = data.created;
    this.updated = data.updated;
    this.auth = data.auth;
    this.view = data.view;
    this.unknownOptions = data.unknownOptions;
    this.generatedId = state.generatedId ?? "";
    this.#isNew = state.isNew ?? true;
    this.#lastSavedId = this.#isNew ? "" : data.id;
  }

  get isNew(): boolean {
    return this.#isNew;
  }

  /** The id its row is stored under now; empty while it is new. */
  get lastSavedId(): string {
    return this.#lastSavedId;
  }

  markSaved(): void {
    this.#isNew = false;
    this.#lastSavedId = this.id;
  }

  markNew(): void {
    this.#isNew = true;
    this.#lastSavedId = "";
  }

  /** Its records can sign in. */
  get isAuth(): boolean {
    return this.auth !== undefined;
  }

  /** Its records are computed and cannot be written. */
  get isView(): boolean {
    return this.view !== undefined;
  }

  /** @param name exact, case-sensitive */
  findField(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name);
  }

  findFieldById(id: string): Field | undefined {
    return this.fields.find((field) => field.id === id);
  }

  /** The stored text of an index; names are compared without case. */
  findIndex(name: string): string | undefined {
    return this.indexes.find((text) => isNamed(text, name));
  }

  /**
   * Adds an index, replacing one of the same name.
   *
   * @param columns the list between the brackets, as SQL
   * @param where the condition of a partial index, as SQL
   */
  addIndex(name: string, unique: boolean, columns: string, where = ""): void {
    this.removeIndex(name);
    const condition = where === "" ? "" : ` WHERE ${where}`;
    this.indexes.push(
      `CREATE ${unique ? "UNIQUE " : ""}INDEX \`${name}\` ON \`${this.name}\` (${columns})${condition}`,
    );
  }

  removeIndex(name: string): void {
    const index = this.indexes.findIndex((text) => isNamed(text, name));
    if (index >= 0) this.indexes.splice(index, 1);
  }

  /** The same data, detached: plain values that can be changed. */
  data(): CollectionData {
    return structuredClone({
      id: this.id,
      name: this.name,
      type: this.type,
      system: this.system,
      fields: this.fields,
      indexes: this.indexes,
      listRule: this.listRule,
      viewRule: this.viewRule,
      createRule: this.createRule,
      updateRule: this.updateRule,
      deleteRule: this.deleteRule,
      created: this.created,
      updated: this.updated,
      auth: this.auth,
      view: this.view,
      unknownOptions: this.unknownOptions,
    });
  }

  /** A deep copy that can be changed and saved. */
  clone(): Collection {
    const copy = new Collection(this.data(), { generatedId: this.generatedId });
    copy.integrityChecks = this.integrityChecks;
    copy.#isNew = this.#isNew;
    copy.#lastSavedId = this.#lastSavedId;
    return copy;
  }

  /** What the API sends: without secrets. */
  toJSON(): Record<string, unknown> {
    return collectionToJson(this);
  }

  /** Tags for bound handlers: id and name. */
  tags(): readonly string[] {
    return [this.id, this.name];
  }
}

function isNamed(text: string, name: string): boolean {
  return parseIndex(text).name.toLowerCase() === name.toLowerCase();
}
