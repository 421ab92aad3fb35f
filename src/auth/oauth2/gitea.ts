import { fetchPrimaryEmail } from "./primary-email.ts";
import type { OAuth2Provider } from "./provider.ts";
import { flag, integerText, text } from "./raw-fields.ts";

/** Gitea and Forgejo; self-hosted ones by the configured URLs. */
export const gitea: OAuth2Provider = {
  name: "gitea",
  pkce: true,
  scopes: ["read:user", "user:email"],
  authURL: "https://gitea.com/login/oauth/authorize",
  tokenURL: "https://gitea.com/login/oauth/access_token",
  userInfoURL: "https://gitea.com/api/v1/user",
  toProfile: async (raw, client, token) => {
    if (!flag(raw, "active")) throw new Error("user account is not active");
    return {
      id: integerText(raw, "id"),
      name: text(raw, "full_name"),
      username: text(raw, "login"),
      avatarURL: text(raw, "avatar_url"),
      email: await fetchPrimaryEmail(client, token),
    };
  },
};
