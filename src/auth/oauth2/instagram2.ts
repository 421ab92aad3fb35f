import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** Instagram's login of 2024; it gives no address. */
export const instagram2: OAuth2Provider = {
  name: "instagram2",
  pkce: true,
  scopes: ["instagram_business_basic"],
  authURL: "https://www.instagram.com/oauth/authorize",
  tokenURL: "https://api.instagram.com/oauth/access_token",
  userInfoURL:
    "https://graph.instagram.com/me?fields=id,username,account_type,user_id,name,profile_picture_url,followers_count,follows_count,media_count",
  fetchRawUser: async (client, token) => {
    const raw = await client.callApi(token, client.endpoints.userInfoURL);
    const { permissions } = token.extra;
    // What was agreed to is told with the token only.
    return permissions === undefined || permissions === null ? raw : { permissions, ...raw };
  },
  toProfile: (raw) => ({
    id: text(raw, "user_id"),
    name: text(raw, "name"),
    username: text(raw, "username"),
    avatarURL: text(raw, "profile_picture_url"),
  }),
};
