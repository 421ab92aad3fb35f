import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

export const twitter: OAuth2Provider = {
  name: "twitter",
  pkce: true,
  // The user endpoint asks for the last one, although nothing of it is read.
  scopes: ["users.read", "users.email", "tweet.read"],
  authURL: "https://x.com/i/oauth2/authorize",
  tokenURL: "https://api.x.com/2/oauth2/token",
  userInfoURL:
    "https://api.x.com/2/users/me?user.fields=id,name,username,profile_image_url,confirmed_email",
  toProfile: (raw) => ({
    id: text(raw, "data", "id"),
    name: text(raw, "data", "name"),
    username: text(raw, "data", "username"),
    avatarURL: text(raw, "data", "profile_image_url"),
    email: text(raw, "data", "confirmed_email"),
  }),
};
