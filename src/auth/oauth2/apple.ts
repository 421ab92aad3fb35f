import { toBool } from "../../lib/cast.ts";
import { readIdToken } from "./id-token.ts";
import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** Apple has no user endpoint: the id token says it all, but the name, which comes with the redirect. */
export const apple: OAuth2Provider = {
  name: "apple",
  pkce: true,
  scopes: ["name", "email"],
  authURL: "https://appleid.apple.com/auth/authorize",
  tokenURL: "https://appleid.apple.com/auth/token",
  userInfoURL: "",
  authParams: { response_mode: "form_post" },
  fetchRawUser: (client, token) =>
    readIdToken(token, {
      audience: client.config.clientId,
      issuers: ["https://appleid.apple.com"],
      jwksURL: "https://appleid.apple.com/auth/keys",
      needsExpiry: true,
    }),
  toProfile: (raw) => ({
    id: text(raw, "sub"),
    name: text(raw, "name"),
    // A text in some answers, a boolean in others.
    email: toBool(raw["email_verified"]) ? text(raw, "email") : "",
  }),
};
