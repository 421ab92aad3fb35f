import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

/** monday.com has GraphQL only. */
export const monday: OAuth2Provider = {
  name: "monday",
  pkce: true,
  scopes: ["me:read"],
  authURL: "https://auth.monday.com/oauth2/authorize",
  tokenURL: "https://auth.monday.com/oauth2/token",
  userInfoURL: "https://api.monday.com/v2",
  fetchRawUser: (client, token) =>
    client.callApi(token, client.endpoints.userInfoURL, {
      method: "POST",
      body: { query: "query { me { id enabled name email is_verified photo_small }}" },
    }),
  toProfile: (raw) => {
    if (!flag(raw, "data", "me", "enabled"))
      throw new Error("the monday.com user account is not enabled");
    return {
      id: text(raw, "data", "me", "id"),
      name: text(raw, "data", "me", "name"),
      avatarURL: text(raw, "data", "me", "photo_small"),
      email: flag(raw, "data", "me", "is_verified") ? text(raw, "data", "me", "email") : "",
    };
  },
};
