import { toBool, toText, toUniqueTexts } from "../../lib/cast.ts";
import { readIdToken } from "./id-token.ts";
import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/**
 * Any OpenID Connect provider, in three slots. The user is read from `userInfoURL`, or from the id token when
 * that is empty; `extra.jwksURL` and `extra.issuers` say then who must have signed and issued it.
 */
export const oidc = oidcSlot("oidc");
export const oidc2 = oidcSlot("oidc2");
export const oidc3 = oidcSlot("oidc3");

function oidcSlot(name: string): OAuth2Provider {
  return {
    name,
    pkce: true,
    scopes: ["openid", "email", "profile"],
    authURL: "",
    tokenURL: "",
    userInfoURL: "",
    fetchRawUser: (client, token) =>
      client.endpoints.userInfoURL !== ""
        ? client.callApi(token, client.endpoints.userInfoURL)
        : readIdToken(token, {
            audience: client.config.clientId,
            issuers: toUniqueTexts(client.extra["issuers"]),
            jwksURL: toText(client.extra["jwksURL"]),
          }),
    toProfile: (raw) => ({
      id: text(raw, "sub"),
      name: text(raw, "name"),
      username: text(raw, "preferred_username"),
      avatarURL: text(raw, "picture"),
      // A text in some answers, a boolean in others; an address that nobody vouches for is none.
      email: toBool(raw["email_verified"]) ? text(raw, "email") : "",
    }),
  };
}
