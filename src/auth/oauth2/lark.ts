import type { OAuth2Provider } from "./provider.ts";
import { text } from "./raw-fields.ts";

/** Lark; the configured URLs choose between its two sites, feishu.cn and larksuite.com. */
export const lark: OAuth2Provider = {
  name: "lark",
  pkce: true,
  scopes: [],
  authURL: "https://accounts.feishu.cn/open-apis/authen/v1/authorize",
  tokenURL: "https://open.feishu.cn/open-apis/authen/v2/oauth/token",
  userInfoURL: "https://open.feishu.cn/open-apis/authen/v1/user_info",
  toProfile: (raw) => ({
    // The same for all apps of one developer, unlike open_id.
    id: text(raw, "data", "union_id"),
    name: text(raw, "data", "name"),
    avatarURL: text(raw, "data", "avatar_url"),
  }),
};
