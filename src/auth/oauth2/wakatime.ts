import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

export const wakatime: OAuth2Provider = {
  name: "wakatime",
  pkce: true,
  scopes: ["email"],
  authURL: "https://wakatime.com/oauth/authorize",
  tokenURL: "https://wakatime.com/oauth/token",
  userInfoURL: "https://wakatime.com/api/v1/users/current",
  toProfile: ({ data }) => ({
    id: text(data, "id"),
    name: text(data, "display_name"),
    username: text(data, "username"),
    avatarURL: flag(data, "photo_public") ? text(data, "photo") : "",
    // Whether it is public there does not matter: here it is hidden unless its owner shows it.
    email: flag(data, "is_email_confirmed") ? text(data, "email") : "",
  }),
};
