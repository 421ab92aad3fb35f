import { toBool, toText } from "../../lib/cast.ts";
import { readIdToken } from "./id-token.ts";
import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";
import type { OAuth2Token } from "./token.ts";

/** The setting that says which claim of the id token is trusted as the address. */
const EMAIL_CLAIM = "idTokenEmailClaim";

/**
 * Microsoft Entra ID. Without the setting the address is the directory's `mail`, which is safe for a single
 * tenant; the choices read claims of the id token that say more about who verified it.
 */
export const microsoft: OAuth2Provider = {
  name: "microsoft",
  pkce: true,
  scopes: ["User.Read"],
  extraScopes: (extra) => (toText(extra[EMAIL_CLAIM]) === "" ? [] : ["openid"]),
  authURL: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
  tokenURL: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
  userInfoURL: "https://graph.microsoft.com/v1.0/me",
  toProfile: async (raw, client, token) => {
    const choice = EMAIL_CHOICES[toText(client.extra[EMAIL_CLAIM])];
    return {
      id: text(raw, "id"),
      name: text(raw, "displayName"),
      email: choice ? choice(await readClaims(token)) : text(raw, "mail"),
    };
  },
};

type Claims = Readonly<Record<string, unknown>>;

const EMAIL_CHOICES: Readonly<Record<string, (claims: Claims) => string>> = {
  any_verified: (claims) => primaryEmail(claims) || ownedDomainEmail(claims),
  verified_primary_email: primaryEmail,
  email_and_xms_edov: ownedDomainEmail,
  email: (claims) => claimText(claims, "email"),
};

function primaryEmail(claims: Claims): string {
  return claimText(claims, "verified_primary_email");
}

/** `xms_edov`: the owner of the address' domain was verified. */
function ownedDomainEmail(claims: Claims): string {
  return toBool(claims["xms_edov"]) ? claimText(claims, "email") : "";
}

function claimText(claims: Claims, name: string): string {
  const value = claims[name];
  return typeof value === "string" ? value : "";
}

/** Straight from the token endpoint, so its signature is not asked for; without a valid one there is no address. */
async function readClaims(token: OAuth2Token): Promise<Claims> {
  try {
    return await readIdToken(token, {});
  } catch {
    return {};
  }
}
