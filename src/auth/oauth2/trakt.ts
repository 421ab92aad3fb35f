import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

export const trakt: OAuth2Provider = {
  name: "trakt",
  pkce: true,
  scopes: [],
  authURL: "https://trakt.tv/oauth/authorize",
  tokenURL: "https://api.trakt.tv/oauth/token",
  userInfoURL: "https://api.trakt.tv/users/settings",
  fetchRawUser: (client, token) =>
    client.callApi(token, client.endpoints.userInfoURL, {
      headers: {
        "content-type": "application/json",
        "trakt-api-key": client.config.clientId,
        "trakt-api-version": "2",
      },
    }),
  toProfile: (raw) => ({
    // The slug follows the user name; this does not change.
    id: text(raw, "user", "ids", "uuid"),
    name: text(raw, "user", "name"),
    username: text(raw, "user", "username"),
    avatarURL: text(raw, "user", "images", "avatar", "full"),
  }),
};
