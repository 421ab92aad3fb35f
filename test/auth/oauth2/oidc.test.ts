import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readIdToken } from "../../../src/auth/oauth2/id-token.ts";
import { PROVIDERS } from "../../../src/auth/oauth2/registry.ts";
import { OAuth2Client } from "../../../src/auth/oauth2/client.ts";
import { startAuth } from "../fixture.ts";
import { startOidcProvider } from "./oidc-provider.ts";

const REDIRECT = "https://app.example/done";

/** Follows redirects with cookies, fills in the provider's pages, and gives the code at the end. */
async function logIn(start: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 15; step++) {
    const response = await fetch(url, {
      redirect: "manual",
      method: body ? "POST" : "GET",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(body && { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    body = undefined;
    const location = response.headers.get("location");
    if (location) {
      url = new URL(location, url).href;
      if (url.startsWith(REDIRECT)) return new URL(url).searchParams.get("code")!;
      continue;
    }
    const page = await response.text();
    url = new URL(/action="([^"]+)"/.exec(page)![1]!, url).href;
    const prompt = /name="prompt" value="(\w+)"/.exec(page)![1]!;
    body = new URLSearchParams({ prompt, login: "subject-1", password: "x" });
  }
  throw new Error("the provider never gave a code");
}

describe("against a real OpenID Connect provider", () => {
  const variants: readonly [string, (url: string) => object][] = [
    ["the user endpoint", (url) => ({ userInfoURL: `${url}/me` })],
    [
      "the id token, its signature verified by the published keys",
      (url) => ({ extra: { jwksURL: `${url}/jwks`, issuers: [url] } }),
    ],
  ];

  test.for(variants)("a code signs in, with PKCE, by %s", async ([, config]) => {
    const oidc = await startOidcProvider([REDIRECT]);
    try {
      const server = await startAuth();
      await server.configure((auth) => {
        auth.oauth2.enabled = true;
        auth.oauth2.mappedFields.name = "name";
        const endpoints = {
          authURL: `${oidc.url}/auth`,
          tokenURL: `${oidc.url}/token`,
          userInfoURL: "",
        };
        auth.oauth2.providers = [
          {
            name: "oidc",
            ...oidc.client,
            displayName: "",
            pkce: null,
            extra: null,
            ...endpoints,
            ...config(oidc.url),
          },
        ];
      });
      const { body } = await server.ask("GET /api/collections/users/auth-methods");
      const [method] = (body["oauth2"] as { providers: Record<string, string>[] }).providers;
      expect(method!["codeChallenge"]).toBe(
        createHash("sha256").update(method!["codeVerifier"]!).digest("base64url"),
      );
      const code = await logIn(method!["authURL"] + encodeURIComponent(REDIRECT));
      const form = {
        provider: "oidc",
        code,
        codeVerifier: method!["codeVerifier"],
        redirectURL: REDIRECT,
      };

      const wrong = await server.post("auth-with-oauth2", { ...form, code: "x" });
      expect(wrong).toMatchObject({
        status: 400,
        body: { message: "Failed to fetch OAuth2 token." },
      });

      const answer = await server.post("auth-with-oauth2", form);
      expect(answer).toMatchObject({
        status: 200,
        body: {
          meta: {
            id: "subject-1",
            isNew: true,
            email: "oidc@example.com",
            name: "Open Id",
            username: "openid",
          },
          record: { email: "oidc@example.com", verified: true, name: "Open Id" },
        },
      });

      const again = await server.post("auth-with-oauth2", form);
      expect(again).toMatchObject({
        status: 400,
        body: { message: "Failed to fetch OAuth2 token." },
      });
    } finally {
      oidc.close();
    }
  });
});

describe("an id token", () => {
  let keys: Server;
  let jwksURL = "";
  let sign: (
    claims: Record<string, unknown>,
    options?: { key?: CryptoKey; kid?: string },
  ) => Promise<string>;
  let otherKey: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair("RS256", { extractable: true });
    otherKey = (await generateKeyPair("RS256")).privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "RS256" };
    keys = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
    jwksURL = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`;
    sign = (claims, { key = pair.privateKey, kid = "k1" } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(key);
  });

  afterAll(() => {
    keys.closeAllConnections();
    keys.close();
  });

  const now = Math.floor(Date.now() / 1000);
  const GOOD = { sub: "s", aud: "app", iss: "https://id.example", iat: now, exp: now + 60 };
  const checks = { audience: "app", issuers: ["https://id.example"], needsExpiry: true };
  const read = (idToken: unknown, more = {}) =>
    readIdToken(
      {
        accessToken: "a",
        type: "Bearer",
        refreshToken: "",
        expiry: "",
        extra: { id_token: idToken },
      },
      { ...checks, jwksURL, ...more },
    );

  test("that passes every check gives its claims", async () => {
    expect(await read(await sign(GOOD))).toEqual(GOOD);
    expect(await read(await sign({ ...GOOD, aud: ["other", "app"] }))).toMatchObject({ sub: "s" });
  });

  test("may be off by the leeway of five minutes", async () => {
    expect(
      await read(await sign({ ...GOOD, exp: now - 290, iat: now + 290, nbf: now + 290 })),
    ).toMatchObject({ sub: "s" });
  });

  const refused: readonly [string, Record<string, unknown>, RegExp][] = [
    ["for another client", { ...GOOD, aud: "other" }, /another client/],
    ["without a client", { ...GOOD, aud: undefined }, /another client/],
    ["of another issuer", { ...GOOD, iss: "https://evil.example" }, /iss must be one of/],
    ["that is over", { ...GOOD, exp: now - 310 }, /expired/],
    ["without an end", { ...GOOD, exp: undefined }, /no end/],
    ["issued in the future", { ...GOOD, iat: now + 400 }, /in the future/],
    ["not valid yet", { ...GOOD, nbf: now + 400 }, /not valid yet/],
    ["with a time that is text", { ...GOOD, exp: "tomorrow" }, /no number/],
  ];

  test.for(refused)("%s is refused", async ([, claims, reason]) => {
    await expect(read(await sign(claims))).rejects.toThrow(reason);
  });

  test("signed with another key, a key that is not published, or none is refused", async () => {
    await expect(read(await sign(GOOD, { key: otherKey }))).rejects.toThrow(/signature/);
    await expect(read(await sign(GOOD, { kid: "k2" }))).rejects.toThrow(/no applicable key/);
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(GOOD)).toString("base64url")}.`;
    await expect(read(none)).rejects.toThrow(/"alg"|algorithm/i);
    await expect(read("")).rejects.toThrow(/empty id_token/);
    await expect(read(7)).rejects.toThrow(/empty id_token/);
  });

  test("of Apple must be Apple's", async () => {
    const realFetch = globalThis.fetch;
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
      expect(String(input)).toBe("https://appleid.apple.com/auth/keys");
      return realFetch(jwksURL, init);
    });
    const config = {
      name: "apple",
      clientId: "app",
      clientSecret: "s",
      displayName: "",
      authURL: "",
      tokenURL: "",
      userInfoURL: "",
      pkce: null,
      extra: null,
    };
    const client = new OAuth2Client(PROVIDERS.get("apple")!, config);
    const user = async (claims: Record<string, unknown>) =>
      client.fetchUser({
        accessToken: "a",
        type: "Bearer",
        refreshToken: "",
        expiry: "",
        extra: { id_token: await sign(claims) },
      });
    const claims = {
      ...GOOD,
      iss: "https://appleid.apple.com",
      email: "a@b.co",
      email_verified: "true",
    };
    expect(await user(claims)).toMatchObject({ id: "s", email: "a@b.co", name: "" });
    expect(await user({ ...claims, email_verified: false })).toMatchObject({ email: "" });
    await expect(user({ ...claims, iss: "https://id.example" })).rejects.toThrow(/iss/);
    await expect(user({ ...claims, exp: undefined })).rejects.toThrow(/no end/);
    spy.mockRestore();
  });
});
