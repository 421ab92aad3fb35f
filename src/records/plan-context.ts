import type { Moment } from "../filter/compile.ts";
import type { RequestInfo } from "./request-info.ts";

/** All that a compiled query reads when it is run. */
export interface RuleContext extends Moment {
  /** Absent for queries made by code: every `@request.…` is NULL then. */
  readonly info: RequestInfo | undefined;
  /** The literals of the client's filter. */
  readonly literals: readonly (string | number)[];
  /** Values of the `{:name}` placeholders. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What the kind of query asks for beside its conditions. */
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly limit?: bigint;
  readonly offset?: bigint;
  /** The values of a row that is not stored yet. */
  readonly candidate?: () => Readonly<Record<string, unknown>>;
}
