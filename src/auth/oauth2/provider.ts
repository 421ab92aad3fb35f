import type { OAuth2Client } from "./client.ts";
import type { OAuth2Token } from "./token.ts";

/** What a provider's API says of a user, as it says it. */
export type RawUser = Record<string, unknown>;

/** The user in the engine's words. */
export interface Profile {
  /** Identifies the user at the provider for good; empty is refused. */
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
  /** Only an address that the provider has verified: a record with it will be this user's. */
  readonly email?: string;
  readonly avatarURL?: string;
}

/** A signed-in user of a provider (PocketBase: auth.AuthUser), sent to the client as `meta`. */
export interface OAuth2User extends Required<Profile> {
  readonly rawUser: RawUser;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, as a stored date; `""` when it does not. */
  readonly expiry: string;
}

/** Where a provider is reached; a collection's configuration may change each. */
export interface Endpoints {
  readonly authURL: string;
  readonly tokenURL: string;
  readonly userInfoURL: string;
}

/**
 * One OAuth2 provider: one file each, registered in `registry.ts`. What is not said here is done as RFC 6749
 * says, and the user is read with a GET of `userInfoURL`.
 */
export interface OAuth2Provider extends Endpoints {
  /** As in a collection's configuration. */
  readonly name: string;
  /** False when the provider refuses PKCE parameters. */
  readonly pkce: boolean;
  readonly scopes: readonly string[];
  /** Scopes that a setting of the configuration adds. */
  readonly extraScopes?: (extra: Readonly<Record<string, unknown>>) => readonly string[];
  /** Parameters of the authorization URL beside the usual ones. */
  readonly authParams?: Readonly<Record<string, string>>;
  /** Reads the user another way. @throws Error when it cannot be read */
  readonly fetchRawUser?: (client: OAuth2Client, token: OAuth2Token) => Promise<RawUser>;
  /** Makes the profile, with further calls if it takes any. @throws Error for users who must not sign in */
  readonly toProfile: (
    raw: RawUser,
    client: OAuth2Client,
    token: OAuth2Token,
  ) => Profile | Promise<Profile>;
}
