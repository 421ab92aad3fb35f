import type { OAuth2Provider } from "./provider.ts";
import { flag, text } from "./raw-fields.ts";

export const yandex: OAuth2Provider = {
  name: "yandex",
  pkce: true,
  scopes: ["login:email", "login:avatar", "login:info"],
  authURL: "https://oauth.yandex.com/authorize",
  tokenURL: "https://oauth.yandex.com/token",
  userInfoURL: "https://login.yandex.ru/info",
  toProfile: (raw) => ({
    id: text(raw, "id"),
    name: text(raw, "real_name"),
    username: text(raw, "login"),
    email: text(raw, "default_email"),
    avatarURL: flag(raw, "is_avatar_empty")
      ? ""
      : `https://avatars.yandex.net/get-yapic/${text(raw, "default_avatar_id")}/islands-200`,
  }),
};
