import type { PlainToken } from "./secret.ts";

/** Provider keys of one user in the clear, by provider. It owns them. */
export class KeyRing {
  readonly #keys: Map<string, PlainToken>;

  constructor(keys: Iterable<readonly [provider: string, key: PlainToken]>) {
    this.#keys = new Map(keys);
  }

  get providers(): readonly string[] {
    return [...this.#keys.keys()];
  }

  has(provider: string): boolean {
    return this.#keys.has(provider);
  }

  /** Stays the ring's. */
  keyOf(provider: string): PlainToken | undefined {
    return this.#keys.get(provider);
  }

  /** A ring with a life of its own. */
  copy(): KeyRing {
    return new KeyRing([...this.#keys].map(([provider, key]) => [provider, key.copy()]));
  }

  /** Overwrites one key and forgets it. */
  drop(provider: string): void {
    this.#keys.get(provider)?.wipe();
    this.#keys.delete(provider);
  }

  /** Overwrites all keys. */
  wipe(): void {
    for (const provider of this.providers) this.drop(provider);
  }
}
