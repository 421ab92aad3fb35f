import type { OAuth2Provider } from "./provider.ts";
import { list, text } from "./raw-fields.ts";

export const twitch: OAuth2Provider = {
  name: "twitch",
  pkce: true,
  scopes: ["user:read:email"],
  authURL: "https://id.twitch.tv/oauth2/authorize",
  tokenURL: "https://id.twitch.tv/oauth2/token",
  userInfoURL: "https://api.twitch.tv/helix/users",
  fetchRawUser: (client, token) =>
    client.callApi(token, client.endpoints.userInfoURL, {
      headers: { "client-id": client.config.clientId },
    }),
  toProfile: (raw) => {
    const [user] = list(raw, "data");
    if (user === undefined) throw new Error("the answer holds no user");
    return {
      id: text(user, "id"),
      name: text(user, "display_name"),
      username: text(user, "login"),
      avatarURL: text(user, "profile_image_url"),
      // Only a verified one is told.
      email: text(user, "email"),
    };
  },
};
