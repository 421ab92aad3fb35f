import { createHash } from "node:crypto";
import { OAUTH2_PROVIDERS } from "../../collections/oauth2-providers.ts";
import type { OAuth2ProviderConfig } from "../../collections/collection.ts";
import type { RequestEvent } from "../../http/event.ts";
import { randomText } from "../../lib/id.ts";
import { type AuthCollection, authCollection } from "../form.ts";
import { OAuth2Client } from "../oauth2/client.ts";
import { PROVIDERS } from "../oauth2/registry.ts";

/** GET auth-methods: how one can sign in to a collection (PocketBase: apis/record_auth_methods.go). */
export async function authMethods(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  const { passwordAuth, oauth2, mfa, otp } = collection.auth;
  const identityFields = passwordAuth.enabled ? passwordAuth.identityFields : [];
  const providers = oauth2.enabled ? oauth2.providers.flatMap(describeProvider) : [];
  await event.json(200, {
    password: { identityFields, enabled: passwordAuth.enabled },
    oauth2: { providers, enabled: oauth2.enabled },
    mfa: { enabled: mfa.enabled, duration: mfa.enabled ? mfa.duration : 0 },
    otp: { enabled: otp.enabled, duration: otp.enabled ? otp.duration : 0 },
    // For clients of old versions.
    authProviders: providers.map((provider) => Object.assign({}, provider, { logo: "" })),
    usernamePassword: identityFields.includes("username"),
    emailPassword: identityFields.includes("email"),
    ...(await extraMethods(event, collection)),
  });
}

/** Additions to PocketBase's methods, named only where they are on. */
async function extraMethods(
  { app }: RequestEvent,
  collection: AuthCollection,
): Promise<Record<string, { readonly enabled: true }>> {
  const { totp, recoveryCodes, anonymous, passkeys } = await app.auth.extras.options(
    app,
    collection,
  );
  const on = Object.entries({ totp, recoveryCodes, anonymous, passkeys });
  return Object.fromEntries(
    on.filter(([, { enabled }]) => enabled).map(([name]) => [name, { enabled: true }]),
  );
}

interface ProviderInfo {
  readonly name: string;
  readonly displayName: string;
  readonly logo: string;
  readonly state: string;
  /** Ends with an empty `redirect_uri`, for clients to append theirs. */
  readonly authURL: string;
  readonly authUrl: string;
  readonly codeVerifier: string;
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
}

/** None when the provider is not known (any more). */
function describeProvider(config: OAuth2ProviderConfig): ProviderInfo[] {
  const provider = PROVIDERS.get(config.name);
  const shown = OAUTH2_PROVIDERS.find(({ name }) => name === config.name);
  if (!provider || !shown) return [];
  const client = new OAuth2Client(provider, config);
  const state = randomText(30);
  const codeVerifier = client.pkce ? randomText(43) : "";
  const codeChallenge = client.pkce
    ? createHash("sha256").update(codeVerifier).digest("base64url")
    : "";
  const codeChallengeMethod = client.pkce ? "S256" : "";
  const pkce = client.pkce
    ? { code_challenge: codeChallenge, code_challenge_method: codeChallengeMethod }
    : {};
  const authURL = `${client.authUrl(state, pkce)}&redirect_uri=`;
  const displayName = config.displayName || shown.displayName || config.name;
  return [
    {
      name: config.name,
      displayName,
      logo: shown.logo,
      state,
      authURL,
      authUrl: authURL,
      codeVerifier,
      codeChallenge,
      codeChallengeMethod,
    },
  ];
}
