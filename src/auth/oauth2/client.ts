import type { OAuth2ProviderConfig } from "../../collections/collection.ts";
import { readLimited } from "./read-limited.ts";
import type { Endpoints, OAuth2Provider, OAuth2User, RawUser } from "./provider.ts";
import { type OAuth2Token, parseToken } from "./token.ts";

/** All calls of one sign-in together. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 4 * 1024 * 1024;

export interface ApiCall {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A provider as one collection has configured it. */
export class OAuth2Client {
  readonly provider: OAuth2Provider;
  readonly config: OAuth2ProviderConfig;
  readonly endpoints: Endpoints;
  readonly #signal: AbortSignal;

  /** @param signal ends the calls early, beside their timeout */
  constructor(provider: OAuth2Provider, config: OAuth2ProviderConfig, signal?: AbortSignal) {
    this.provider = provider;
    this.config = config;
    this.endpoints = {
      authURL: config.authURL || provider.authURL,
      tokenURL: config.tokenURL || provider.tokenURL,
      userInfoURL: config.userInfoURL || provider.userInfoURL,
    };
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    this.#signal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  }

  get pkce(): boolean {
    return this.config.pkce ?? this.provider.pkce;
  }

  get extra(): Readonly<Record<string, unknown>> {
    return this.config.extra ?? {};
  }

  get scopes(): readonly string[] {
    return [...this.provider.scopes, ...(this.provider.extraScopes?.(this.extra) ?? [])];
  }

  /** Where the user agrees, without `redirect_uri`: clients append theirs. Parameters are sorted, as Go sends them. */
  authUrl(state: string, params: Readonly<Record<string, string>> = {}): string {
    const { authURL } = this.endpoints;
    const all: Record<string, string> = {
      response_type: "code",
      client_id: this.config.clientId,
      ...(this.scopes.length > 0 && { scope: this.scopes.join(" ") }),
      state,
      ...this.provider.authParams,
      ...params,
    };
    return authURL + (authURL.includes("?") ? "&" : "?") + encodeForm(all);
  }

  /**
   * Exchanges a code for a token. The client's secret goes into the `Authorization` header; a provider that
   * does not take it there gets it in the body.
   *
   * @throws Error when the provider refuses
   */
  async fetchToken(
    code: string,
    options: { readonly verifier: string; readonly redirectURL: string },
  ): Promise<OAuth2Token> {
    const form: Record<string, string> = {
      grant_type: "authorization_code",
      code,
      ...(options.redirectURL !== "" && { redirect_uri: options.redirectURL }),
      ...(this.pkce && { code_verifier: options.verifier }),
    };
    const { clientId, clientSecret } = this.config;
    const login = Buffer.from(`${escapeQuery(clientId)}:${escapeQuery(clientSecret)}`).toString(
      "base64",
    );
    try {
      return await this.#requestToken(form, { authorization: `Basic ${login}` });
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return this.#requestToken({ ...form, client_id: clientId, client_secret: clientSecret }, {});
    }
  }

  /** Reads who the token's user is. @throws Error when that cannot be told, or the user must not sign in */
  async fetchUser(token: OAuth2Token): Promise<OAuth2User> {
    const { provider } = this;
    const rawUser = provider.fetchRawUser
      ? await provider.fetchRawUser(this, token)
      : await this.callApi(token, this.endpoints.userInfoURL);
    const profile = await provider.toProfile(rawUser, this, token);
    return {
      name: "",
      username: "",
      email: "",
      avatarURL: "",
      ...profile,
      rawUser,
      accessToken: token.accessToken,
      refreshToken: token.refreshToken,
      expiry: token.expiry,
    };
  }

  /** A call in the user's name whose answer is an object. @throws Error for a status of 400 and above */
  async callApi(token: OAuth2Token, url: string, call: ApiCall = {}): Promise<RawUser> {
    const { status, body } = await this.call(token, url, call);
    if (status >= 400)
      throw new Error(`failed to fetch OAuth2 user profile via ${url} (${status}):\n${body}`);
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`the answer of ${url} is no object`);
    }
    return value as RawUser;
  }

  /** A call in the user's name. */
  async call(
    token: OAuth2Token,
    url: string,
    { method = "GET", headers = {}, body }: ApiCall = {},
  ): Promise<{ readonly status: number; readonly body: string }> {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `${token.type} ${token.accessToken}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        // Some providers refuse calls without one.
        "user-agent": "generatio",
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: this.#signal,
    });
    return {
      status: response.status,
      body: (await readLimited(response, MAX_BYTES)).toString("utf8"),
    };
  }

  async #requestToken(
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ): Promise<OAuth2Token> {
    const response = await fetch(this.endpoints.tokenURL, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: encodeForm(form),
      signal: this.#signal,
    });
    const body = (await readLimited(response, MAX_BYTES)).toString("utf8");
    if (!response.ok)
      throw new Error(`the provider refused the code (${response.status}): ${body.slice(0, 500)}`);
    return parseToken(response.headers.get("content-type") ?? "", body);
  }
}

/** Form encoding with sorted names (Go: url.Values.Encode). */
function encodeForm(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .toSorted()
    .map((name) => `${escapeQuery(name)}=${escapeQuery(values[name]!)}`)
    .join("&");
}

/** Go's url.QueryEscape: blanks are `+`, only letters, digits and `-_.~` stay. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
