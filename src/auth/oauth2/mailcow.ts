import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** mailcow is always self-hosted: all URLs are the configuration's. */
export const mailcow: OAuth2Provider = {
  name: "mailcow",
  pkce: true,
  scopes: ["profile"],
  authURL: "",
  tokenURL: "",
  userInfoURL: "",
  toProfile: (raw) => {
    if (raw["active"] !== 1) throw new Error("the mailcow user is not active");
    return {
      id: text(raw, "id"),
      name: text(raw, "full_name"),
      // User names are addresses mostly.
      username: text(raw, "username").split("@")[0]!,
      email: text(raw, "email"),
    };
  },
};
