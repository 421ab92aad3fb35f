import type { Field } from "../fields/field.ts";

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

/**
 * A collection. Instances from the cache are shared: change a `clone()` and save that.
 */
export class Collection implements CollectionData {
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

  constructor(data: CollectionData) {
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

  /** A deep copy that can be changed. */
  clone(): Collection {
    return new Collection(
      structuredClone({
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
      }),
    );
  }

  /** Tags for bound handlers: id and name. */
  tags(): readonly string[] {
    return [this.id, this.name];
  }
}
