import { POSTS } from "./hook-fault-cases.ts";
import type { Case, Step, StepOptions } from "./sides.ts";

/* Crons, health, settings, logs, backups, limits of requests, and odd requests to every part of the API. */

const root = (line: string, json?: unknown): Step => [
  line,
  json === undefined ? { as: "root" } : { as: "root", json },
];
const one = (name: string, ...steps: readonly Step[]): Case => ({ name, steps });
const patch = (json: unknown): Step => root("PATCH /api/settings", json);

const settings: readonly Case[] = [
  ["meta", { meta: { appName: "", appURL: "nope", senderName: "", senderAddress: "x" } }],
  ["a long name", { meta: { appName: "x".repeat(256) } }],
  ["a url with a path", { meta: { appURL: "https://example.com/a/b?c=d" } }],
  ["a localhost url", { meta: { appURL: "http://localhost:8090" } }],
  ["hidden controls", { meta: { hideControls: "yes" } }],
  ["an accent colour", { meta: { accentColor: "#ff00ff" } }],
  ["an accent colour that is none", { meta: { accentColor: "red" } }],
  ["smtp", { smtp: { enabled: true } }],
  ["smtp host", { smtp: { enabled: true, host: "nope host", port: 0 } }],
  ["smtp port", { smtp: { enabled: true, host: "127.0.0.1", port: 70000 } }],
  ["smtp method", { smtp: { enabled: false, authMethod: "NOPE" } }],
  ["smtp local name", { smtp: { localName: "bad name" } }],
  ["smtp password", { smtp: { enabled: false, username: "u", password: "secret" } }],
  ["smtp password emptied", { smtp: { password: "" } }],
  ["smtp password masked", { smtp: { password: "******" } }],
  ["s3", { s3: { enabled: true } }],
  [
    "s3 endpoint",
    {
      s3: { enabled: true, bucket: "b", region: "r", endpoint: "::", accessKey: "a", secret: "s" },
    },
  ],
  ["s3 off with a secret", { s3: { enabled: false, secret: "x" } }],
  ["backups cron", { backups: { cron: "nope", cronMaxKeep: 0 } }],
  ["backups keep", { backups: { cron: "* * * * *", cronMaxKeep: 0 } }],
  ["backups back", { backups: { cron: "", cronMaxKeep: 3 } }],
  ["backups s3", { backups: { s3: { enabled: true } } }],
  ["logs", { logs: { maxDays: -1, minLevel: 99 } }],
  ["logs data size", { logs: { maxDataSize: -1 } }],
  ["logs as texts", { logs: { maxDays: "5" } }],
  ["batch", { batch: { enabled: true, maxRequests: -5, timeout: -5, maxBodySize: -5 } }],
  ["rate limits empty", { rateLimits: { enabled: true, rules: [] } }],
  ["rate limits of nothing", { rateLimits: { enabled: false, rules: [{}] } }],
  [
    "rate limits labels",
    {
      rateLimits: {
        rules: [
          "",
          "x",
          "/x",
          "GET /x",
          "get /x",
          "*:auth",
          "*:nope",
          "posts:list",
          "posts:nope",
          "nope:list",
          "/x/",
          " /x",
          "POST /a b",
          "users:auth",
          "users:authWithPassword",
          ":list",
          "*",
          "*:*",
        ].map((label) => ({ label, maxRequests: 1, duration: 1 })),
      },
    },
  ],
  [
    "rate limits numbers",
    {
      rateLimits: {
        rules: [
          { label: "/a", maxRequests: -1, duration: -1 },
          { label: "/b", maxRequests: 0, duration: 0 },
          { label: "/c", maxRequests: 1.5, duration: 1 },
        ],
      },
    },
  ],
  [
    "rate limits twice",
    {
      rateLimits: {
        rules: [
          { label: "/a", maxRequests: 1, duration: 1 },
          { label: "/a", maxRequests: 2, duration: 2 },
          { label: "/a", audience: "@guest", maxRequests: 2, duration: 2 },
          { label: "/a", audience: "@auth", maxRequests: 2, duration: 2 },
          { label: "/b", audience: "@guest", maxRequests: 2, duration: 2 },
          { label: "/b", audience: "@auth", maxRequests: 2, duration: 2 },
        ],
      },
    },
  ],
  [
    "rate limits audience",
    { rateLimits: { rules: [{ label: "/a", audience: "nope", maxRequests: 1, duration: 1 }] } },
  ],
  [
    "rate limits without limits",
    { rateLimits: { rules: [], excludedIPs: ["127.0.0.1", "nope", "::1", "10.0.0.0/8"] } },
  ],
  ["rate limits back", { rateLimits: { enabled: false, rules: [], excludedIPs: [] } }],
  ["proxy", { trustedProxy: { headers: ["X-A", "", "bad header"], useLeftmostIP: "x" } }],
  ["proxy headers", { trustedProxy: { headers: ["X-A", "x b"], useLeftmostIP: true } }],
  ["proxy back", { trustedProxy: { headers: [], useLeftmostIP: false } }],
  ["superuser addresses", { superuserIPs: ["nope"] }],
  ["superuser addresses of others", { superuserIPs: ["10.0.0.1", "10.0.0.0/33"] }],
  ["no object", []],
  ["nothing", {}],
  ["null sections", { meta: null }],
  [
    "meta back",
    {
      meta: {
        appName: "Peer",
        appURL: "http://peer.test",
        senderName: "Peer",
        senderAddress: "peer@example.com",
      },
    },
  ],
  ["unknown keys", { nope: 1, meta: { nope: 2 } }],
  ["sections as texts", { meta: "x" }],
  ["sections as lists", { smtp: [] }],
].map(([name, json]): Case =>
  one(`settings: ${String(name)}`, patch(json), root("GET /api/settings")),
);

const settingsRest: readonly Case[] = [
  one(
    "settings as others",
    ["GET /api/settings"],
    ["GET /api/settings", { as: "ann" }],
    ["PATCH /api/settings", { as: "ann", json: {} }],
  ),
  one(
    "settings fields",
    root("GET /api/settings?fields=meta.appName,smtp"),
    root("PATCH /api/settings?fields=batch", {}),
  ),
  one(
    "settings as a form",
    [
      "PATCH /api/settings",
      {
        as: "root",
        form: [
          ["meta.appName", "Form"],
          ["batch.maxRequests", "7"],
        ],
      },
    ],
    [
      "PATCH /api/settings",
      {
        as: "root",
        form: [
          ["meta.appName", "Peer"],
          ["batch.maxRequests", "20"],
        ],
      },
    ],
  ),
  one(
    "test mails",
    ...[
      {},
      { email: "x" },
      { email: "a@example.com" },
      { email: "a@example.com", template: "nope" },
      { email: "a@example.com", template: "verification" },
      { email: "a@example.com", template: "password-reset", collection: "posts" },
      { email: "a@example.com", template: "password-reset", collection: "nope" },
      { email: "a@example.com", template: "email-change", collection: "users" },
      { email: "a@example.com", template: "otp" },
      { email: "a@example.com", template: "login-alert" },
      { template: "otp", email: ["a@example.com"] },
    ].map((json) => root("POST /api/settings/test/email", json)),
    ["POST /api/settings/test/email", { as: "ann", json: {} }],
  ),
  one(
    "test storage",
    ...[
      {},
      { filesystem: "nope" },
      { filesystem: "storage" },
      { filesystem: "backups" },
      { filesystem: 1 },
    ].map((json) => root("POST /api/settings/test/s3", json)),
  ),
  one(
    "apple secrets",
    ...[
      {},
      { clientId: "a", teamId: "b", keyId: "c", privateKey: "d", duration: 1 },
      { duration: -1 },
      { duration: 99999999 },
    ].map((json) => root("POST /api/settings/apple/generate-client-secret", json)),
  ),
  ...[
    "onSettingsListRequest",
    "onSettingsUpdateRequest",
    "onSettingsReload",
    "onModelUpdate:_params",
    "onModelValidate:_params",
    "onModelUpdateExecute:_params",
    "onModelAfterUpdateSuccess:_params",
  ].flatMap((hook) =>
    Object.entries({
      refuses: "refuse('no')",
      "forbids after": "await e.next(); forbid('later')",
      breaks: "throw new Error('boom')",
      stops: "note('stopped')",
    }).map(([fault, code]): Case => ({
      name: `${hook} ${fault}`,
      plan: { [hook]: code },
      steps: [
        patch({ meta: { appName: "Hooked" } }),
        root("GET /api/settings?fields=meta.appName"),
      ],
      after: [patch({ meta: { appName: "Peer" } })],
    })),
  ),
];

const crons: readonly Case[] = [
  one(
    "crons",
    root("GET /api/crons"),
    ["GET /api/crons"],
    ["GET /api/crons", { as: "ann" }],
    root("GET /api/crons?fields=id"),
    root("POST /api/crons/nope"),
    root("POST /api/crons/__pbOTPCleanup__"),
    root("POST /api/crons/__pbMFACleanup__"),
    root("POST /api/crons/__pbLogsCleanup__"),
    root("POST /api/crons/__pbDBOptimize__"),
    ["POST /api/crons/__pbDBOptimize__"],
    root("POST /api/crons/__pbdboptimize__"),
    root("GET /api/crons/__pbDBOptimize__"),
    root("DELETE /api/crons/__pbDBOptimize__"),
    root("POST /api/crons/"),
    root("POST /api/crons"),
  ),
  one(
    "cron of backups",
    patch({ backups: { cron: "0 0 1 1 *", cronMaxKeep: 2 } }),
    root("GET /api/crons"),
    patch({ backups: { cron: "", cronMaxKeep: 2 } }),
    root("GET /api/crons"),
  ),
];

const health: readonly Case[] = [
  one(
    "health",
    ["GET /api/health"],
    root("GET /api/health"),
    ["GET /api/health", { as: "ann" }],
    ["GET /api/health?fields=message"],
    ["GET /api/health?fields=data.canBackup", { as: "root" }],
    ["HEAD /api/health"],
    ["POST /api/health"],
    ["GET /api/health", { headers: { "x-forwarded-for": "1.2.3.4" }, as: "root" }],
  ),
];

const backups: readonly Case[] = [
  one(
    "backups",
    root("GET /api/backups"),
    root("POST /api/backups", { name: "one.zip" }),
    root("GET /api/backups?fields=key"),
    root("POST /api/backups", { name: "one.zip" }),
    root("DELETE /api/backups/one.zip"),
    ["GET /api/backups"],
    ["POST /api/backups", { as: "ann", json: {} }],
  ),
  one(
    "backups: names",
    ...[
      "x",
      "x.zip.txt",
      "A.zip",
      "a b.zip",
      "../a.zip",
      "ä.zip",
      "@a.zip",
      "a".repeat(150) + ".zip",
      ".zip",
      "a.ZIP",
      1,
    ].map((name) => root("POST /api/backups", { name })),
  ),
  one(
    "backups: of nothing",
    root("GET /api/backups/nope.zip"),
    ["GET /api/backups/nope.zip?token=x"],
    root("POST /api/backups/nope.zip/restore"),
    ["POST /api/backups/nope.zip/restore"],
    root("POST /api/backups/upload"),
    [
      "POST /api/backups/upload",
      { as: "root", form: [["file", ["x.zip", "no zip", "application/zip"]]] },
    ],
    ["POST /api/backups/upload", { as: "root", form: [["file", "text"]] }],
    [
      "POST /api/backups/upload",
      { as: "root", form: [["other", ["x.zip", "PK\u0003\u0004", "application/zip"]]] },
    ],
  ),
  one(
    "backups: downloads",
    root("POST /api/backups", { name: "down.zip" }),
    root("POST /api/files/token"),
    ["HEAD /api/backups/down.zip"],
    ["HEAD /api/backups/down.zip", { as: "root" }],
    ["HEAD /api/backups/down.zip?token={token.root}"],
    ["POST /api/files/token", { as: "ann" }],
    ["HEAD /api/backups/down.zip?token={5.token}"],
    ["HEAD /api/backups/down.zip?token={1.token}"],
    root("DELETE /api/backups/down.zip"),
  ),
  ...["onBackupCreate", "onBackupRestore"].flatMap((hook) =>
    Object.entries({
      refuses: "refuse('no')",
      breaks: "throw new Error('boom')",
      stops: "note('stopped')",
    }).map(([fault, code]): Case => ({
      name: `${hook} ${fault}`,
      plan: { [hook]: code },
      steps: [root("POST /api/backups", { name: "hook.zip" }), root("GET /api/backups?fields=key")],
      after: [root("DELETE /api/backups/hook.zip")],
    })),
  ),
];

const odd: readonly string[] = [
  "/api/collections/posts/records/",
  "/api/collections/posts/records//",
  "/api/collections/posts//records",
  "/api/collections/%70osts/records",
  "/api/collections/posts%2Frecords",
  "/api/collections/posts/records?page=0",
  "/api/collections/posts/records?page=x",
  "/api/collections/posts/records?perPage=-1",
  "/api/collections/posts/records?perPage=1e3",
  "/api/collections/posts/records?page=1&page=2",
  "/api/collections/posts/records?filter=",
  "/api/collections/posts/records?filter=%20",
  "/api/collections/posts/records?filter=(",
  "/api/collections/posts/records?filter=title=1&filter=nope",
  "/api/collections/posts/records?sort=,",
  "/api/collections/posts/records?sort=-title,,num",
  "/api/collections/posts/records?sort=nope",
  "/api/collections/posts/records?sort=+title",
  "/api/collections/posts/records?expand=,,",
  "/api/collections/posts/records?expand=owner.nope.x",
  "/api/collections/posts/records?fields=,,",
  "/api/collections/posts/records?fields=*,",
  "/api/collections/posts/records?fields=nope",
  "/api/collections/posts/records?skipTotal=yes",
  "/api/collections/posts/records?skipTotal=true&perPage=1",
  "/api/collections/posts/records?skipTotal=0",
  "/api/collections/posts/records?%",
  "/api/collections/posts/records?a;b",
  "/api/collections/posts/records?filter=title~%00",
  "/api/collections/posts/records?filter=secret='x'",
  "/api/collections/posts/records?sort=secret",
  "/api/collections/posts/records?filter=owner.password='x'",
  "/api/collections/posts/records?filter=owner.email!=''",
  "/api/collections/posts/records?filter=@request.auth.id=''",
  "/api/collections/posts/records?filter=@collection.users.id!=''",
  "/api/collections/posts/records?sort=@request.auth.id",
  "/api/collections/posts/records?FILTER=title='x'",
  "/api/collections/posts/records/nope",
  "/api/collections/posts/records/nope?expand=(",
  "/api/collections/posts/records/%00",
  "/api/collections/posts/records/a%2Fb",
  "/api/collections/nope/records",
  "/api/collections/nope/records/x",
  "/api/collections/_superusers/records",
  "/api/collections/_otps/records",
  "/api/collections/users/records",
  "/api/collections/owned/records",
  "/api/collections/titles/records?filter=title!=''",
  "/api/collections/titles/records/nope",
  "/api/logs",
  "/api/logs/stats",
  "/api/logs/nope",
  "/api/collections",
  "/api/collections/posts",
  "/api/settings",
  "/api/crons",
  "/api/backups",
  "/api",
  "/api/",
  "/API/health",
  "/api/oauth2-redirect",
  "/api/oauth2-redirect?state=x&code=y",
  "/api/collections/users/auth-methods",
  "/api/collections/users/auth-refresh",
  "/api/collections/users/auth-with-password",
  "/api/collections/users/request-otp",
  "/api/realtime/x",
  "/api/batch",
  "/api/files",
  "/api/files/x",
  "/api/files/x/y",
  "/api/sql",
  "/api/nope/nope",
];
const requests: readonly Case[] = [
  ...odd.flatMap((path) =>
    (["GET", "HEAD"] as const).flatMap((method) =>
      [undefined, "ann", "root"].map((as): Case =>
        one(`${method} ${path} of ${as}`, [`${method} ${path}`, as ? { as } : {}]),
      ),
    ),
  ),
  ...[
    "/api/collections/posts/records",
    "/api/collections/posts/records/x",
    "/api/health",
    "/api/settings",
    "/api/files/a/b/c",
    "/api/nope",
    "/api/collections/users/auth-with-password",
    "/api/batch",
    "/api/crons/x",
    "/api/logs",
  ].flatMap((path) =>
    ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "SEARCH"].map((method): Case =>
      one(
        `${method} ${path}`,
        [`${method} ${path}`],
        [`${method} ${path}`, { as: "root", json: {} }],
      ),
    ),
  ),
];

const bodies: readonly (readonly [string, StepOptions])[] = [
  ["no type", { raw: '{"title":"x"}' }],
  [
    "json with a charset",
    { raw: '{"title":"x"}', headers: { "content-type": "application/json; charset=utf-8" } },
  ],
  ["json in capitals", { raw: '{"title":"x"}', headers: { "content-type": "APPLICATION/JSON" } }],
  [
    "json with a blank before",
    { raw: '{"title":"x"}', headers: { "content-type": " application/json" } },
  ],
  [
    "json of another kind",
    { raw: '{"title":"x"}', headers: { "content-type": "application/merge-patch+json" } },
  ],
  ["text", { raw: '{"title":"x"}', headers: { "content-type": "text/plain" } }],
  ["nothing at all", { headers: { "content-type": "application/json" } }],
  [
    "two values",
    { raw: '{"title":"x"}{"title":"y"}', headers: { "content-type": "application/json" } },
  ],
  ["a comment", { raw: '{"title":"x"}//', headers: { "content-type": "application/json" } }],
  ["a comma too many", { raw: '{"title":"x",}', headers: { "content-type": "application/json" } }],
  ["single quotes", { raw: "{'title':'x'}", headers: { "content-type": "application/json" } }],
  [
    "a control character",
    { raw: '{"title":"a\nb"}', headers: { "content-type": "application/json" } },
  ],
  [
    "a big number",
    { raw: '{"title":"x","num":1e400}', headers: { "content-type": "application/json" } },
  ],
  [
    "a long number",
    {
      raw: '{"title":"x","num":12345678901234567890}',
      headers: { "content-type": "application/json" },
    },
  ],
  [
    "a negative zero",
    { raw: '{"title":"x","num":-0,"data":-0}', headers: { "content-type": "application/json" } },
  ],
  [
    "deep",
    {
      raw: `{"title":"x","data":${"[".repeat(200)}${"]".repeat(200)}}`,
      headers: { "content-type": "application/json" },
    },
  ],
  ["a number for a text", { json: { title: 12.5 } }],
  ["true for a text", { json: { title: true } }],
  ["an object for a text", { json: { title: { a: 1 } } }],
  ["a list for a text", { json: { title: ["a"] } }],
  ["null for a text", { json: { title: null } }],
  ["a text for a number", { json: { title: "x", num: "12" } }],
  ["a word for a number", { json: { title: "x", num: "twelve" } }],
  ["true for a number", { json: { title: "x", num: true } }],
  ["a text for a bool", { json: { title: "x", open: "yes" } }],
  ["a number for a bool", { json: { title: "x", open: 2 } }],
  ["a text for a list", { json: { title: "x", tags: "a" } }],
  ["a json text for a list", { json: { title: "x", tags: '["a","b"]' } }],
  ["too many for a list", { json: { title: "x", tags: ["a", "b", "c"] } }],
  ["the same for a list", { json: { title: "x", tags: ["a", "a"] } }],
  ["an unknown one for a list", { json: { title: "x", tags: ["z"] } }],
  ["a bad address", { json: { title: "x", mail: "nope" } }],
  ["a missing relation", { json: { title: "x", owner: "nopenopenopnope" } }],
  [
    "a list for a relation",
    { json: { title: "x", owner: ["annannann000000", "bobbobbob000000"] } },
  ],
  ["twenty-one characters", { json: { title: "ü".repeat(21) } }],
  ["twenty characters of four bytes", { json: { title: "😀".repeat(20) } }],
  ["a date", { json: { title: "x", created: "2020-01-01" } }],
  ["an id of capitals", { json: { title: "x", id: "ABCDEFGHIJKLMNO" } }],
  ["a short id", { json: { title: "x", id: "abc" } }],
  ["a long id", { json: { title: "x", id: "a".repeat(16) } }],
  [
    "collection names",
    { json: { title: "x", collectionId: "y", collectionName: "z", expand: { a: 1 } } },
  ],
  ["autogenerate", { json: { "title:autogenerate": "abc", title: "x" } }],
  [
    "gzip",
    {
      raw: '{"title":"x"}',
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
    },
  ],
];
const writing: readonly Case[] = bodies.map(([name, options]): Case =>
  one(`body: ${name}`, [`POST ${POSTS}`, options]),
);

const negotiation: readonly Case[] = [
  ...[
    { "accept-encoding": "gzip" },
    { "accept-encoding": "gzip;q=0" },
    { "accept-encoding": "br" },
    { "accept-encoding": "GZIP" },
    { "accept-encoding": "*" },
    { "accept-encoding": "deflate, gzip" },
    { accept: "text/html" },
    { origin: "https://a.example" },
    { origin: "null" },
    { origin: "" },
    { host: "evil.example" },
    { "x-http-method-override": "DELETE" },
    { connection: "close" },
    { expect: "100-continue" },
    { te: "trailers" },
    { authorization: "Basic YTpi" },
    { authorization: "Bearer" },
    { authorization: "x y z" },
    { cookie: "a=b" },
  ].map((headers): Case =>
    one(
      `headers ${JSON.stringify(headers)}`,
      ["GET /api/health", { headers }],
      ["GET /api/collections/posts/records?fields=id&perPage=1", { headers }],
      ["GET /api/nope", { headers }],
    ),
  ),
  ...[
    { "access-control-request-method": "POST" },
    { "access-control-request-method": "FOO" },
    { "access-control-request-headers": "a,b" },
    { "access-control-request-private-network": "true" },
  ].flatMap((headers): Case[] => [
    one(
      `preflight ${JSON.stringify(headers)}`,
      ["OPTIONS /api/health", { headers: { origin: "https://a.example", ...headers } }],
      ["OPTIONS /nope", { headers: { origin: "https://a.example", ...headers } }],
      ["OPTIONS /api/collections/posts/records", { headers }],
    ),
  ]),
];

const limited = (rules: readonly object[], more: object = {}): Step =>
  patch({ rateLimits: { enabled: true, rules, ...more } });
const UNLIMITED: Step = patch({ rateLimits: { enabled: false, rules: [], excludedIPs: [] } });
const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);
const LIST: Step = ["GET /api/collections/posts/records?perPage=1&fields=id"];
const limits: readonly Case[] = [
  {
    ...one(
      "limits: a path",
      limited([{ label: "/api/health", maxRequests: 2, duration: 60 }]),
      ...times(4, ["GET /api/health"]),
      ...times(2, LIST),
      ...times(1, ["HEAD /api/health"]),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: a prefix",
      limited([{ label: "/api/", maxRequests: 2, duration: 60 }]),
      ...times(4, LIST),
      ["GET /api/health"],
      root("GET /api/health"),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: a method",
      limited([{ label: "POST /api/collections/posts/records", maxRequests: 1, duration: 60 }]),
      ...times(2, LIST),
      ...times(3, [`POST ${POSTS}`, { json: { title: "" } }]),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: a tag",
      limited([
        { label: "posts:list", maxRequests: 1, duration: 60 },
        { label: "*:view", maxRequests: 1, duration: 60 },
      ]),
      ...times(3, LIST),
      ...times(3, ["GET /api/collections/posts/records/nope"]),
      ...times(2, ["GET /api/collections/users/records"]),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: guests",
      limited([
        { label: "/api/collections/likes/", audience: "@guest", maxRequests: 1, duration: 60 },
      ]),
      ...times(3, ["GET /api/collections/likes/records"]),
      ...times(3, ["GET /api/collections/likes/records", { as: "ann" }]),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: the signed in",
      limited([
        { label: "/api/collections/lists/", audience: "@auth", maxRequests: 1, duration: 60 },
      ]),
      ...times(3, ["GET /api/collections/lists/records"]),
      ...times(3, ["GET /api/collections/lists/records", { as: "ann" }]),
      ...times(3, ["GET /api/collections/lists/records", { as: "bob" }]),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: sign-ins",
      limited([{ label: "*:auth", maxRequests: 2, duration: 60 }]),
      ...times(4, [
        "POST /api/collections/users/auth-with-password",
        { json: { identity: "x", password: "y" } },
      ]),
      ["POST /api/collections/users/request-otp", { json: { email: "nobody@example.com" } }],
      ["POST /api/collections/users/auth-refresh", { as: "ann" }],
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: excluded",
      limited([{ label: "/api/health", maxRequests: 1, duration: 60 }], {
        excludedIPs: ["127.0.0.1"],
      }),
      ...times(3, ["GET /api/health"]),
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: over",
      limited([{ label: "/api/health", maxRequests: 1, duration: 1 }]),
      ...times(2, ["GET /api/health"]),
      ["GET /api/health", { after: 1100 }],
    ),
    after: [UNLIMITED],
  },
  {
    ...one(
      "limits: inside a batch",
      limited([{ label: "posts:create", maxRequests: 1, duration: 60 }]),
      [
        "POST /api/batch",
        {
          json: {
            requests: [
              { method: "POST", url: POSTS, body: { title: "a" } },
              { method: "POST", url: POSTS, body: { title: "b" } },
            ],
          },
        },
      ],
    ),
    after: [UNLIMITED],
  },
];

const sql: readonly Case[] = [
  "select 1 as a, 'x' as b, null as c",
  "select * from nope",
  "",
  "  ",
  "select id from posts limit 1;",
  "select 1; select 2",
  "update posts set num = num",
  "pragma table_info(posts)",
  "select 1.5 as f, x'00ff' as b",
  "begin",
  "attach database ':memory:' as y",
  "-- nothing",
  "select id, created from users order by id limit 1",
  "explain select 1",
].map((query): Case => one(`sql: ${query}`, root("POST /api/sql", { query })));

export const CASES: readonly Case[] = [
  ...settings,
  ...settingsRest,
  ...crons,
  ...health,
  ...backups,
  ...requests,
  ...writing,
  ...negotiation,
  ...limits,
  ...sql,
];
