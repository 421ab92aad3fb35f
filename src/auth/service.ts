import type { App } from "../app.ts";
import type { RecordModel } from "../records/record.ts";
import { AuthExtras } from "./extras/service.ts";
import { checkPassword, hasPasswordFromCode, sealPassword } from "./passwords.ts";
import { TokenRecords } from "./token-records.ts";
import type { TokenType } from "./tokens.ts";

/** What the rest of the engine needs of auth, reached as `app.auth`. */
export class AuthService {
  readonly #app: App;
  readonly #tokens: TokenRecords;
  /** Additions to PocketBase's auth. */
  readonly extras: AuthExtras;

  constructor(app: App, tokens = new TokenRecords(), extras = new AuthExtras()) {
    this.#app = app;
    this.#tokens = tokens;
    this.extras = extras;
  }

  get tokens(): TokenRecords {
    return this.#tokens;
  }

  /** The same service working inside a transaction. */
  within(tx: App): AuthService {
    return new AuthService(tx, this.#tokens, this.extras);
  }

  /** @returns the record of a valid token of one of these types */
  findRecordByToken(token: string, types: readonly TokenType[]): Promise<RecordModel | undefined> {
    return this.#tokens.find(this.#app, token, types);
  }

  verifyPassword(record: RecordModel, plain: string): Promise<boolean> {
    return checkPassword(record, plain);
  }

  sealPassword(record: RecordModel): Promise<void> {
    return sealPassword(record);
  }

  hasPasswordFromCode(record: RecordModel, typed: string): boolean {
    return hasPasswordFromCode(record, typed);
  }
}
