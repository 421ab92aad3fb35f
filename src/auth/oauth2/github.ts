import { fetchPrimaryEmail } from "./primary-email.ts";
import type { OAuth2Provider } from "./provider.ts";
import { integerText, text } from "./raw-fields.ts";

export const github: OAuth2Provider = {
  name: "github",
  pkce: true,
  scopes: ["read:user", "user:email"],
  authURL: "https://github.com/login/oauth/authorize",
  tokenURL: "https://github.com/login/oauth/access_token",
  userInfoURL: "https://api.github.com/user",
  toProfile: async (raw, client, token) => ({
    id: integerText(raw, "id"),
    name: text(raw, "name"),
    username: text(raw, "login"),
    avatarURL: text(raw, "avatar_url"),
    // The profile's own address need not be a verified one.
    email: await fetchPrimaryEmail(client, token),
  }),
};
