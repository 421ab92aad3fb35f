import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { vi } from "vitest";

/** With characters that a header must escape. */
const CLIENT = { clientId: "app id", clientSecret: "a secret/+%" };

export interface OidcProvider {
  readonly url: string;
  /** What a collection is configured with. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  close(): void;
}

/**
 * The certified OpenID Connect provider. Whoever logs in there is who they say: their subject is the name they
 * type. It speaks on the console while it is open, which nobody hears.
 */
export async function startOidcProvider(redirectUris: readonly string[]): Promise<OidcProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // It says on the terminal what it thinks of the runtime and of its own pages.
  const quiet = (["info", "warn", "log"] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation(() => undefined),
  );
  const { Provider } = (await import("oidc-provider" as string)) as {
    Provider: new (issuer: string, options: object) => { callback(): Parameters<Server["on"]>[1] };
  };
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const claims = {
    email: "oidc@example.com",
    email_verified: true,
    name: "Open Id",
    preferred_username: "openid",
  };
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [...redirectUris],
      },
    ],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ["test"] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "k1", alg: "RS256", use: "sig" }] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...claims }),
    }),
  });
  server.on("request", provider.callback());
  return {
    url,
    client: CLIENT,
    close: () => {
      for (const spy of quiet) spy.mockRestore();
      server.closeAllConnections();
      server.close();
    },
  };
}
