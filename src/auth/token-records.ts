import type { App } from "../app.ts";
import { findRecord } from "../records/find.ts";
import { type ApiKey, findByKey } from "./extras/api-keys.ts";
import type { RecordModel } from "../records/record.ts";
import { hasSignature, readClaims } from "./jwt.ts";
import { isTokenType, signingKey, type TokenType } from "./tokens.ts";

interface Verified {
  readonly record: RecordModel;
  /** Seconds since 1970; infinite without an end. */
  readonly expires: number;
  /** Present when it is no token but an API key. */
  readonly key?: ApiKey;
}

const MAX_ENTRIES = 10_000;

/**
 * Finds the records behind tokens and remembers the auth ones: the caller of nearly every request is the
 * same one as a moment ago. An entry is dropped when its record, its collection or any foreign process
 * writes, so a token that stops being valid stops at once.
 */
export class TokenRecords {
  readonly #verified = new Map<string, Verified>();
  #schemaVersion = -1;
  /** Goes up with whatever makes a record that is being read at the same time stale. */
  #forgotten = 0;

  /**
   * The record a token belongs to, as a copy of its own.
   *
   * @returns undefined when the token is malformed, expired, of another type, signed with another key, or its
   * record is gone
   */
  async find(
    app: App,
    token: string,
    types: readonly TokenType[],
  ): Promise<RecordModel | undefined> {
    if (token === "") return undefined;
    // What a transaction has not committed yet must not become known outside it.
    const remembers = !app.isTransaction && types.includes("auth");
    if (remembers) {
      const known = this.#recall(app, token);
      if (known) return known.record.fresh();
    }
    const forgotten = this.#forgotten;
    const found = await verify(app, token, types);
    if (!found) return undefined;
    if (remembers && found.type === "auth") this.#remember(token, found, forgotten);
    return found.record.fresh();
  }

  /**
   * The record an API key belongs to, as a copy of its own, and what the key may do.
   *
   * @returns undefined when there is no such key (any more)
   */
  async findByKey(
    app: App,
    text: string,
  ): Promise<{ readonly record: RecordModel; readonly key: ApiKey } | undefined> {
    const known = app.isTransaction ? undefined : this.#recall(app, text);
    if (known?.key) return { record: known.record.fresh(), key: known.key };
    const forgotten = this.#forgotten;
    const found = await findByKey(app, text);
    if (!found) return undefined;
    if (!app.isTransaction) this.#remember(text, found, forgotten);
    return { record: found.record.fresh(), key: found.key };
  }

  /** Forgets what is known of a record. */
  forget(record: RecordModel): void {
    this.#forgotten++;
    for (const [token, entry] of this.#verified) {
      if (entry.record.id === record.id && entry.record.collection.id === record.collection.id) {
        this.#verified.delete(token);
      }
    }
  }

  forgetAll(): void {
    this.#forgotten++;
    this.#verified.clear();
  }

  #recall(app: App, token: string): Verified | undefined {
    if (this.#schemaVersion !== app.collections.version) {
      this.#schemaVersion = app.collections.version;
      this.forgetAll();
    }
    const entry = this.#verified.get(token);
    if (!entry) return undefined;
    if (Date.now() / 1000 < entry.expires) return entry;
    this.#verified.delete(token);
    return undefined;
  }

  /** @param forgotten what the counter was before the record was read */
  #remember(token: string, entry: Verified, forgotten: number): void {
    if (forgotten !== this.#forgotten) return;
    if (this.#verified.size >= MAX_ENTRIES)
      this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(token, entry);
  }
}

async function verify(
  app: App,
  token: string,
  types: readonly TokenType[],
): Promise<(Verified & { readonly type: TokenType }) | undefined> {
  const claims = readClaims(token);
  if (!claims) return undefined;
  const { id, collectionId, type, exp } = claims;
  if (typeof id !== "string" || typeof collectionId !== "string" || !isTokenType(type))
    return undefined;
  if (!types.includes(type)) return undefined;
  const collection = app.collections.find(collectionId);
  if (!collection?.isAuth) return undefined;
  const record = await findRecord(app, collection, id);
  if (!record || !hasSignature(token, signingKey(record, type))) return undefined;
  return { record, type, expires: typeof exp === "number" ? exp : Infinity };
}
