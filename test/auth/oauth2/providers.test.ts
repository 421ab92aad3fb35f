import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { OAuth2Client } from "../../../src/auth/oauth2/client.ts";
import type { Profile, RawUser } from "../../../src/auth/oauth2/provider.ts";
import { PROVIDERS } from "../../../src/auth/oauth2/registry.ts";
import type { OAuth2Token } from "../../../src/auth/oauth2/token.ts";

/*
 * Each provider's answers as its documentation shows them, and what they must become (PocketBase:
 * tools/auth/*.go). The answers are served in place of the internet, at the providers' own addresses.
 */

interface Answer {
  readonly status?: number;
  readonly body: unknown;
  /** What the call must have. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

interface Case {
  readonly name: string;
  readonly about: string;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Of the token's answer. */
  readonly token?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly profile?: Profile;
  /** The user must not sign in. */
  readonly refused?: RegExp;
}

const EMAIL = "user@example.com";

/** An id token that nobody checks the signature of. */
function idToken(claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "none" })}.${encode(claims)}.`;
}

const GITHUB = {
  id: 583231,
  login: "octocat",
  name: "Octo Cat",
  avatar_url: "https://a/1",
  email: "public@example.com",
};
const GITHUB_EMAILS = "https://api.github.com/user/emails";
const BITBUCKET = {
  uuid: "{b-1}",
  username: "bb",
  display_name: "Bit Bucket",
  account_status: "active",
  links: { avatar: { href: "https://a/2" } },
};
const GITEE = { id: 7, login: "gt", name: "Git Ee", avatar_url: "https://a/3" };
const GITEA = {
  id: 8,
  login: "tea",
  full_name: "Gi Tea",
  avatar_url: "https://a/4",
  active: true,
  email: "x@y.z",
};
const DISCORD = {
  id: "80351110224678912",
  username: "nelly",
  global_name: "Nelly",
  avatar: "8342",
  email: EMAIL,
  verified: true,
};
const KAKAO = { id: 123456789, properties: { nickname: "hong", profile_image: "https://a/5" } };
const VK = {
  id: 1,
  first_name: "Pavel",
  last_name: "D",
  screen_name: "pavel",
  photo_max: "https://a/6",
};
const LINEAR = {
  id: "l-1",
  displayName: "lin",
  name: "Lin Ear",
  email: EMAIL,
  avatarUrl: "https://a/7",
  active: true,
};
const MONDAY = {
  id: "4012689",
  enabled: true,
  name: "Mon Day",
  email: EMAIL,
  is_verified: true,
  photo_small: "https://a/8",
};
const MICROSOFT = { id: "ms-1", displayName: "Micro Soft", mail: "mail@example.com" };
const WAKATIME = {
  id: "w-1",
  display_name: "Waka",
  username: "waka",
  email: EMAIL,
  photo: "https://a/9",
  photo_public: true,
  is_email_confirmed: true,
};
const PATREON = {
  full_name: "Pat Reon",
  vanity: "pat",
  email: EMAIL,
  image_url: "https://a/10",
  is_email_verified: true,
};

const GITLAB_USER = "https://gitlab.com/api/v4/user";
const GITLAB = { id: 3, username: "gl", name: "Git Lab", email: EMAIL, avatar_url: "https://a/11" };
const YANDEX = {
  id: "1000034426",
  login: "ivan",
  real_name: "Ivan Ivanov",
  default_email: EMAIL,
  default_avatar_id: "131652443",
  is_avatar_empty: false,
};

const CASES: readonly Case[] = [
  {
    name: "google",
    about: "verified address",
    answers: {
      "https://www.googleapis.com/oauth2/v3/userinfo": {
        body: {
          sub: "g-1",
          name: "Goo Gle",
          picture: "https://a/0",
          email: EMAIL,
          email_verified: true,
          preferred_username: "no",
        },
      },
    },
    profile: { id: "g-1", name: "Goo Gle", avatarURL: "https://a/0", email: EMAIL },
  },
  {
    name: "google",
    about: "verified as text is no promise of Google's",
    answers: {
      "https://www.googleapis.com/oauth2/v3/userinfo": {
        body: { sub: "g-1", email: EMAIL, email_verified: "true" },
      },
    },
    refused: /no a boolean at email_verified/,
  },
  ...(
    [
      ["the directory's mail", {}, {}, "mail@example.com"],
      ["the id token's address", { idTokenEmailClaim: "email" }, { email: EMAIL }, EMAIL],
      [
        "only a domain's owner's address",
        { idTokenEmailClaim: "email_and_xms_edov" },
        { email: EMAIL, xms_edov: false },
        "",
      ],
      [
        "a domain's owner's address",
        { idTokenEmailClaim: "email_and_xms_edov" },
        { email: EMAIL, xms_edov: "1" },
        EMAIL,
      ],
      [
        "the verified primary address",
        { idTokenEmailClaim: "verified_primary_email" },
        { verified_primary_email: EMAIL, email: "o@o.o" },
        EMAIL,
      ],
      [
        "any verified address",
        { idTokenEmailClaim: "any_verified" },
        { email: EMAIL, xms_edov: true },
        EMAIL,
      ],
      [
        "none of an expired id token",
        { idTokenEmailClaim: "email" },
        { email: EMAIL, exp: 1_000_000 },
        "",
      ],
      ["none without an id token", { idTokenEmailClaim: "email" }, undefined, ""],
    ] as const
  ).map(([about, extra, claims, email]): Case => ({
    name: "microsoft",
    about,
    answers: { "https://graph.microsoft.com/v1.0/me": { body: MICROSOFT } },
    extra,
    token: claims ? { id_token: idToken(claims) } : {},
    profile: { id: "ms-1", name: "Micro Soft", email },
  })),
  {
    name: "yandex",
    about: "picture by its id",
    answers: { "https://login.yandex.ru/info": { body: YANDEX } },
    profile: {
      id: "1000034426",
      name: "Ivan Ivanov",
      username: "ivan",
      email: EMAIL,
      avatarURL: "https://avatars.yandex.net/get-yapic/131652443/islands-200",
    },
  },
  {
    name: "yandex",
    about: "without a picture",
    answers: { "https://login.yandex.ru/info": { body: { ...YANDEX, is_avatar_empty: true } } },
    profile: {
      id: "1000034426",
      name: "Ivan Ivanov",
      username: "ivan",
      email: EMAIL,
      avatarURL: "",
    },
  },
  {
    name: "facebook",
    about: "nested picture",
    answers: {
      "https://graph.facebook.com/me?fields=name,email,picture.type(large)": {
        body: {
          id: "f-1",
          name: "Face Book",
          email: EMAIL,
          picture: { data: { url: "https://a/f" } },
        },
      },
    },
    profile: { id: "f-1", name: "Face Book", email: EMAIL, avatarURL: "https://a/f" },
  },
  {
    name: "instagram2",
    about: "the account's id, not the app's, and no address",
    answers: {
      "https://graph.instagram.com/me?fields=id,username,account_type,user_id,name,profile_picture_url,followers_count,follows_count,media_count":
        {
          body: {
            id: "app-scoped",
            user_id: "i-1",
            username: "ig",
            name: "In Sta",
            profile_picture_url: "https://a/i",
            email: EMAIL,
          },
        },
    },
    profile: { id: "i-1", name: "In Sta", username: "ig", avatarURL: "https://a/i" },
  },
  {
    name: "github",
    about: "the primary verified address of the list, not the profile's",
    answers: {
      "https://api.github.com/user": { body: GITHUB },
      [GITHUB_EMAILS]: {
        body: [
          { email: "other@example.com", verified: true, primary: false },
          { email: EMAIL, verified: true, primary: true },
        ],
      },
    },
    profile: {
      id: "583231",
      name: "Octo Cat",
      username: "octocat",
      avatarURL: "https://a/1",
      email: EMAIL,
    },
  },
  {
    name: "github",
    about: "an unverified primary address is none",
    answers: {
      "https://api.github.com/user": { body: { ...GITHUB, name: null } },
      [GITHUB_EMAILS]: { body: [{ email: EMAIL, verified: false, primary: true }] },
    },
    profile: { id: "583231", name: "", username: "octocat", avatarURL: "https://a/1", email: "" },
  },
  ...[401, 403, 404].map((status): Case => ({
    name: "github",
    about: `a list that answers ${status} gives no address`,
    answers: {
      "https://api.github.com/user": { body: GITHUB },
      [GITHUB_EMAILS]: { status, body: { message: "no" } },
    },
    profile: {
      id: "583231",
      name: "Octo Cat",
      username: "octocat",
      avatarURL: "https://a/1",
      email: "",
    },
  })),
  {
    name: "github",
    about: "a list that fails otherwise is an error",
    answers: {
      "https://api.github.com/user": { body: GITHUB },
      [GITHUB_EMAILS]: { status: 500, body: { message: "no" } },
    },
    refused: /no a list/,
  },
  {
    name: "gitlab",
    about: "confirmed address",
    answers: { [GITLAB_USER]: { body: { ...GITLAB, confirmed_at: "2024-03-15T10:30:00.000Z" } } },
    profile: { id: "3", name: "Git Lab", username: "gl", avatarURL: "https://a/11", email: EMAIL },
  },
  ...[null, "", "soon"].map((confirmed_at): Case => ({
    name: "gitlab",
    about: `address confirmed at ${JSON.stringify(confirmed_at)}`,
    answers: { [GITLAB_USER]: { body: { ...GITLAB, confirmed_at } } },
    profile: { id: "3", name: "Git Lab", username: "gl", avatarURL: "https://a/11", email: "" },
  })),
  {
    name: "bitbucket",
    about: "the primary confirmed address",
    answers: {
      "https://api.bitbucket.org/2.0/user": { body: BITBUCKET },
      "https://api.bitbucket.org/2.0/user/emails": {
        body: {
          values: [
            { email: "o@o.o", is_primary: false, is_confirmed: true },
            { email: EMAIL, is_primary: true, is_confirmed: true },
          ],
        },
      },
    },
    profile: {
      id: "{b-1}",
      name: "Bit Bucket",
      username: "bb",
      avatarURL: "https://a/2",
      email: EMAIL,
    },
  },
  {
    name: "bitbucket",
    about: "a list that fails in any way gives no address",
    answers: {
      "https://api.bitbucket.org/2.0/user": { body: BITBUCKET },
      "https://api.bitbucket.org/2.0/user/emails": { status: 500, body: "x" },
    },
    profile: {
      id: "{b-1}",
      name: "Bit Bucket",
      username: "bb",
      avatarURL: "https://a/2",
      email: "",
    },
  },
  {
    name: "bitbucket",
    about: "inactive account",
    answers: {
      "https://api.bitbucket.org/2.0/user": { body: { ...BITBUCKET, account_status: "inactive" } },
    },
    refused: /not active/,
  },
  {
    name: "gitee",
    about: "public address without a second call",
    answers: { "https://gitee.com/api/v5/user": { body: { ...GITEE, email: EMAIL } } },
    profile: { id: "7", name: "Git Ee", username: "gt", avatarURL: "https://a/3", email: EMAIL },
  },
  {
    name: "gitee",
    about: "the primary confirmed address of the list",
    answers: {
      "https://gitee.com/api/v5/user": { body: { ...GITEE, email: "hidden" } },
      "https://gitee.com/api/v5/emails": {
        body: [
          { email: "o@o.o", state: "unconfirmed", scope: ["primary"] },
          { email: EMAIL, state: "confirmed", scope: ["notified", "primary"] },
        ],
      },
    },
    profile: { id: "7", name: "Git Ee", username: "gt", avatarURL: "https://a/3", email: EMAIL },
  },
  {
    name: "gitee",
    about: "a private address is answered with a stand-in, which is none",
    answers: {
      "https://gitee.com/api/v5/user": { body: GITEE },
      "https://gitee.com/api/v5/emails": { body: { email: "1+x@user.noreply.gitee.com" } },
    },
    profile: { id: "7", name: "Git Ee", username: "gt", avatarURL: "https://a/3", email: "" },
  },
  {
    name: "gitea",
    about: "the primary verified address of the list",
    answers: {
      "https://gitea.com/api/v1/user": { body: GITEA },
      "https://gitea.com/api/v1/user/emails": {
        body: [{ email: EMAIL, verified: true, primary: true }],
      },
    },
    profile: { id: "8", name: "Gi Tea", username: "tea", avatarURL: "https://a/4", email: EMAIL },
  },
  {
    name: "gitea",
    about: "inactive account",
    answers: { "https://gitea.com/api/v1/user": { body: { ...GITEA, active: false } } },
    refused: /not active/,
  },
  {
    name: "discord",
    about: "global name, picture by its hash",
    answers: { "https://discord.com/api/users/@me": { body: DISCORD } },
    profile: {
      id: "80351110224678912",
      name: "Nelly",
      username: "nelly",
      avatarURL: "https://cdn.discordapp.com/avatars/80351110224678912/8342.png",
      email: EMAIL,
    },
  },
  {
    name: "discord",
    about: "old account with a number, unverified, without a picture",
    answers: {
      "https://discord.com/api/users/@me": {
        body: {
          ...DISCORD,
          global_name: null,
          discriminator: "1337",
          avatar: null,
          verified: false,
        },
      },
    },
    profile: {
      id: "80351110224678912",
      name: "nelly#1337",
      username: "nelly",
      avatarURL: "",
      email: "",
    },
  },
  {
    name: "discord",
    about: "new account without a global name",
    answers: {
      "https://discord.com/api/users/@me": {
        body: { ...DISCORD, global_name: null, discriminator: "0" },
      },
    },
    profile: {
      id: "80351110224678912",
      name: "nelly",
      username: "nelly",
      avatarURL: "https://cdn.discordapp.com/avatars/80351110224678912/8342.png",
      email: EMAIL,
    },
  },
  {
    name: "twitter",
    about: "everything below data, the confirmed address",
    answers: {
      "https://api.x.com/2/users/me?user.fields=id,name,username,profile_image_url,confirmed_email":
        {
          body: {
            data: {
              id: "x-1",
              name: "X",
              username: "ex",
              profile_image_url: "https://a/x",
              confirmed_email: EMAIL,
              email: "o@o.o",
            },
          },
        },
    },
    profile: { id: "x-1", name: "X", username: "ex", avatarURL: "https://a/x", email: EMAIL },
  },
  ...(
    [
      [true, true, EMAIL],
      [true, false, ""],
      [false, true, ""],
    ] as const
  ).map(([is_email_valid, is_email_verified, email]): Case => ({
    name: "kakao",
    about: `address valid ${is_email_valid}, verified ${is_email_verified}`,
    answers: {
      "https://kapi.kakao.com/v2/user/me": {
        body: { ...KAKAO, kakao_account: { email: EMAIL, is_email_valid, is_email_verified } },
      },
    },
    profile: { id: "123456789", username: "hong", avatarURL: "https://a/5", email },
  })),
  {
    name: "vk",
    about: "a list of one, the address with the token",
    answers: {
      "https://api.vk.com/method/users.get?fields=photo_max,screen_name&v=5.131": {
        body: { response: [VK] },
      },
    },
    token: { email: EMAIL },
    profile: {
      id: "1",
      name: "Pavel D",
      username: "pavel",
      avatarURL: "https://a/6",
      email: EMAIL,
    },
  },
  {
    name: "vk",
    about: "an empty list",
    answers: {
      "https://api.vk.com/method/users.get?fields=photo_max,screen_name&v=5.131": {
        body: { response: [] },
      },
    },
    refused: /missing response/,
  },
  {
    name: "linear",
    about: "a GraphQL query",
    answers: {
      "https://api.linear.app/graphql": {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: { data: { viewer: LINEAR } },
      },
    },
    profile: {
      id: "l-1",
      name: "Lin Ear",
      username: "lin",
      avatarURL: "https://a/7",
      email: EMAIL,
    },
  },
  {
    name: "linear",
    about: "inactive account",
    answers: {
      "https://api.linear.app/graphql": {
        body: { data: { viewer: { ...LINEAR, active: false } } },
      },
    },
    refused: /not active/,
  },
  {
    name: "notion",
    about: "the bot's owner, by a version of the API",
    answers: {
      "https://api.notion.com/v1/users/me": {
        headers: { "notion-version": "2022-06-28" },
        body: {
          id: "bot",
          name: "Bot",
          bot: {
            owner: {
              type: "user",
              user: {
                id: "n-1",
                name: "No Tion",
                avatar_url: "https://a/n",
                person: { email: EMAIL },
              },
            },
          },
        },
      },
    },
    profile: { id: "n-1", name: "No Tion", avatarURL: "https://a/n", email: EMAIL },
  },
  {
    name: "monday",
    about: "a GraphQL query, verified address",
    answers: { "https://api.monday.com/v2": { method: "POST", body: { data: { me: MONDAY } } } },
    profile: { id: "4012689", name: "Mon Day", avatarURL: "https://a/8", email: EMAIL },
  },
  {
    name: "monday",
    about: "unverified address",
    answers: {
      "https://api.monday.com/v2": { body: { data: { me: { ...MONDAY, is_verified: false } } } },
    },
    profile: { id: "4012689", name: "Mon Day", avatarURL: "https://a/8", email: "" },
  },
  {
    name: "monday",
    about: "disabled account",
    answers: {
      "https://api.monday.com/v2": { body: { data: { me: { ...MONDAY, enabled: false } } } },
    },
    refused: /not enabled/,
  },
  {
    name: "lark",
    about: "the id that holds across apps, no address",
    answers: {
      "https://open.feishu.cn/open-apis/authen/v1/user_info": {
        body: {
          data: {
            union_id: "on_1",
            open_id: "ou_1",
            name: "La Rk",
            avatar_url: "https://a/k",
            email: EMAIL,
          },
        },
      },
    },
    profile: { id: "on_1", name: "La Rk", avatarURL: "https://a/k" },
  },
  {
    name: "box",
    about: "the login is the address",
    answers: {
      "https://api.box.com/2.0/users/me": {
        body: {
          id: "11446498",
          name: "Bo X",
          login: EMAIL,
          avatar_url: "https://a/b",
          status: "active",
        },
      },
    },
    profile: { id: "11446498", name: "Bo X", avatarURL: "https://a/b", email: EMAIL },
  },
  {
    name: "box",
    about: "account that cannot be used",
    answers: {
      "https://api.box.com/2.0/users/me": {
        body: { id: "1", login: EMAIL, status: "cannot_delete_edit" },
      },
    },
    refused: /cannot_delete_edit/,
  },
  {
    name: "spotify",
    about: "an address that nobody verified is not read",
    answers: {
      "https://api.spotify.com/v1/me": {
        body: {
          id: "s-1",
          display_name: "Spot",
          email: EMAIL,
          images: [{ url: "https://a/s" }, { url: "https://a/s2" }],
        },
      },
    },
    profile: { id: "s-1", name: "Spot", avatarURL: "https://a/s" },
  },
  {
    name: "trakt",
    about: "three headers, the id that does not follow the name",
    answers: {
      "https://api.trakt.tv/users/settings": {
        headers: { "trakt-api-key": "client", "trakt-api-version": "2" },
        body: {
          user: {
            username: "tr",
            name: "Tra Kt",
            ids: { slug: "tr", uuid: "t-1" },
            images: { avatar: { full: "https://a/t" } },
          },
        },
      },
    },
    profile: { id: "t-1", name: "Tra Kt", username: "tr", avatarURL: "https://a/t" },
  },
  {
    name: "twitch",
    about: "a list of one, the client's id as header",
    answers: {
      "https://api.twitch.tv/helix/users": {
        headers: { "client-id": "client" },
        body: {
          data: [
            {
              id: "141981764",
              login: "twdev",
              display_name: "TwDev",
              email: EMAIL,
              profile_image_url: "https://a/w",
            },
          ],
        },
      },
    },
    profile: {
      id: "141981764",
      name: "TwDev",
      username: "twdev",
      avatarURL: "https://a/w",
      email: EMAIL,
    },
  },
  {
    name: "twitch",
    about: "an empty list",
    answers: { "https://api.twitch.tv/helix/users": { body: { data: [] } } },
    refused: /no user/,
  },
  ...[true, false].map((is_email_verified): Case => ({
    name: "patreon",
    about: `address verified ${is_email_verified}`,
    answers: {
      "https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=full_name,email,vanity,image_url,is_email_verified":
        {
          body: { data: { id: "p-1", attributes: { ...PATREON, is_email_verified } } },
        },
    },
    profile: {
      id: "p-1",
      name: "Pat Reon",
      username: "pat",
      avatarURL: "https://a/10",
      email: is_email_verified ? EMAIL : "",
    },
  })),
  {
    name: "strava",
    about: "two names, no address",
    answers: {
      "https://www.strava.com/api/v3/athlete": {
        body: {
          id: 1234567890987,
          username: "st",
          firstname: "Stra",
          lastname: "Va",
          profile: "https://a/v",
          email: EMAIL,
        },
      },
    },
    profile: { id: "1234567890987", name: "Stra Va", username: "st", avatarURL: "https://a/v" },
  },
  {
    name: "wakatime",
    about: "confirmed address, public picture",
    answers: { "https://wakatime.com/api/v1/users/current": { body: { data: WAKATIME } } },
    profile: { id: "w-1", name: "Waka", username: "waka", avatarURL: "https://a/9", email: EMAIL },
  },
  {
    name: "wakatime",
    about: "unconfirmed address, private picture",
    answers: {
      "https://wakatime.com/api/v1/users/current": {
        body: { data: { ...WAKATIME, is_email_confirmed: false, photo_public: false } },
      },
    },
    profile: { id: "w-1", name: "Waka", username: "waka", avatarURL: "", email: "" },
  },
  {
    name: "livechat",
    about: "the account's id",
    answers: {
      "https://accounts.livechat.com/v2/accounts/me": {
        body: {
          account_id: "lc-1",
          name: "Li Ve",
          email: EMAIL,
          email_verified: true,
          avatar_url: "https://a/l",
        },
      },
    },
    profile: { id: "lc-1", name: "Li Ve", avatarURL: "https://a/l", email: EMAIL },
  },
  {
    name: "mailcow",
    about: "user name without its domain",
    config: { userInfoURL: "https://mail.example/profile" },
    answers: {
      "https://mail.example/profile": {
        body: {
          id: "m@x.yz",
          username: "moo@x.yz",
          full_name: "Mail Cow",
          email: EMAIL,
          active: 1,
        },
      },
    },
    profile: { id: "m@x.yz", name: "Mail Cow", username: "moo", email: EMAIL },
  },
  {
    name: "mailcow",
    about: "account that may only log in to its mails",
    config: { userInfoURL: "https://mail.example/profile" },
    answers: {
      "https://mail.example/profile": { body: { id: "m@x.yz", username: "moo", active: 2 } },
    },
    refused: /not active/,
  },
  {
    name: "planningcenter",
    about: "JSON:API, no address",
    answers: {
      "https://api.planningcenteronline.com/people/v2/me": {
        body: {
          data: {
            id: "pc-1",
            attributes: {
              status: "active",
              name: "Plan Ning",
              avatar: "https://a/p",
              email: EMAIL,
            },
          },
        },
      },
    },
    profile: { id: "pc-1", name: "Plan Ning", avatarURL: "https://a/p" },
  },
  {
    name: "planningcenter",
    about: "inactive person",
    answers: {
      "https://api.planningcenteronline.com/people/v2/me": {
        body: { data: { id: "pc-1", attributes: { status: "inactive" } } },
      },
    },
    refused: /not active/,
  },
  ...(["oidc", "oidc2", "oidc3"] as const).flatMap((name) =>
    (
      [
        [true, EMAIL],
        ["true", EMAIL],
        [false, ""],
        ["false", ""],
        [undefined, ""],
        [null, ""],
      ] as const
    ).map(([email_verified, email]): Case => ({
      name,
      about: `email_verified ${JSON.stringify(email_verified)}`,
      config: { userInfoURL: "https://id.example/me" },
      answers: {
        "https://id.example/me": {
          body: {
            sub: "o-1",
            name: "O",
            preferred_username: "oo",
            picture: "https://a/o",
            email: EMAIL,
            email_verified,
          },
        },
      },
      profile: { id: "o-1", name: "O", username: "oo", avatarURL: "https://a/o", email },
    })),
  ),
];

const TOKEN: OAuth2Token = {
  accessToken: "access",
  type: "Bearer",
  refreshToken: "refresh",
  expiry: "",
  extra: {},
};

let served: Readonly<Record<string, Answer>> = {};

beforeEach(() => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init = {}) => {
    const url = String(input);
    const answer = served[url];
    if (!answer) throw new Error(`nothing is at ${url}`);
    const headers = new Headers(init.headers);
    const wanted = { authorization: "Bearer access", ...answer.headers };
    const isRight = Object.entries(wanted).every(([name, value]) => headers.get(name) === value);
    if (!isRight || init.method !== (answer.method ?? init.method)) {
      throw new Error(`the call of ${url} is not as its documentation says`);
    }
    return Response.json(answer.body, { status: answer.status ?? 200 });
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

function fetchUser({ name, answers, extra, token = {}, config }: Case) {
  served = answers;
  const empty = {
    clientId: "client",
    clientSecret: "s",
    displayName: "",
    authURL: "",
    tokenURL: "",
    userInfoURL: "",
    pkce: null,
  };
  const client = new OAuth2Client(PROVIDERS.get(name)!, {
    ...empty,
    name,
    extra: { ...extra },
    ...config,
  });
  return client.fetchUser({ ...TOKEN, extra: token });
}

describe("the user of", () => {
  const named = (rows: readonly Case[]) =>
    rows.map((row) => [`${row.name}: ${row.about}`, row] as const);

  test.for(named(CASES.filter(({ refused }) => refused)))("%s is refused", async ([, row]) => {
    await expect(fetchUser(row)).rejects.toThrow(row.refused!);
  });

  test.for(named(CASES.filter(({ refused }) => !refused)))("%s", async ([, row]) => {
    const user = await fetchUser(row);
    const { id, name, username, email, avatarURL } = user;
    expect({ id, name, username, email, avatarURL }).toEqual({
      name: "",
      username: "",
      email: "",
      avatarURL: "",
      ...row.profile,
    });
    expect(user).toMatchObject({ accessToken: "access", refreshToken: "refresh", expiry: "" });
  });

  test("instagram2 carries the permissions of its token", async () => {
    const row = CASES.find(({ name }) => name === "instagram2")!;
    const user = await fetchUser({ ...row, token: { permissions: ["basic"] } });
    expect(user.rawUser["permissions"]).toEqual(["basic"]);
  });
});

describe("the cases", () => {
  const generic = (raw: RawUser): Profile | Error => {
    try {
      return {
        name: "",
        username: "",
        email: "",
        avatarURL: "",
        ...(PROVIDERS.get("oidc")!.toProfile(raw, undefined as never, TOKEN) as Profile),
      };
    } catch (error) {
      return error as Error;
    }
  };

  const own = [...PROVIDERS.keys()].filter((name) => !/^(oidc\d?|apple)$/.test(name));

  test.for(own)("of %s would fail with the mapping of OpenID Connect", (name) => {
    const differs = CASES.filter((row) => row.name === name).some((row) => {
      const [answer] = Object.values(row.answers);
      const other = generic(answer!.body as RawUser);
      const wanted = { name: "", username: "", email: "", avatarURL: "", ...row.profile };
      return (
        other instanceof Error ||
        JSON.stringify(Object.entries(other).toSorted()) !==
          JSON.stringify(Object.entries(wanted).toSorted())
      );
    });
    expect(differs).toBe(true);
  });
});
