import { ClientResponseError } from "pocketbase";
import { client } from "../api/client.ts";

/** What a collection has on of the additions to PocketBase's auth; the server's `auth-extras`. */
export interface AuthExtras {
  readonly apiKeys: {
    readonly enabled: boolean;
    /** Longest life of a key in days. */
    readonly maxDays: number;
  };
  readonly totp: {
    readonly enabled: boolean;
    /** The application's name when empty. */
    readonly issuer: string;
  };
  readonly recoveryCodes: { readonly enabled: boolean };
  readonly anonymous: {
    readonly enabled: boolean;
    /** Days after which an account nobody uses is deleted. */
    readonly days: number;
  };
  readonly passkeys: {
    readonly enabled: boolean;
    /** The host of the application's address when empty. */
    readonly rpId: string;
    /** The application's address when empty. */
    readonly origins: readonly string[];
  };
}

/** What a new collection begins with. */
export const NO_EXTRAS: AuthExtras = {
  apiKeys: { enabled: false, maxDays: 365 },
  totp: { enabled: false, issuer: "" },
  recoveryCodes: { enabled: false },
  anonymous: { enabled: false, days: 30 },
  passkeys: { enabled: false, rpId: "", origins: [] },
};

/** @returns undefined where the server has no additions */
export async function loadAuthExtras(collection: string): Promise<AuthExtras | undefined> {
  try {
    return await client.send<AuthExtras>(pathOf(collection), {});
  } catch (error) {
    if (error instanceof ClientResponseError && error.status === 404) return undefined;
    throw error;
  }
}

/** @returns them as they are stored now */
export function saveAuthExtras(collection: string, extras: AuthExtras): Promise<AuthExtras> {
  return client.send<AuthExtras>(pathOf(collection), { method: "PATCH", body: extras });
}

function pathOf(collection: string): string {
  return `/api/collections/${encodeURIComponent(collection)}/auth-extras`;
}
