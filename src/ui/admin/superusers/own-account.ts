import { client } from "../api/client.ts";

/** A passkey or an API key in a list. */
export interface OwnKey {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  /** Empty when it never was. */
  readonly lastUsed: string;
}

/** An API key: what it may do, and how its text begins. */
export interface OwnApiKey extends OwnKey {
  readonly hint: string;
  readonly collections: readonly string[];
  readonly actions: readonly string[];
  readonly expires: string;
}

/** A request to a route of the additions to auth, of the superusers' collection. */
export function askSuperusers<T>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<T> {
  return client.send<T>(`/api/collections/_superusers/${path}`, {
    method,
    ...(body && { body }),
  });
}
