import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

/** LiveChat's scopes are set in its own console. */
export const livechat: OAuth2Provider = {
  name: "livechat",
  pkce: true,
  scopes: [],
  authURL: "https://accounts.livechat.com/",
  tokenURL: "https://accounts.livechat.com/token",
  userInfoURL: "https://accounts.livechat.com/v2/accounts/me",
  toProfile: (raw) => ({
    id: text(raw, "account_id"),
    name: text(raw, "name"),
    avatarURL: text(raw, "avatar_url"),
    email: flag(raw, "email_verified") ? text(raw, "email") : "",
  }),
};
