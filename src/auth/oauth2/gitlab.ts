import type { OAuth2Provider } from "./provider.ts";
import { integerText, text } from "./raw-fields.ts";

export const gitlab: OAuth2Provider = {
  name: "gitlab",
  pkce: true,
  scopes: ["read_user"],
  authURL: "https://gitlab.com/oauth/authorize",
  tokenURL: "https://gitlab.com/oauth/token",
  userInfoURL: "https://gitlab.com/api/v4/user",
  toProfile: (raw) => ({
    id: integerText(raw, "id"),
    name: text(raw, "name"),
    username: text(raw, "username"),
    avatarURL: text(raw, "avatar_url"),
    email: isMoment(text(raw, "confirmed_at")) ? text(raw, "email") : "",
  }),
};

/** An RFC 3339 time: when the address was confirmed. */
function isMoment(time: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time) && !Number.isNaN(Date.parse(time));
}
