/** One thing that can be asked of the API, in the words of programs. */
export interface Snippet {
  readonly id: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the server's address. */
  readonly path: string;
  /** The official SDK for JavaScript. */
  readonly js: string;
  readonly curl: string;
}

/** The languages of the examples by their own names, which are the same everywhere. */
export const TONGUES = { js: "JavaScript", curl: "curl" } as const;

export interface SnippetOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly name: string;
  readonly type: "base" | "auth" | "view";
  readonly body: Readonly<Record<string, unknown>>;
  /** The value in it that stands for a file. */
  readonly fileSample: string;
}

/** Everything that can be asked about the records of a collection. */
export function collectionSnippets(options: SnippetOptions): Snippet[] {
  const { type } = options;
  return [
    ...readSnippets(options),
    ...(type === "view" ? [] : writeSnippets(options)),
    ...(type === "view" ? [] : [realtimeSnippet(options), batchSnippet(options)]),
    ...(type === "auth" ? authSnippets(options) : []),
  ];
}

function readSnippets(options: SnippetOptions): Snippet[] {
  const { name } = options;
  return [
    snippet(options, {
      id: "list",
      method: "GET",
      path: `${recordsPath(name)}?page=1&perPage=20`,
      js: [
        `const page = await pb.collection(${text(name)}).getList(1, 20, {`,
        `  filter: pb.filter("id != {:id}", { id: "" }),`,
        `});`,
        "",
        `// All of them, or the first that matches.`,
        `const all = await pb.collection(${text(name)}).getFullList();`,
        `const first = await pb.collection(${text(name)}).getFirstListItem('id != ""');`,
      ],
    }),
    snippet(options, {
      id: "view",
      method: "GET",
      path: `${recordsPath(name)}/RECORD_ID`,
      js: [`const record = await pb.collection(${text(name)}).getOne("RECORD_ID");`],
    }),
  ];
}

function writeSnippets(options: SnippetOptions): Snippet[] {
  const { name, body } = options;
  const data = ["const data = " + jsValue(body, options.fileSample) + ";", ""];
  return [
    snippet(options, {
      id: "create",
      method: "POST",
      path: recordsPath(name),
      body,
      js: [...data, `const record = await pb.collection(${text(name)}).create(data);`],
    }),
    snippet(options, {
      id: "update",
      method: "PATCH",
      path: `${recordsPath(name)}/RECORD_ID`,
      body,
      js: [...data, `const record = await pb.collection(${text(name)}).update("RECORD_ID", data);`],
    }),
    snippet(options, {
      id: "delete",
      method: "DELETE",
      path: `${recordsPath(name)}/RECORD_ID`,
      js: [`await pb.collection(${text(name)}).delete("RECORD_ID");`],
    }),
  ];
}

function realtimeSnippet(options: SnippetOptions): Snippet {
  const { name, baseUrl } = options;
  return {
    ...snippet(options, {
      id: "realtime",
      method: "GET",
      path: "/api/realtime",
      js: [
        `// "*" for every record, or the id of one.`,
        `const stop = await pb.collection(${text(name)}).subscribe("*", ({ action, record }) => {`,
        `  console.log(action, record);`,
        `});`,
        "",
        `await stop();`,
      ],
    }),
    curl: [
      `# The first message names the client; say then what it follows.`,
      `curl -N ${quote(`${baseUrl}/api/realtime`)}`,
      "",
      `curl -X POST ${quote(`${baseUrl}/api/realtime`)} \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d ${quote(`{"clientId":"CLIENT_ID","subscriptions":["${name}/*"]}`)}`,
    ].join("\n"),
  };
}

function batchSnippet(options: SnippetOptions): Snippet {
  const { name } = options;
  const url = recordsPath(name);
  return snippet(options, {
    id: "batch",
    method: "POST",
    path: "/api/batch",
    body: {
      requests: [
        { method: "POST", url, body: {} },
        { method: "PATCH", url: `${url}/RECORD_ID`, body: {} },
        { method: "DELETE", url: `${url}/RECORD_ID` },
      ],
    },
    js: [
      `// All of it is done, or nothing. Batches are switched on in the settings.`,
      `const batch = pb.createBatch();`,
      `batch.collection(${text(name)}).create({});`,
      `batch.collection(${text(name)}).update("RECORD_ID", {});`,
      `batch.collection(${text(name)}).delete("RECORD_ID");`,
      `const results = await batch.send();`,
    ],
  });
}

/** Method, last part of the path, body, and the call of the SDK. */
type AuthRow = readonly [
  id: string,
  path: string,
  body: Record<string, string> | undefined,
  js: string,
];

const AUTH_ROWS: readonly AuthRow[] = [
  ["auth-methods", "auth-methods", undefined, "listAuthMethods()"],
  [
    "auth-with-password",
    "auth-with-password",
    { identity: "test@example.com", password: "12345678" },
    'authWithPassword("test@example.com", "12345678")',
  ],
  [
    "auth-with-oauth2",
    "auth-with-oauth2",
    { provider: "google", code: "CODE", codeVerifier: "VERIFIER", redirectURL: "REDIRECT_URL" },
    'authWithOAuth2({ provider: "google" })',
  ],
  ["request-otp", "request-otp", { email: "test@example.com" }, 'requestOTP("test@example.com")'],
  [
    "auth-with-otp",
    "auth-with-otp",
    { otpId: "OTP_ID", password: "CODE" },
    'authWithOTP("OTP_ID", "CODE")',
  ],
  ["auth-refresh", "auth-refresh", {}, "authRefresh()"],
  [
    "request-verification",
    "request-verification",
    { email: "test@example.com" },
    'requestVerification("test@example.com")',
  ],
  [
    "confirm-verification",
    "confirm-verification",
    { token: "TOKEN" },
    'confirmVerification("TOKEN")',
  ],
  [
    "request-password-reset",
    "request-password-reset",
    { email: "test@example.com" },
    'requestPasswordReset("test@example.com")',
  ],
  [
    "confirm-password-reset",
    "confirm-password-reset",
    { token: "TOKEN", password: "12345678", passwordConfirm: "12345678" },
    'confirmPasswordReset("TOKEN", "12345678", "12345678")',
  ],
  [
    "request-email-change",
    "request-email-change",
    { newEmail: "new@example.com" },
    'requestEmailChange("new@example.com")',
  ],
  [
    "confirm-email-change",
    "confirm-email-change",
    { token: "TOKEN", password: "12345678" },
    'confirmEmailChange("TOKEN", "12345678")',
  ],
];

function authSnippets(options: SnippetOptions): Snippet[] {
  const { name } = options;
  return AUTH_ROWS.map(([id, path, body, call]) =>
    snippet(options, {
      id,
      method: body ? "POST" : "GET",
      path: `/api/collections/${name}/${path}`,
      body,
      js: [`const result = await pb.collection(${text(name)}).${call};`],
    }),
  );
}

interface Draft {
  readonly id: string;
  readonly method: Snippet["method"];
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly js: readonly string[];
}

function snippet({ baseUrl, fileSample }: SnippetOptions, draft: Draft): Snippet {
  const { id, method, path, body, js } = draft;
  const start = [
    'import PocketBase from "pocketbase";',
    "",
    `const pb = new PocketBase(${text(baseUrl)});`,
  ];
  const curl = [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quote(baseUrl + path)}`,
    `-H 'Authorization: TOKEN'`,
    ...(body ? curlBody(body, fileSample) : []),
  ];
  return { id, method, path, js: [...start, "", ...js].join("\n"), curl: curl.join(" \\\n  ") };
}

/** A body with files is a form, whose other values stand in one part as JSON. */
function curlBody(body: Readonly<Record<string, unknown>>, fileSample: string): string[] {
  const entries = Object.entries(body);
  const files = entries.filter(([, value]) => value === fileSample);
  const data = Object.fromEntries(entries.filter(([, value]) => value !== fileSample));
  if (files.length === 0) {
    return [`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(data))}`];
  }
  return [
    `-F ${quote(`@jsonPayload=${JSON.stringify(data)}`)}`,
    ...files.map(([name]) => `-F ${quote(`${name}=@/path/to/file`)}`),
  ];
}

function jsValue(body: Readonly<Record<string, unknown>>, fileSample: string): string {
  const lines = Object.entries(body).map(([name, value]) => {
    const isFile = value === fileSample;
    return `  ${name}: ${isFile ? 'new File(["…"], "name.txt")' : JSON.stringify(value)},`;
  });
  return ["{", ...lines, "}"].join("\n");
}

function recordsPath(name: string): string {
  return `/api/collections/${name}/records`;
}

function text(value: string): string {
  return JSON.stringify(value);
}

/** For a POSIX shell. */
function quote(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
