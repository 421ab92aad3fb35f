import type { StorageDriver } from "./driver.ts";

/** Stands for a storage that the settings name wrongly: the server runs, and whatever needs a file says why not. */
export class UnusableDriver implements StorageDriver {
  readonly #reason: Error;

  constructor(reason: Error) {
    this.#reason = reason;
  }

  put = (): Promise<never> => this.#refuse();
  head = (): Promise<never> => this.#refuse();
  read = (): Promise<never> => this.#refuse();
  delete = (): Promise<never> => this.#refuse();
  deletePrefix = (): Promise<never> => this.#refuse();
  copy = (): Promise<never> => this.#refuse();

  // oxlint-disable-next-line require-yield -- there is nothing to give
  async *list(): AsyncGenerator<never> {
    await this.#refuse();
  }

  #refuse(): Promise<never> {
    return Promise.reject(this.#reason);
  }
}
