import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

export const google: OAuth2Provider = {
  name: "google",
  pkce: true,
  scopes: [
    "https://www.googleapis.com/auth/userinfo.profile",
    "https://www.googleapis.com/auth/userinfo.email",
  ],
  authURL: "https://accounts.google.com/o/oauth2/v2/auth",
  tokenURL: "https://oauth2.googleapis.com/token",
  userInfoURL: "https://www.googleapis.com/oauth2/v3/userinfo",
  toProfile: (raw) => ({
    id: text(raw, "sub"),
    name: text(raw, "name"),
    avatarURL: text(raw, "picture"),
    email: flag(raw, "email_verified") ? text(raw, "email") : "",
  }),
};
