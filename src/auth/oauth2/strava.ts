import type { OAuth2Provider } from "./provider.ts";
import { integerText, text } from "./raw-fields.ts";

/** Strava tells no address. */
export const strava: OAuth2Provider = {
  name: "strava",
  pkce: true,
  scopes: ["profile:read_all"],
  authURL: "https://www.strava.com/oauth/authorize",
  tokenURL: "https://www.strava.com/api/v3/oauth/token",
  userInfoURL: "https://www.strava.com/api/v3/athlete",
  toProfile: (raw) => ({
    id: integerText(raw, "id"),
    name: `${text(raw, "firstname")} ${text(raw, "lastname")}`,
    username: text(raw, "username"),
    avatarURL: text(raw, "profile"),
  }),
};
