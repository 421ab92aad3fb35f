/** A world with something behind every route, made through the API, and right requests to start from. */

export interface Api {
  readonly url: string;
  /** A superuser's. */
  readonly token: string;
}

export interface World extends Api {
  readonly userToken: string;
  readonly fileName: string;
}

export interface Sample {
  readonly params?: Readonly<Record<string, string>>;
  /** A body that the route takes; `number` differs from call to call. */
  readonly body?: (number: number) => Readonly<Record<string, unknown>>;
  /** Inputs, by name, that are right too and would take the world away. */
  readonly harmful?: readonly string[];
}

const POST_ID = "post00000000001";
const USER_ID = "user00000000001";
const MISSING = "missing00000000";
const EMAIL = "user@example.com";
const PASSWORD = "1234567890";

const POST_FIELDS = [
  { type: "text", name: "title", required: true, max: 100 },
  { type: "number", name: "count" },
  { type: "bool", name: "isOn" },
  { type: "email", name: "mail" },
  { type: "url", name: "link" },
  { type: "editor", name: "article" },
  { type: "date", name: "day" },
  { type: "autodate", name: "changed", onCreate: true, onUpdate: true },
  { type: "json", name: "data" },
  { type: "geoPoint", name: "place" },
  { type: "select", name: "one", values: ["a", "b"], maxSelect: 1 },
  { type: "select", name: "several", values: ["a", "b"], maxSelect: 2 },
  { type: "relation", name: "author", collectionId: "_pb_users_auth_", maxSelect: 1 },
  { type: "relation", name: "readers", collectionId: "_pb_users_auth_", maxSelect: 5 },
  { type: "file", name: "file", maxSelect: 1 },
  { type: "file", name: "files", maxSelect: 3 },
];

/** Everything is open to everyone, so that guests too come as far as they can. */
const OPEN = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };

export async function makeWorld(api: Api): Promise<World> {
  const users = await send(api, "GET", "/api/collections/users");
  const fields = (users["fields"] as { name: string }[]).map((field) =>
    field.name === "password" ? { ...field, cost: 4 } : field,
  );
  const provider = {
    name: "oidc",
    clientId: "client",
    clientSecret: "secret",
    // Nobody listens there.
    authURL: "http://127.0.0.1:9/auth",
    tokenURL: "http://127.0.0.1:9/token",
    userInfoURL: "http://127.0.0.1:9/user",
  };
  await send(api, "PATCH", "/api/collections/users", {
    fields,
    authAlert: { enabled: false },
    otp: { enabled: true },
    oauth2: { enabled: true, providers: [provider] },
  });
  const posts = {
    id: "pbc_posts000000",
    name: "posts",
    type: "base",
    fields: POST_FIELDS,
    ...OPEN,
  };
  await send(api, "POST", "/api/collections", posts);
  const scratch = { id: "pbc_scratch0000", name: "scratch", type: "base", fields: [text("a")] };
  await send(api, "POST", "/api/collections", scratch);
  const viewQuery = "SELECT id, title, count FROM posts";
  await send(api, "POST", "/api/collections", { name: "titles", type: "view", viewQuery });
  await send(api, "PATCH", "/api/settings", { batch: { enabled: true } });
  const user = { id: USER_ID, email: EMAIL, password: PASSWORD, passwordConfirm: PASSWORD };
  await send(api, "POST", "/api/collections/users/records", { ...user, verified: true });
  const form = new FormData();
  form.set("id", POST_ID);
  form.set("title", "first");
  form.set("file", new File(["content"], "a.txt"));
  const post = await send(api, "POST", "/api/collections/posts/records", form);
  const login = { identity: EMAIL, password: PASSWORD };
  const { token } = await send(api, "POST", "/api/collections/users/auth-with-password", login);
  return { ...api, userToken: String(token), fileName: String(post["file"]) };
}

/** A guest's open event stream. */
export async function openStream(url: string): Promise<{ clientId: string; close(): void }> {
  const stop = new AbortController();
  const { body } = await fetch(`${url}/api/realtime`, { signal: stop.signal });
  const first = await body!.getReader().read();
  const [, clientId = ""] = /"clientId":"(\w+)"/.exec(Buffer.from(first.value!).toString()) ?? [];
  return { clientId, close: () => stop.abort() };
}

async function send(
  { url, token }: Api,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const isForm = body instanceof FormData;
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: token, ...(!isForm && { "content-type": "application/json" }) },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  });
  const content = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${content}`);
  return content === "" ? {} : (JSON.parse(content) as Record<string, unknown>);
}

function text(name: string) {
  return { type: "text", name };
}

/**
 * A right request for every route that has parameters or reads a body: what is to be spoiled. Routes that
 * would take the world away are given names that do not exist.
 */
export function samplesOf({ fileName }: World, clientId: string): Readonly<Record<string, Sample>> {
  const users = { collection: "users" };
  const auth = (body?: Record<string, unknown>): Sample => ({
    params: users,
    ...(body && { body: () => body }),
  });
  const password = "another password";
  return {
    "POST /api/sql": { body: () => ({ query: "select 1" }) },
    "POST /api/backups": { body: () => ({ name: "../outside.zip" }) },
    "POST /api/backups/upload": {},
    "GET /api/backups/{key}": { params: { key: "missing.zip" } },
    "DELETE /api/backups/{key}": { params: { key: "missing.zip" } },
    "POST /api/backups/{key}/restore": { params: { key: "missing.zip" } },
    "GET /_/extensions/{extension}/{path...}": { params: { extension: "missing", path: "a.js" } },
    "GET /api/collections/{collection}": { params: { collection: "posts" } },
    "POST /api/collections": { body: newCollection },
    "PATCH /api/collections/{collection}": {
      params: { collection: "scratch" },
      body: () => ({
        name: "scratch",
        fields: [{ type: "text", name: "a", max: 5 }],
        indexes: ["CREATE INDEX `by_a` ON `scratch` (`a`)"],
        listRule: "a = 'x'",
      }),
      harmful: ["body: keys that differ in case"],
    },
    "DELETE /api/collections/{collection}": { params: { collection: MISSING } },
    "DELETE /api/collections/{collection}/truncate": { params: { collection: MISSING } },
    "PUT /api/collections/import": {
      body: (number) => ({ collections: [newCollection(number)], deleteMissing: false }),
      harmful: ["value: deleteMissing: true"],
    },
    "POST /api/collections/meta/dry-run-view": { body: () => ({ query: "SELECT id FROM posts" }) },
    "GET /api/collections/{collection}/records": { params: { collection: "posts" } },
    "GET /api/collections/{collection}/records/{id}": {
      params: { collection: "posts", id: POST_ID },
    },
    "POST /api/collections/{collection}/records": {
      params: { collection: "posts" },
      body: newPost,
    },
    "PATCH /api/collections/{collection}/records/{id}": {
      params: { collection: "posts", id: POST_ID },
      body: newPost,
    },
    "DELETE /api/collections/{collection}/records/{id}": {
      params: { collection: "posts", id: MISSING },
    },
    "GET /api/collections/{collection}/auth-methods": auth(),
    "POST /api/collections/{collection}/auth-refresh": auth(),
    "POST /api/collections/{collection}/auth-with-password": auth({
      identity: EMAIL,
      password: PASSWORD,
      identityField: "email",
    }),
    "POST /api/collections/{collection}/auth-with-oauth2": auth({
      provider: "oidc",
      code: "code",
      codeVerifier: "verifier",
      redirectURL: "http://127.0.0.1/redirect",
      createData: { name: "new" },
    }),
    "POST /api/collections/{collection}/request-otp": auth({ email: EMAIL }),
    "POST /api/collections/{collection}/auth-with-otp": auth({ otpId: MISSING, password }),
    "POST /api/collections/{collection}/request-password-reset": auth({ email: EMAIL }),
    "POST /api/collections/{collection}/confirm-password-reset": auth({
      token: "a.b.c",
      password,
      passwordConfirm: password,
    }),
    "POST /api/collections/{collection}/request-verification": auth({ email: EMAIL }),
    "POST /api/collections/{collection}/confirm-verification": auth({ token: "a.b.c" }),
    "POST /api/collections/{collection}/request-email-change": auth({ newEmail: "n@example.com" }),
    "POST /api/collections/{collection}/confirm-email-change": auth({ token: "a.b.c", password }),
    "GET /api/collections/{collection}/auth-extras": auth(),
    "PATCH /api/collections/{collection}/auth-extras": auth({ totp: { issuer: "Here" } }),
    "GET /api/collections/{collection}/api-keys": auth(),
    "POST /api/collections/{collection}/api-keys": auth({
      name: "key",
      scopes: [{ collection: "posts", actions: ["list"] }],
    }),
    "DELETE /api/collections/{collection}/api-keys/{id}": { params: { ...users, id: MISSING } },
    "GET /api/collections/{collection}/totp": auth(),
    "POST /api/collections/{collection}/totp/enroll": auth({ password }),
    "POST /api/collections/{collection}/totp/confirm": auth({ code: "123456" }),
    "POST /api/collections/{collection}/totp/remove": auth({ code: "123456" }),
    "POST /api/collections/{collection}/auth-with-totp": auth({ mfaId: MISSING, code: "123456" }),
    "GET /api/collections/{collection}/recovery-codes": auth(),
    "POST /api/collections/{collection}/recovery-codes": auth({ password }),
    "POST /api/collections/{collection}/auth-with-recovery-code": auth({
      mfaId: MISSING,
      code: "abcd-efgh",
    }),
    "POST /api/collections/{collection}/second-factors": auth({ mfaId: MISSING }),
    "DELETE /api/collections/{collection}/second-factors/{id}": {
      params: { ...users, id: MISSING },
    },
    "POST /api/collections/{collection}/auth-anonymous": auth({}),
    "POST /api/collections/{collection}/upgrade-anonymous": auth({
      email: "n@example.com",
      password,
      passwordConfirm: password,
    }),
    "POST /api/collections/{collection}/passkeys/register-options": auth({}),
    "GET /api/collections/{collection}/passkeys": auth(),
    "POST /api/collections/{collection}/passkeys": auth({ name: "key", response: { id: "a" } }),
    "DELETE /api/collections/{collection}/passkeys/{id}": { params: { ...users, id: MISSING } },
    "POST /api/collections/{collection}/passkeys/auth-options": auth({}),
    "POST /api/collections/{collection}/auth-with-passkey": auth({ response: { id: "a" } }),
    "POST /api/collections/{collection}/impersonate/{id}": {
      params: { ...users, id: USER_ID },
      body: () => ({ duration: 60 }),
    },
    "POST /api/oauth2-redirect": { body: () => ({ code: "code", state: "state" }) },
    "POST /api/settings/apple/generate-client-secret": {
      body: () => ({
        clientId: "id",
        teamId: "0123456789",
        keyId: "0123456789",
        privateKey: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
        duration: 60,
      }),
    },
    "POST /api/settings/test/email": {
      body: () => ({ email: EMAIL, template: "verification", collection: "users" }),
    },
    "POST /api/settings/test/s3": { body: () => ({ filesystem: "storage" }) },
    "PATCH /api/settings": {
      body: () => ({
        meta: { appName: "name", appURL: "http://127.0.0.1", senderAddress: EMAIL },
        logs: { maxDays: 5, minLevel: 0 },
        batch: { enabled: true, maxRequests: 50, timeout: 3, maxBodySize: 0 },
        rateLimits: {
          enabled: false,
          rules: [{ label: "*:auth", audience: "", duration: 3, maxRequests: 2 }],
        },
        smtp: { enabled: false, host: "smtp.example.com", port: 587 },
        s3: { enabled: false, bucket: "bucket" },
        trustedProxy: { headers: [], useLeftmostIP: false },
        superuserIPs: [],
      }),
      harmful: [
        "value: rateLimits.enabled: true",
        "value: smtp.enabled: true",
        "value: s3.enabled: true",
      ],
    },
    "POST /api/files/token": {},
    "GET /api/files/{collection}/{recordId}/{filename}": {
      params: { collection: "posts", recordId: POST_ID, filename: fileName },
    },
    "POST /api/realtime": { body: () => ({ clientId, subscriptions: ["posts/*"] }) },
    "POST /api/batch": {
      body: () => ({
        requests: [
          {
            method: "POST",
            url: "/api/collections/posts/records?fields=id",
            headers: { "x-a": "b" },
            body: { title: "in a batch", count: 1 },
          },
        ],
      }),
    },
    "GET /api/logs/{id}": { params: { id: MISSING } },
    "POST /api/crons/{id}": { params: { id: MISSING } },
    "GET /_/{path...}": { params: { "path...": "index.html" } },
    "GET /{path...}": { params: { "path...": "index.html" } },
  };
}

function newCollection(number: number) {
  return {
    id: `pbc_made${number}`,
    name: `made${number}`,
    type: "base",
    fields: [
      { id: "made_text", type: "text", name: "a", min: 1, max: 5, pattern: "^a+$", required: true },
      { id: "made_select", type: "select", name: "s", values: ["a"], maxSelect: 1 },
    ],
    indexes: [`CREATE UNIQUE INDEX \`made_by_a${number}\` ON \`made${number}\` (\`a\`)`],
    listRule: "a = 'x'",
  };
}

function newPost() {
  return {
    title: "title",
    count: 1.5,
    isOn: true,
    mail: EMAIL,
    link: "https://example.com",
    article: "<p>x</p>",
    day: "2026-01-02 03:04:05.678Z",
    data: { a: 1 },
    place: { lon: 1, lat: 2 },
    one: "a",
    several: ["a", "b"],
    author: USER_ID,
    readers: [USER_ID],
    file: "",
    files: [],
    "count+": 1,
    "several-": "a",
  };
}
