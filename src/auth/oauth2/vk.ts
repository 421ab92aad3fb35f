import { toText } from "../../lib/cast.ts";
import type { OAuth2Provider } from "./provider.ts";
import { integerText, list, text } from "./raw-fields.ts";

/** VK refuses PKCE parameters, and tells the address with the token only. */
export const vk: OAuth2Provider = {
  name: "vk",
  pkce: false,
  scopes: ["email"],
  authURL: "https://oauth.vk.com/authorize",
  tokenURL: "https://oauth.vk.com/access_token",
  userInfoURL: "https://api.vk.com/method/users.get?fields=photo_max,screen_name&v=5.131",
  toProfile: (raw, _client, token) => {
    const [user] = list(raw, "response");
    if (user === undefined) throw new Error("missing response entry");
    return {
      id: integerText(user, "id"),
      name: `${text(user, "first_name")} ${text(user, "last_name")}`.trim(),
      username: text(user, "screen_name"),
      avatarURL: text(user, "photo_max"),
      email: toText(token.extra["email"] ?? ""),
    };
  },
};
