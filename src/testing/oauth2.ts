import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { randomText } from "../lib/id.ts";

/** One request that the provider was sent. */
export interface ProviderRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface CodeOptions {
  /** Sent with the token, beside the usual (`email`, `id_token`). */
  readonly token?: Readonly<Record<string, unknown>>;
  /** base64url SHA-256 that the verifier must have; any verifier when absent. */
  readonly challenge?: string;
}

/** An OAuth2 provider that says what it is told to say. */
export interface TestProvider {
  readonly url: string;
  /** Endpoints and client for a collection's configuration. */
  readonly config: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly authURL: string;
    readonly tokenURL: string;
    readonly userInfoURL: string;
  };
  /** A code, good once, for a user whose profile is this. */
  code(user: Readonly<Record<string, unknown>>, options?: CodeOptions): string;
  /** Answers of other paths (`/userinfo/emails`): a body sent as JSON, or a status. */
  readonly answers: Map<string, unknown>;
  readonly requests: readonly ProviderRequest[];
  close(): Promise<void>;
}

const CLIENT = { clientId: "test-client", clientSecret: "test secret:%" };

/** Starts a provider on a free port of the loopback address. It takes the client's secret in the header only. */
export async function startOAuth2Provider(): Promise<TestProvider> {
  const codes = new Map<string, { readonly user: object; readonly options: CodeOptions }>();
  const users = new Map<string, object>();
  const answers = new Map<string, unknown>();
  const requests: ProviderRequest[] = [];

  const exchange = (request: ProviderRequest, response: ServerResponse): void => {
    const form = new URLSearchParams(request.body);
    const entry = codes.get(form.get("code") ?? "");
    if (!isClient(request)) return send(response, 401, { error: "invalid_client" });
    if (!entry || !isVerified(form.get("code_verifier"), entry.options)) {
      return send(response, 400, { error: "invalid_grant" });
    }
    codes.delete(form.get("code")!);
    const token = randomText(20);
    users.set(token, entry.user);
    send(response, 200, {
      access_token: token,
      token_type: "bearer",
      refresh_token: `refresh-${token}`,
      expires_in: 3600,
      ...entry.options.token,
    });
  };

  const answer = (request: ProviderRequest, response: ServerResponse): void => {
    requests.push(request);
    const path = request.path.split("?")[0]!;
    if (path === "/token") return exchange(request, response);
    const user = users.get((request.headers.authorization ?? "").replace(/^Bearer /, ""));
    const told = answers.get(path);
    if (typeof told === "number") return send(response, told, {});
    if (told !== undefined) return send(response, 200, told);
    if (path === "/userinfo" && user) return send(response, 200, user);
    send(response, path === "/userinfo" ? 401 : 404, {});
  };

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      answer(
        { method: request.method!, path: request.url!, headers: request.headers, body },
        response,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    url,
    config: {
      ...CLIENT,
      authURL: `${url}/authorize`,
      tokenURL: `${url}/token`,
      userInfoURL: `${url}/userinfo`,
    },
    code(user, options = {}) {
      const code = randomText(20);
      codes.set(code, { user, options });
      return code;
    },
    answers,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function isClient({ headers }: ProviderRequest): boolean {
  const [id, secret] = [CLIENT.clientId, CLIENT.clientSecret].map((part) =>
    encodeURIComponent(part).replaceAll("%20", "+"),
  );
  return headers.authorization === `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

function isVerified(verifier: string | null, { challenge }: CodeOptions): boolean {
  if (challenge === undefined) return true;
  return (
    createHash("sha256")
      .update(verifier ?? "")
      .digest("base64url") === challenge
  );
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
