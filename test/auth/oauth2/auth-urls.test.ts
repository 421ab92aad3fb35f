import { describe, expect, test } from "vitest";
import { OAUTH2_PROVIDERS } from "../../../src/collections/oauth2-providers.ts";
import { OAuth2Client } from "../../../src/auth/oauth2/client.ts";
import { PROVIDERS } from "../../../src/auth/oauth2/registry.ts";

/** As PocketBase 0.40.4 builds them for the client `an id`, with the random parts named. */
const AUTH_URLS: readonly (readonly [name: string, url: string])[] = [
  [
    "apple",
    "https://appleid.apple.com/auth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_mode=form_post&response_type=code&scope=name+email&state=STATE",
  ],
  [
    "google",
    "https://accounts.google.com/o/oauth2/v2/auth?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.profile+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.email&state=STATE",
  ],
  [
    "microsoft",
    "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=User.Read+openid&state=STATE",
  ],
  [
    "yandex",
    "https://oauth.yandex.com/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=login%3Aemail+login%3Aavatar+login%3Ainfo&state=STATE",
  ],
  [
    "facebook",
    "https://www.facebook.com/v3.2/dialog/oauth?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=email&state=STATE",
  ],
  [
    "instagram2",
    "https://www.instagram.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=instagram_business_basic&state=STATE",
  ],
  [
    "github",
    "https://github.com/login/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=read%3Auser+user%3Aemail&state=STATE",
  ],
  [
    "gitlab",
    "https://gitlab.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=read_user&state=STATE",
  ],
  [
    "bitbucket",
    "https://bitbucket.org/site/oauth2/authorize?client_id=an+id&response_type=code&scope=account&state=STATE",
  ],
  [
    "gitee",
    "https://gitee.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=user_info+emails&state=STATE",
  ],
  [
    "gitea",
    "https://gitea.com/login/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=read%3Auser+user%3Aemail&state=STATE",
  ],
  [
    "discord",
    "https://discord.com/api/oauth2/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=identify+email&state=STATE",
  ],
  [
    "twitter",
    "https://x.com/i/oauth2/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=users.read+users.email+tweet.read&state=STATE",
  ],
  [
    "kakao",
    "https://kauth.kakao.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=account_email+profile_nickname+profile_image&state=STATE",
  ],
  [
    "vk",
    "https://oauth.vk.com/authorize?client_id=an+id&response_type=code&scope=email&state=STATE",
  ],
  [
    "linear",
    "https://linear.app/oauth/authorize?client_id=an+id&response_type=code&scope=read&state=STATE",
  ],
  [
    "notion",
    "https://api.notion.com/v1/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&state=STATE",
  ],
  [
    "monday",
    "https://auth.monday.com/oauth2/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=me%3Aread&state=STATE",
  ],
  [
    "lark",
    "https://accounts.feishu.cn/open-apis/authen/v1/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&state=STATE",
  ],
  [
    "box",
    "https://account.box.com/api/oauth2/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=root_readonly&state=STATE",
  ],
  [
    "spotify",
    "https://accounts.spotify.com/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=user-read-private&state=STATE",
  ],
  [
    "trakt",
    "https://trakt.tv/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&state=STATE",
  ],
  [
    "twitch",
    "https://id.twitch.tv/oauth2/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=user%3Aread%3Aemail&state=STATE",
  ],
  [
    "patreon",
    "https://www.patreon.com/oauth2/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=identity+identity%5Bemail%5D&state=STATE",
  ],
  [
    "strava",
    "https://www.strava.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=profile%3Aread_all&state=STATE",
  ],
  [
    "wakatime",
    "https://wakatime.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=email&state=STATE",
  ],
  [
    "livechat",
    "https://accounts.livechat.com/?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&state=STATE",
  ],
  [
    "mailcow",
    "https://id.example/auth?x=1&client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=profile&state=STATE",
  ],
  [
    "planningcenter",
    "https://api.planningcenteronline.com/oauth/authorize?client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=people&state=STATE",
  ],
  [
    "oidc",
    "https://id.example/auth?x=1&client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=openid+email+profile&state=STATE",
  ],
  [
    "oidc2",
    "https://id.example/auth?x=1&client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=openid+email+profile&state=STATE",
  ],
  [
    "oidc3",
    "https://id.example/auth?x=1&client_id=an+id&code_challenge=CHALLENGE&code_challenge_method=S256&response_type=code&scope=openid+email+profile&state=STATE",
  ],
];

/** Providers without an address of their own, and one whose scopes depend on a setting. */
const CONFIGS: Readonly<Record<string, object>> = {
  mailcow: { authURL: "https://id.example/auth?x=1" },
  oidc: { authURL: "https://id.example/auth?x=1" },
  oidc2: { authURL: "https://id.example/auth?x=1" },
  oidc3: { authURL: "https://id.example/auth?x=1" },
  microsoft: { extra: { idTokenEmailClaim: "email" } },
};

const EMPTY = {
  clientId: "an id",
  clientSecret: "secret",
  displayName: "",
  authURL: "",
  tokenURL: "",
  userInfoURL: "",
  pkce: null,
  extra: null,
};

describe("the authorization URL", () => {
  test.for(AUTH_URLS)("of %s", ([name, url]) => {
    const client = new OAuth2Client(PROVIDERS.get(name)!, { ...EMPTY, name, ...CONFIGS[name] });
    const pkce = client.pkce ? { code_challenge: "CHALLENGE", code_challenge_method: "S256" } : {};
    expect(client.authUrl("STATE", pkce)).toBe(url);
  });

  test("follows the configuration's PKCE switch", () => {
    const create = (name: string, pkce: boolean) =>
      new OAuth2Client(PROVIDERS.get(name)!, { ...EMPTY, name, pkce });
    expect(create("google", false).pkce).toBe(false);
    expect(create("vk", true).pkce).toBe(true);
  });

  test("asks Microsoft for an id token only when a claim of it is wanted", () => {
    const client = new OAuth2Client(PROVIDERS.get("microsoft")!, { ...EMPTY, name: "microsoft" });
    expect(client.scopes).toEqual(["User.Read"]);
  });
});

test("every provider that can be configured can be used, and the other way round", () => {
  expect([...PROVIDERS.keys()]).toEqual(OAUTH2_PROVIDERS.map(({ name }) => name));
});
