import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

/** Linear refuses PKCE parameters, and has GraphQL only. */
export const linear: OAuth2Provider = {
  name: "linear",
  pkce: false,
  scopes: ["read"],
  authURL: "https://linear.app/oauth/authorize",
  tokenURL: "https://api.linear.app/oauth/token",
  userInfoURL: "https://api.linear.app/graphql",
  fetchRawUser: (client, token) =>
    client.callApi(token, client.endpoints.userInfoURL, {
      method: "POST",
      body: { query: "query Me { viewer { id displayName name email avatarUrl active } }" },
    }),
  toProfile: (raw) => {
    if (!flag(raw, "data", "viewer", "active"))
      throw new Error("the Linear user account is not active");
    return {
      id: text(raw, "data", "viewer", "id"),
      name: text(raw, "data", "viewer", "name"),
      username: text(raw, "data", "viewer", "displayName"),
      avatarURL: text(raw, "data", "viewer", "avatarUrl"),
      email: text(raw, "data", "viewer", "email"),
    };
  },
};
