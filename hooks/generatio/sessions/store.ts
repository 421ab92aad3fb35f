import { randomUUID } from "node:crypto";
import type { KeyRing } from "../tokens/key-ring.ts";
import type { PlainToken } from "../tokens/secret.ts";

/** Unlocked provider keys of one user. Lives in memory only. */
export interface Session {
  /** UUID. */
  readonly id: string;
  readonly userId: string;
  readonly keys: KeyRing;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface SessionCounts {
  /** Not expired. */
  readonly active: number;
  /** In memory, the expired ones that await their sweep included. */
  readonly total: number;
}

const SESSIONS_PER_USER = 10;

/** The key sessions. A session is known to its own user only and its key is overwritten when it ends. */
export class SessionStore {
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  constructor(options: { ttlMs: number; now?: () => number }) {
    this.#ttlMs = options.ttlMs;
    this.#now = options.now ?? Date.now;
  }

  /** Opens a session that owns `keys`; ends the user's oldest one when there are too many. */
  open(userId: string, keys: KeyRing): Session {
    const session = {
      id: randomUUID(),
      userId,
      keys,
      expiresAt: this.#now() + this.#ttlMs,
    };
    this.#sessions.set(session.id, session);
    const own = this.#ofUser(userId);
    for (const oldest of own.slice(0, Math.max(0, own.length - SESSIONS_PER_USER)))
      this.#end(oldest);
    return session;
  }

  /** @returns undefined for an unknown or expired id, and for one of another user */
  find(id: string, userId: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (!session || session.userId !== userId) return undefined;
    if (this.#isActive(session)) return session;
    this.#end(session);
    return undefined;
  }

  /** Whether somebody else has such a session. */
  isOthers(id: string, userId: string): boolean {
    const session = this.#sessions.get(id);
    return session !== undefined && session.userId !== userId;
  }

  /** @returns false when the user has no such session */
  close(id: string, userId: string): boolean {
    const session = this.find(id, userId);
    if (session) this.#end(session);
    return session !== undefined;
  }

  /** Takes one provider's key out of a user's sessions; those that had no other end. */
  dropKey(userId: string, provider: string): void {
    for (const session of this.#ofUser(userId)) {
      session.keys.drop(provider);
      if (session.keys.providers.length === 0) this.#end(session);
    }
  }

  closeAllOf(userId: string): void {
    for (const session of this.#ofUser(userId)) this.#end(session);
  }

  /** A copy of the key that a user has unlocked for a provider; to be wiped by the caller. */
  keyOf(userId: string, provider: string): PlainToken | undefined {
    return this.#withKey(userId, provider)?.keys.keyOf(provider)?.copy();
  }

  /** Whether a user has unlocked one for a provider. */
  hasKey(userId: string, provider: string): boolean {
    return this.#withKey(userId, provider) !== undefined;
  }

  hasActive(userId: string): boolean {
    return this.#ofUser(userId).some((session) => this.#isActive(session));
  }

  counts(): SessionCounts {
    let active = 0;
    for (const session of this.#sessions.values()) if (this.#isActive(session)) active++;
    return { active, total: this.#sessions.size };
  }

  /** Ends the expired ones. */
  sweep(): void {
    for (const session of this.#sessions.values()) if (!this.#isActive(session)) this.#end(session);
  }

  /** Ends all, for the end of the server. */
  clear(): void {
    for (const session of this.#sessions.values()) this.#end(session);
  }

  #withKey(userId: string, provider: string): Session | undefined {
    return this.#ofUser(userId).find(
      (session) => session.keys.has(provider) && this.#isActive(session),
    );
  }

  /** In the order they were opened. */
  #ofUser(userId: string): Session[] {
    return [...this.#sessions.values()].filter((session) => session.userId === userId);
  }

  #isActive(session: Session): boolean {
    return session.expiresAt > this.#now();
  }

  #end(session: Session): void {
    session.keys.wipe();
    this.#sessions.delete(session.id);
  }
}
