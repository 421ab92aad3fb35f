/** What a provider asks for beside client id and secret. */
export interface ProviderForm {
  /** A name for people: for the slots that may be any provider. */
  readonly hasDisplayName?: boolean;
  /** Addresses that may be set; the provider's own stand in for empty ones unless they are required. */
  readonly addresses?: readonly ("authURL" | "tokenURL" | "userInfoURL")[];
  readonly needsAddresses?: boolean;
  readonly hasPkce?: boolean;
  /** Where the profile comes from can be chosen (OpenID Connect). */
  readonly hasProfileSource?: boolean;
  /** The secret is signed with a key (Apple). */
  readonly hasSignedSecret?: boolean;
  readonly hasEmailClaim?: boolean;
  /** Hosts to choose from; the addresses follow. */
  readonly sites?: readonly { readonly name: string; readonly host: string }[];
}

const SELF_HOSTED: ProviderForm = { addresses: ["authURL", "tokenURL", "userInfoURL"] };

const OPENID_CONNECT: ProviderForm = {
  hasDisplayName: true,
  addresses: ["authURL", "tokenURL"],
  needsAddresses: true,
  hasPkce: true,
  hasProfileSource: true,
};

const FORMS: Readonly<Record<string, ProviderForm>> = {
  apple: { hasSignedSecret: true },
  microsoft: { addresses: ["authURL", "tokenURL"], hasEmailClaim: true },
  gitlab: SELF_HOSTED,
  gitea: SELF_HOSTED,
  mailcow: { ...SELF_HOSTED, needsAddresses: true },
  lark: {
    sites: [
      { name: "Feishu", host: "feishu.cn" },
      { name: "Lark", host: "larksuite.com" },
    ],
  },
  oidc: OPENID_CONNECT,
  oidc2: OPENID_CONNECT,
  oidc3: OPENID_CONNECT,
};

export function providerForm(name: string): ProviderForm {
  return FORMS[name] ?? {};
}

/** Claims of Microsoft's id token that an address may be taken from; empty for the Graph profile. */
export const EMAIL_CLAIMS = [
  "",
  "email",
  "email_and_xms_edov",
  "verified_primary_email",
  "any_verified",
] as const;

/** The addresses of Lark's API at one of its sites. */
export function larkAddresses(host: string) {
  return {
    authURL: `https://accounts.${host}/open-apis/authen/v1/authorize`,
    tokenURL: `https://open.${host}/open-apis/authen/v2/oauth/token`,
    userInfoURL: `https://open.${host}/open-apis/authen/v1/user_info`,
  };
}
