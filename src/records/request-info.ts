import type { RecordModel } from "./record.ts";

/** What rules and filters can see of a request (PocketBase: core/event_request.go). */
export interface RequestInfo {
  readonly context:
    | "default"
    | "expand"
    | "realtime"
    | "protectedFile"
    | "batch"
    | "oauth2"
    | "otp"
    | "password";
  readonly method: string;
  /** First value of each header; names lower-cased with `-` as `_`. */
  readonly headers: Readonly<Record<string, string>>;
  /** First value of each query parameter. */
  readonly query: Readonly<Record<string, string>>;
  /** The submitted data; for writes after modifiers were resolved and uploads attached. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly auth: RecordModel | undefined;
}

/** True for a caller who passes every rule. */
export function hasSuperuserAuth(info: RequestInfo): boolean {
  return info.auth?.collection.name === "_superusers";
}
