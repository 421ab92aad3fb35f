import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** Notion's token is a bot's; its owner is who signs in. */
export const notion: OAuth2Provider = {
  name: "notion",
  pkce: true,
  scopes: [],
  authURL: "https://api.notion.com/v1/oauth/authorize",
  tokenURL: "https://api.notion.com/v1/oauth/token",
  userInfoURL: "https://api.notion.com/v1/users/me",
  fetchRawUser: (client, token) =>
    client.callApi(token, client.endpoints.userInfoURL, {
      headers: { "notion-version": "2022-06-28" },
    }),
  toProfile: (raw) => ({
    id: text(raw, "bot", "owner", "user", "id"),
    name: text(raw, "bot", "owner", "user", "name"),
    avatarURL: text(raw, "bot", "owner", "user", "avatar_url"),
    email: text(raw, "bot", "owner", "user", "person", "email"),
  }),
};
