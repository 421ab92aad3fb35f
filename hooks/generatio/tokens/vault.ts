import type { App, RecordModel } from "generatio";
import { invalidField, ProductError } from "../errors.ts";
import { createQueuePerKey, LineFullError } from "../limiter.ts";
import type { Settings } from "../settings.ts";
import { WrongTries } from "./attempts.ts";
import { isOutdated, openToken, sealToken } from "./cipher.ts";
import { KeyRing } from "./key-ring.ts";
import type { PlainToken, SealedToken } from "./secret.ts";
import { type StoredKey, StoredKeys } from "./stored-keys.ts";

/** What came of trying a password on a user's stored keys: `open` as soon as one of them opens. */
export type Unlocking =
  | { readonly state: "no-key" }
  | { readonly state: "wrong-password" }
  | { readonly state: "open"; readonly keys: KeyRing };

/** Which of a user's keys a password is tried on. */
export interface Choice {
  /** All when absent. */
  readonly provider?: string | undefined;
  /** Only those that are unlocked by logging in. */
  readonly onlyAuto?: boolean;
}

// Ten wrong tries within ten minutes; a right one clears them.
const WRONG_TRIES_ALLOWED = 10;
const WRONG_TRIES_WINDOW_MS = 600_000;
const BUSY_RETRY_SECONDS = 5;

/** The provider keys of users as they are stored: encrypted under a password that only the user has. */
export class KeyVault {
  readonly stored: StoredKeys;
  readonly #app: App;
  readonly #settings: Settings;
  readonly #wrongTries = new WrongTries({
    allowed: WRONG_TRIES_ALLOWED,
    windowMs: WRONG_TRIES_WINDOW_MS,
  });
  // Tries of one user are made one after another, so that the count is right also for a burst of them.
  readonly #inTurn = createQueuePerKey();

  constructor(app: App, settings: Settings) {
    this.#app = app;
    this.#settings = settings;
    this.stored = new StoredKeys(app);
  }

  /**
   * Encrypts and stores a key in place of the one before.
   *
   * @param options.autoSession the key is unlocked by logging in, because the passwords are the same
   * @throws ProductError when they are not
   */
  async store(
    user: RecordModel,
    key: { readonly provider: string; readonly token: PlainToken; readonly label: string },
    options: { password: string; autoSession: boolean },
  ): Promise<void> {
    const { password, autoSession } = options;
    const { provider, token, label } = key;
    if (autoSession && !(await this.#app.auth.verifyPassword(user, password))) {
      throw invalidField("password", "must be the login password when auto_session is set");
    }
    const sealed = await this.#seal({ userId: user.id, provider }, token, password);
    const facts = { label, fingerprint: token.fingerprint() };
    await this.stored.put(user.id, { provider, sealed, autoSession }, facts);
    this.#wrongTries.clear(user.id);
  }

  /** Tries a typed password. @throws ProductError `rate_limit_error` after too many wrong ones */
  unlock(userId: string, password: string, choice: Choice = {}): Promise<Unlocking> {
    return this.#inTurn(userId, async () => {
      const waitMs = this.#wrongTries.waitMs(userId);
      if (waitMs > 0) throw tooManyTries(waitMs);
      const unlocking = await this.open(userId, password, choice);
      if (unlocking.state === "wrong-password") this.#wrongTries.add(userId);
      if (unlocking.state === "open") this.#wrongTries.clear(userId);
      return unlocking;
    });
  }

  /** As {@link unlock} for a password that was proven right elsewhere: nothing is counted. */
  async open(userId: string, password: string, choice: Choice = {}): Promise<Unlocking> {
    const stored = await this.stored.of(userId, choice.provider);
    const tried = stored.filter(({ autoSession }) => autoSession || !choice.onlyAuto);
    if (tried.length === 0) return { state: "no-key" };
    const opened: [string, PlainToken][] = [];
    for (const key of tried) {
      const token = await this.#openOne(userId, key, password);
      if (token) opened.push([key.provider, token]);
    }
    return opened.length === 0
      ? { state: "wrong-password" }
      : { state: "open", keys: new KeyRing(opened) };
  }

  sweep(): void {
    this.#wrongTries.sweep();
  }

  /** An old envelope is written anew when it opens. */
  async #openOne(
    userId: string,
    key: StoredKey,
    password: string,
  ): Promise<PlainToken | undefined> {
    const { provider, sealed } = key;
    const owner = { userId, provider };
    const token = await orBusy(() => openToken(sealed, password, owner));
    if (token && isOutdated(sealed, this.#settings.pbkdf2Iterations)) {
      await this.stored.renew(userId, key, await this.#seal(owner, token, password));
    }
    return token;
  }

  #seal(
    owner: { userId: string; provider: string },
    token: PlainToken,
    password: string,
  ): Promise<SealedToken> {
    const options = { owner, iterations: this.#settings.pbkdf2Iterations };
    return orBusy(() => sealToken(token, password, options));
  }
}

async function orBusy<T>(derivation: () => Promise<T>): Promise<T> {
  try {
    return await derivation();
  } catch (cause) {
    if (!(cause instanceof LineFullError)) throw cause;
    throw new ProductError("rate_limit_error", "Too many keys are being unlocked right now.", {
      retryAfterSeconds: BUSY_RETRY_SECONDS,
      cause,
    });
  }
}

function tooManyTries(waitMs: number): ProductError {
  return new ProductError(
    "rate_limit_error",
    "Too many wrong passwords: wait before trying again.",
    {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    },
  );
}
