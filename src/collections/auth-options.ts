import { randomText } from "../lib/id.ts";
import {
  ALERT_TEMPLATE,
  EMAIL_CHANGE_TEMPLATE,
  OTP_TEMPLATE,
  PASSWORD_RESET_TEMPLATE,
  VERIFICATION_TEMPLATE,
} from "./auth-templates.ts";
import {
  asObject,
  type Codec,
  flag,
  looseObject,
  object,
  optionalFlag,
  rule,
  secret,
  text,
  textList,
  whole,
} from "./codec.ts";
import type {
  AuthOptions,
  MailTemplate,
  OAuth2ProviderConfig,
  TokenOptions,
} from "./collection.ts";

/** The options of a new auth collection, with secrets of its own (PocketBase: setDefaultAuthOptions). */
export function defaultAuthOptions(): AuthOptions {
  return {
    authRule: "",
    manageRule: null,
    authAlert: { enabled: true, emailTemplate: { ...ALERT_TEMPLATE } },
    oauth2: AUTH_OPTIONS.zero().oauth2,
    passwordAuth: { enabled: true, identityFields: ["email"] },
    mfa: { enabled: false, duration: 600, rule: "" },
    otp: { enabled: false, duration: 180, length: 8, emailTemplate: { ...OTP_TEMPLATE } },
    authToken: newToken(432_000),
    passwordResetToken: newToken(1800),
    emailChangeToken: newToken(1800),
    verificationToken: newToken(86_400),
    fileToken: newToken(180),
    verificationTemplate: { ...VERIFICATION_TEMPLATE },
    resetPasswordTemplate: { ...PASSWORD_RESET_TEMPLATE },
    confirmEmailChangeTemplate: { ...EMAIL_CHANGE_TEMPLATE },
  };
}

/** A new secret for signing tokens; replacing one makes every token signed with it invalid. */
export function newTokenSecret(): string {
  return randomText(50);
}

function newToken(duration: number): TokenOptions {
  return { secret: newTokenSecret(), duration };
}

const template: Codec<MailTemplate> = object({ subject: text, body: text });
const token: Codec<TokenOptions> = object({ secret, duration: whole });

const provider: Codec<OAuth2ProviderConfig> = object({
  pkce: optionalFlag,
  name: text,
  clientId: text,
  clientSecret: secret,
  authURL: text,
  tokenURL: text,
  userInfoURL: text,
  displayName: text,
  extra: looseObject,
});

/** The list is replaced, but a provider that was there keeps the keys that are not sent: clients never see its secret. */
const providers: Codec<OAuth2ProviderConfig[]> = {
  zero: () => [],
  decode(json, current) {
    if (json === null) return [];
    if (!Array.isArray(json)) throw new TypeError("expected a list");
    return json.map((item) => {
      const name = item === null ? undefined : asObject(item)["name"];
      return provider.decode(item, current.find((known) => known.name === name) ?? provider.zero());
    });
  },
  encode: (value, options) => value.map((item) => provider.encode(item, options)),
};

/** The options as `_collections.options` holds them and the API sends them, keys in PocketBase's order. */
export const AUTH_OPTIONS: Codec<AuthOptions> = object<AuthOptions>({
  authRule: rule,
  manageRule: rule,
  authAlert: object({ enabled: flag, emailTemplate: template }),
  oauth2: object({
    providers,
    mappedFields: object({ id: text, name: text, username: text, avatarURL: text }),
    enabled: flag,
  }),
  passwordAuth: object({ enabled: flag, identityFields: textList }),
  mfa: object({ enabled: flag, duration: whole, rule: text }),
  otp: object({ enabled: flag, duration: whole, length: whole, emailTemplate: template }),
  authToken: token,
  passwordResetToken: token,
  emailChangeToken: token,
  verificationToken: token,
  fileToken: token,
  verificationTemplate: template,
  resetPasswordTemplate: template,
  confirmEmailChangeTemplate: template,
});
