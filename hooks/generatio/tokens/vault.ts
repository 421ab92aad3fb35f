import type { App, RecordModel } from "generatio";
import { invalidField, ProductError } from "../errors.ts";
import { createQueuePerKey, LineFullError } from "../limiter.ts";
import type { Settings } from "../settings.ts";
import { WrongTries } from "./attempts.ts";
import { isOutdated, openToken, sealToken } from "./cipher.ts";
import { type PlainToken, SealedToken } from "./secret.ts";

/** What came of trying a password on a user's stored key. */
export type Unlocking =
  | { readonly state: "no-key" }
  | { readonly state: "wrong-password" }
  | { readonly state: "open"; readonly token: PlainToken };

// Ten wrong tries within ten minutes; a right one clears them.
const WRONG_TRIES_ALLOWED = 10;
const WRONG_TRIES_WINDOW_MS = 600_000;
const BUSY_RETRY_SECONDS = 5;

export const USERS = "generatio_users";

/** The provider keys of users as they are stored: encrypted under a password that only the user has. */
export class KeyVault {
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
  }

  hasKey(user: RecordModel): boolean {
    return user.getString("fal_token") !== "";
  }

  /**
   * Encrypts and stores a key in place of the one before.
   *
   * @param options.autoSession the key is unlocked by logging in, because the passwords are the same
   * @throws ProductError when they are not
   */
  async store(
    user: RecordModel,
    token: PlainToken,
    options: { password: string; autoSession: boolean },
  ): Promise<void> {
    const { password, autoSession } = options;
    if (autoSession && !(await this.#app.auth.verifyPassword(user, password))) {
      throw invalidField("password", "must be the login password when auto_session is set");
    }
    const sealed = await this.#seal(user.id, token, password);
    const fresh = await this.#app.findRecordById(USERS, user.id);
    fresh.load({ fal_token: sealed.toStorage(), auto_session: autoSession });
    await this.#app.save(fresh);
    this.#wrongTries.clear(user.id);
  }

  /** Tries a typed password. @throws ProductError `rate_limit_error` after too many wrong ones */
  unlock(userId: string, password: string): Promise<Unlocking> {
    return this.#inTurn(userId, async () => {
      const waitMs = this.#wrongTries.waitMs(userId);
      if (waitMs > 0) throw tooManyTries(waitMs);
      const unlocking = await this.open(userId, password);
      if (unlocking.state === "wrong-password") this.#wrongTries.add(userId);
      if (unlocking.state === "open") this.#wrongTries.clear(userId);
      return unlocking;
    });
  }

  /** As {@link unlock} for a password that was proven right elsewhere: nothing is counted. */
  async open(userId: string, password: string): Promise<Unlocking> {
    const user = await this.#app.findRecordById(USERS, userId);
    if (!this.hasKey(user)) return { state: "no-key" };
    const sealed = new SealedToken(user.getString("fal_token"));
    const token = await orBusy(() => openToken(sealed, password, ownerOf(userId)));
    if (!token) return { state: "wrong-password" };
    if (isOutdated(sealed, this.#settings.pbkdf2Iterations)) {
      await this.#renew(userId, sealed, { token, password });
    }
    return { state: "open", token };
  }

  sweep(): void {
    this.#wrongTries.sweep();
  }

  /** Writes an old envelope anew, unless the key was replaced meanwhile. */
  async #renew(
    userId: string,
    old: SealedToken,
    secret: { token: PlainToken; password: string },
  ): Promise<void> {
    const sealed = await this.#seal(userId, secret.token, secret.password);
    await this.#app.runInTransaction(async (tx) => {
      const user = await tx.findRecordById(USERS, userId);
      if (user.getString("fal_token") !== old.toStorage()) return;
      user.set("fal_token", sealed.toStorage());
      await tx.save(user);
    });
  }

  #seal(userId: string, token: PlainToken, password: string): Promise<SealedToken> {
    const options = { owner: ownerOf(userId), iterations: this.#settings.pbkdf2Iterations };
    return orBusy(() => sealToken(token, password, options));
  }
}

function ownerOf(userId: string) {
  return { userId, provider: "fal" };
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
