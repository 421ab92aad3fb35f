import type { OAuth2Provider } from "./provider.ts";
import { flag, integerText, text } from "./raw-fields.ts";

export const kakao: OAuth2Provider = {
  name: "kakao",
  pkce: true,
  scopes: ["account_email", "profile_nickname", "profile_image"],
  authURL: "https://kauth.kakao.com/oauth/authorize",
  tokenURL: "https://kauth.kakao.com/oauth/token",
  userInfoURL: "https://kapi.kakao.com/v2/user/me",
  toProfile: (raw) => {
    const isTrusted =
      flag(raw, "kakao_account", "is_email_valid") &&
      flag(raw, "kakao_account", "is_email_verified");
    return {
      id: integerText(raw, "id"),
      username: text(raw, "properties", "nickname"),
      avatarURL: text(raw, "properties", "profile_image"),
      email: isTrusted ? text(raw, "kakao_account", "email") : "",
    };
  },
};
