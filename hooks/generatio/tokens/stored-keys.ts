import type { App, RecordEvent, RecordModel } from "generatio";
import { SealedToken } from "./secret.ts";

export const USERS = "generatio_users";
export const PROVIDER_TOKENS = "provider_tokens";
/** Document 000 keeps the key of this provider with the account. */
const FAL = "fal";

/** A key as it is stored. */
export interface StoredKey {
  readonly provider: string;
  readonly sealed: SealedToken;
  /** Unlocked by logging in, because the passwords are the same. */
  readonly autoSession: boolean;
}

/** What is kept beside a key of any provider but FAL. */
export interface KeyFacts {
  readonly label: string;
  /** Tells keys apart. */
  readonly fingerprint: string;
}

/** Where the sealed keys of users are: that of FAL with the account, the others in a collection. */
export class StoredKeys {
  readonly #app: App;
  /** Users who have keys of other providers than FAL, and of which. */
  readonly #others = new Map<string, Set<string>>();

  constructor(app: App) {
    this.#app = app;
  }

  /** To be called at the start. */
  async load(): Promise<void> {
    for (const row of await this.#app.findRecordsByFilter(PROVIDER_TOKENS, "")) this.#note(row);
  }

  /** Keeps in mind who has which keys. */
  bind(): void {
    const note = (event: RecordEvent) => {
      this.#note(event.record);
      return event.next();
    };
    this.#app.onRecordAfterCreateSuccess(PROVIDER_TOKENS).bind({ id: "genNoteKey", func: note });
    this.#app.onRecordAfterDeleteSuccess(PROVIDER_TOKENS).bind({
      id: "genForgetKey",
      func: (event) => {
        const userId = event.record.getString("user_id");
        this.#others.get(userId)?.delete(event.record.getString("provider"));
        return event.next();
      },
    });
  }

  /** Whether a user has a key of a provider other than FAL. */
  hasOther(userId: string, provider: string): boolean {
    return this.#others.get(userId)?.has(provider) ?? false;
  }

  /** All keys of a user, or that of one provider. */
  async of(userId: string, provider?: string): Promise<StoredKey[]> {
    const user = await this.#app.findRecordById(USERS, userId);
    const fal = {
      provider: FAL,
      sealed: new SealedToken(user.getString("fal_token")),
      autoSession: user.getBool("auto_session"),
    };
    const rows = this.#others.has(userId) ? await this.#rowsOf(this.#app, userId) : [];
    const all = [fal, ...rows.map(toKey)];
    return all.filter(
      (key) =>
        key.sealed.toStorage() !== "" && (provider === undefined || key.provider === provider),
    );
  }

  /** Puts a key in the place of the one before. */
  async put(userId: string, key: StoredKey, facts: KeyFacts): Promise<void> {
    const { provider, sealed, autoSession: auto_session } = key;
    await this.#app.runInTransaction(async (tx) => {
      if (provider === FAL) {
        const user = await tx.findRecordById(USERS, userId);
        user.load({ fal_token: sealed.toStorage(), auto_session });
        return tx.save(user);
      }
      const row =
        (await this.#rowOf(tx, userId, provider)) ??
        tx.newRecord(PROVIDER_TOKENS, { user_id: userId, provider });
      row.load({ secret: sealed.toStorage(), auto_session, ...facts });
      await tx.save(row);
    });
  }

  /** Writes another envelope of the same key, unless the key was replaced meanwhile. */
  async renew(userId: string, old: StoredKey, sealed: SealedToken): Promise<void> {
    await this.#app.runInTransaction(async (tx) => {
      const [record, field] = await this.#placeOf(tx, userId, old.provider);
      if (!record || record.getString(field) !== old.sealed.toStorage()) return;
      record.set(field, sealed.toStorage());
      await tx.save(record);
    });
  }

  /** @returns false when there is none */
  async remove(userId: string, provider: string): Promise<boolean> {
    return this.#app.runInTransaction(async (tx) => {
      const [record, field] = await this.#placeOf(tx, userId, provider);
      if (!record || record.getString(field) === "") return false;
      if (provider !== FAL) await tx.delete(record);
      else {
        record.load({ fal_token: "", auto_session: false });
        await tx.save(record);
      }
      return true;
    });
  }

  async #placeOf(
    tx: App,
    userId: string,
    provider: string,
  ): Promise<readonly [record: RecordModel | undefined, field: string]> {
    if (provider === FAL) return [await tx.findRecordById(USERS, userId), "fal_token"];
    return [await this.#rowOf(tx, userId, provider), "secret"];
  }

  #rowsOf(app: App, userId: string): Promise<RecordModel[]> {
    const options = { params: { userId }, sort: "provider" };
    return app.findRecordsByFilter(PROVIDER_TOKENS, "user_id = {:userId}", options);
  }

  async #rowOf(app: App, userId: string, provider: string): Promise<RecordModel | undefined> {
    const filter = "user_id = {:userId} && provider = {:provider}";
    const options = { params: { userId, provider }, limit: 1 };
    const [row] = await app.findRecordsByFilter(PROVIDER_TOKENS, filter, options);
    return row;
  }

  #note(row: RecordModel): void {
    const userId = row.getString("user_id");
    const own = this.#others.get(userId) ?? new Set<string>();
    this.#others.set(userId, own.add(row.getString("provider")));
  }
}

function toKey(row: RecordModel): StoredKey {
  return {
    provider: row.getString("provider"),
    sealed: new SealedToken(row.getString("secret")),
    autoSession: row.getBool("auto_session"),
  };
}
