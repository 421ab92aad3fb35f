import { type Fragment, join, raw, sql } from "./fragment.ts";

/*
 * The tables of what this server adds to PocketBase's auth. Each is made when its addition is used for the first
 * time; rows name their owner by collection id and record id.
 */

const OWNER = `collection TEXT NOT NULL,
    record     TEXT NOT NULL`;

const CREATE_TABLES = {
  _xAuthOptions: [
    "CREATE TABLE IF NOT EXISTS `_xAuthOptions` (collection TEXT PRIMARY KEY NOT NULL, options TEXT NOT NULL)",
  ],
  _xApiKeys: [
    `CREATE TABLE IF NOT EXISTS \`_xApiKeys\` (
    id         TEXT PRIMARY KEY NOT NULL,
    ${OWNER},
    name       TEXT NOT NULL,
    hash       TEXT UNIQUE NOT NULL,
    hint       TEXT NOT NULL,
    scope      TEXT NOT NULL,
    bond       TEXT NOT NULL,
    created    TEXT NOT NULL,
    expires    TEXT NOT NULL,
    lastUsed   TEXT NOT NULL
  )`,
    "CREATE INDEX IF NOT EXISTS `idx__xApiKeys_owner` ON `_xApiKeys` (collection, record)",
  ],
  _xTotp: [
    `CREATE TABLE IF NOT EXISTS \`_xTotp\` (
    ${OWNER},
    secret     TEXT NOT NULL,
    confirmed  INTEGER NOT NULL,
    lastStep   INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    failedAt   INTEGER NOT NULL,
    PRIMARY KEY (collection, record)
  )`,
  ],
  _xRecoveryCodes: [
    `CREATE TABLE IF NOT EXISTS \`_xRecoveryCodes\` (
    ${OWNER},
    hash       TEXT NOT NULL,
    PRIMARY KEY (collection, record, hash)
  )`,
  ],
  _xPasskeys: [
    `CREATE TABLE IF NOT EXISTS \`_xPasskeys\` (
    id         TEXT PRIMARY KEY NOT NULL,
    ${OWNER},
    name       TEXT NOT NULL,
    publicKey  TEXT NOT NULL,
    counter    INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created    TEXT NOT NULL,
    lastUsed   TEXT NOT NULL
  )`,
    "CREATE INDEX IF NOT EXISTS `idx__xPasskeys_owner` ON `_xPasskeys` (collection, record)",
  ],
  _xAnonymous: [
    `CREATE TABLE IF NOT EXISTS \`_xAnonymous\` (
    ${OWNER},
    seen       TEXT NOT NULL,
    PRIMARY KEY (collection, record)
  )`,
  ],
} as const satisfies Record<string, readonly string[]>;

export type AuthExtraTable = keyof typeof CREATE_TABLES;

/** Those whose rows belong to one auth record each. */
export const OWNED_TABLES = [
  "_xApiKeys",
  "_xTotp",
  "_xRecoveryCodes",
  "_xPasskeys",
  "_xAnonymous",
] as const satisfies readonly AuthExtraTable[];

/** The statements that make a table with its indexes, unless it is there. */
export function createAuthExtraTable(name: AuthExtraTable): Fragment[] {
  return CREATE_TABLES[name].map((text) => raw(text));
}

/** The `name`s of those that exist. */
export function selectAuthExtraTables(): Fragment {
  const names = join(
    Object.keys(CREATE_TABLES).map((name) => sql`${name}`),
    ", ",
  );
  return sql`SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (${names})`;
}
