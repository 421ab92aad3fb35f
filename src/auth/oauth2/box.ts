import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

export const box: OAuth2Provider = {
  name: "box",
  pkce: true,
  scopes: ["root_readonly"],
  authURL: "https://account.box.com/api/oauth2/authorize",
  tokenURL: "https://api.box.com/oauth2/token",
  userInfoURL: "https://api.box.com/2.0/users/me",
  toProfile: (raw) => {
    const status = text(raw, "status");
    if (status !== "active")
      throw new Error(`Box user account is not active (status: ${JSON.stringify(status)})`);
    return {
      id: text(raw, "id"),
      name: text(raw, "name"),
      avatarURL: text(raw, "avatar_url"),
      // The login is an address, and Box lets nobody authorize before it is verified.
      email: text(raw, "login"),
    };
  },
};
