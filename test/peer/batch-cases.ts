import { AFRESH, LOOK, MADE, POSTS, SEED } from "./hook-fault-cases.ts";
import type { Case, FilePart, Step, StepOptions } from "./sides.ts";

/* Batches: every method and spelling, what is refused, uploads, limits, rules and handlers. */

const OWNED = "/api/collections/owned/records";
const SECOND = "secondsecosbbbb";
const batch = (requests: unknown, options: StepOptions = {}): Step => [
  "POST /api/batch",
  { json: { requests }, ...options },
];
const post = (body: object = {}, more: object = {}): object => ({
  method: "POST",
  url: POSTS,
  body: { title: "x", ...body },
  ...more,
});
const one = (name: string, ...steps: readonly Step[]): Case => ({
  name,
  before: AFRESH,
  steps: [...steps, ...LOOK],
});

const spellings: readonly Case[] = [
  ["nothing", {}],
  ["no requests", { requests: [] }],
  ["null requests", { requests: null }],
  ["requests as text", { requests: "x" }],
  ["requests as an object", { requests: { 0: post() } }],
  ["numbers", { requests: [1] }],
  ["lists", { requests: [[]] }],
  ["an empty one", { requests: [{}] }],
  ["no method", { requests: [{ url: POSTS, body: { title: "x" } }] }],
  ["no url", { requests: [{ method: "POST" }] }],
  ["no body", { requests: [{ method: "POST", url: POSTS }] }],
  ["a null body", { requests: [{ method: "POST", url: POSTS, body: null }] }],
  ["a body of text", { requests: [{ method: "POST", url: POSTS, body: "x" }] }],
  ["a body of a list", { requests: [{ method: "POST", url: POSTS, body: [1] }] }],
  ["keys in capitals", { REQUESTS: [{ METHOD: "POST", URL: POSTS, BODY: { title: "x" } }] }],
  ["more keys", { requests: [post({}, { nope: 1 })], nope: 2 }],
  ["a method in small letters", { requests: [post({}, { method: "post" })] }],
  ["get", { requests: [{ method: "GET", url: POSTS }] }],
  ["an unknown method", { requests: [post({}, { method: "NOPE" })] }],
  ["head", { requests: [{ method: "HEAD", url: POSTS }] }],
  ["a method as number", { requests: [post({}, { method: 1 })] }],
  ["headers as text", { requests: [post({}, { headers: "x" })] }],
  ["headers as numbers", { requests: [post({}, { headers: { a: 1 } })] }],
  ["null headers", { requests: [post({}, { headers: null })] }],
  ["as a list", [post()]],
].map(([name, json]): Case => one(`batch of ${String(name)}`, ["POST /api/batch", { json }]));

const urls = [
  "http://127.0.0.1/api/collections/posts/records",
  "api/collections/posts/records",
  "/api/collections/posts/records/",
  "//api/collections/posts/records",
  "/api/collections/nope/records",
  "/api/collections/titles/records",
  "/api/collections/pbc_posts000000/records",
  "/api/collections/POSTS/records",
  "/api/collections/posts",
  "/api/health",
  "/api/batch",
  "/api/collections/posts/records?fields=title",
  "/api/collections/posts/records?expand=owner&fields=id,expand",
  "/api/collections/posts/records?title=query",
  "/api/collections/posts/records#x",
  "/api/collections/posts%2Frecords",
  "/api/collections/po%73ts/records",
  "/api/collections/posts/records?a=%zz",
  "/api/collections/ /records",
  `/${"a".repeat(2100)}`,
  "/api/collections/users/auth-with-password",
  "/api/settings",
  "/api/collections/posts/records?fields=title:excerpt(",
  "/API/collections/posts/records",
  "/api/collections//records",
  "/api/files/token",
].map((url): Case =>
  one(`batch to ${url.slice(0, 80)}`, batch([{ method: "POST", url, body: { title: "x" } }])),
);

const methods: readonly Case[] = [
  one("put makes", batch([{ method: "PUT", url: POSTS, body: { id: MADE, title: "put" } }])),
  one("put makes without an id", batch([{ method: "PUT", url: POSTS, body: { title: "put" } }])),
  one("put changes", batch([{ method: "PUT", url: POSTS, body: { id: SEED, title: "put" } }])),
  one(
    "put twice",
    batch([
      { method: "PUT", url: POSTS, body: { id: MADE, title: "one" } },
      { method: "PUT", url: POSTS, body: { id: MADE, num: 2 } },
    ]),
  ),
  one(
    "put of a bad id",
    batch([{ method: "PUT", url: POSTS, body: { id: "short", title: "put" } }]),
  ),
  one("put of an empty id", batch([{ method: "PUT", url: POSTS, body: { id: "", title: "put" } }])),
  one("put of a number", batch([{ method: "PUT", url: POSTS, body: { id: 5, title: "put" } }])),
  one("put of a null id", batch([{ method: "PUT", url: POSTS, body: { id: null, title: "put" } }])),
  one(
    "put with the id in the path",
    batch([{ method: "PUT", url: `${POSTS}/${SEED}`, body: { title: "put" } }]),
  ),
  one(
    "put with a query",
    batch([{ method: "PUT", url: `${POSTS}?fields=id,num`, body: { id: SEED, num: 4 } }]),
  ),
  one(
    "put in an unknown collection",
    batch([{ method: "PUT", url: "/api/collections/nope/records", body: { id: SEED } }]),
  ),
  one("put without a body", batch([{ method: "PUT", url: POSTS }])),
  one(
    "put of a secret id",
    batch([{ method: "PUT", url: OWNED, body: { id: MADE, title: "mine" } }]),
  ),
  one("patch", batch([{ method: "PATCH", url: `${POSTS}/${SEED}`, body: { title: "patch" } }])),
  one(
    "patch of a missing one",
    batch([{ method: "PATCH", url: `${POSTS}/nope`, body: { title: "patch" } }]),
  ),
  one("patch without id", batch([{ method: "PATCH", url: POSTS, body: { title: "patch" } }])),
  one(
    "patch of another id",
    batch([{ method: "PATCH", url: `${POSTS}/${SEED}`, body: { id: MADE } }]),
  ),
  one(
    "patch with modifiers",
    batch([
      { method: "PATCH", url: `${POSTS}/${SEED}`, body: { "num+": 3, "tags+": "a" } },
      { method: "PATCH", url: `${POSTS}/${SEED}`, body: { "num+": 3, "tags+": ["b"] } },
    ]),
  ),
  one("delete", batch([{ method: "DELETE", url: `${POSTS}/${SEED}` }])),
  one(
    "delete with a body",
    batch([{ method: "DELETE", url: `${POSTS}/${SEED}`, body: { id: "x" } }]),
  ),
  one(
    "delete twice",
    batch([
      { method: "DELETE", url: `${POSTS}/${SEED}` },
      { method: "DELETE", url: `${POSTS}/${SEED}` },
    ]),
  ),
  one(
    "make, change and delete",
    batch([
      post({ id: MADE }),
      { method: "PATCH", url: `${POSTS}/${MADE}`, body: { num: 1 } },
      { method: "DELETE", url: `${POSTS}/${MADE}` },
    ]),
  ),
  one(
    "what one makes the next refers to",
    batch([
      post({ id: MADE }),
      { method: "POST", url: "/api/collections/comments/records", body: { post: MADE, text: "c" } },
    ]),
  ),
  one(
    "what the last one would make is not there yet",
    batch([
      { method: "POST", url: "/api/collections/comments/records", body: { post: MADE, text: "c" } },
      post({ id: MADE }),
    ]),
  ),
  one("the same id twice", batch([post({ id: MADE }), post({ id: MADE })])),
  one("the same slug twice", batch([post({ slug: "q" }), post({ slug: "q" })])),
  one("the second is refused", batch([post({ id: MADE }), post({ title: "" }), post()])),
  one("the second is unknown", batch([post({ id: MADE }), { method: "POST", url: "/nope" }])),
  one("the first is unknown", batch([{ method: "DELETE", url: "/nope" }, post({ id: MADE })])),
  one("the second may not", batch([post({ id: MADE }), { method: "DELETE", url: `${OWNED}/x` }])),
  one(
    "twenty",
    batch(
      Array.from({ length: 20 }, (_, index) =>
        post({ num: index, id: `twentytwenty${index + 100}` }),
      ),
    ),
  ),
  one(
    "twenty-one",
    batch(
      Array.from({ length: 21 }, (_, index) =>
        post({ num: index, id: `twentytwenty${index + 100}` }),
      ),
    ),
  ),
];

const rules: readonly Case[] = ([undefined, "ann", "bob", "root"] as const).flatMap((as) => [
  one(
    `owned by ${as}`,
    batch(
      [
        {
          method: "POST",
          url: OWNED,
          body: { id: "ownedownedoaaaa", title: "o", owner: "annannann000000" },
        },
        { method: "PATCH", url: `${OWNED}/ownedownedoaaaa`, body: { title: "p" } },
      ],
      as ? { as } : {},
    ),
    [`DELETE ${OWNED}/ownedownedoaaaa`, { as: "root" }],
  ),
  one(
    `locked by ${as}`,
    [
      `POST ${OWNED}`,
      { as: "ann", json: { id: "ownedownedoaaaa", title: "o", owner: "annannann000000" } },
    ],
    batch(
      [{ method: "PATCH", url: `${OWNED}/ownedownedoaaaa`, body: { title: "p", locked: true } }],
      as ? { as } : {},
    ),
    batch(
      [{ method: "PUT", url: OWNED, body: { id: "ownedownedoaaaa", title: "put" } }],
      as ? { as } : {},
    ),
    batch([{ method: "DELETE", url: `${OWNED}/ownedownedoaaaa` }], as ? { as } : {}),
    [`DELETE ${OWNED}/ownedownedoaaaa`, { as: "root" }],
  ),
  one(
    `a user by ${as}`,
    batch(
      [
        {
          method: "POST",
          url: "/api/collections/users/records",
          body: {
            id: `batch${as ?? "none"}useraaaaaa`.slice(0, 15),
            email: `batch${as}@example.com`,
            password: "1234567890",
            passwordConfirm: "1234567890",
            verified: true,
          },
        },
      ],
      as ? { as } : {},
    ),
    [
      `DELETE /api/collections/users/records/${`batch${as ?? "none"}useraaaaaa`.slice(0, 15)}`,
      { as: "root" },
    ],
  ),
]);

const headers: readonly Case[] = [
  one(
    "headers of their own",
    [
      "PATCH /api/collections/owned",
      {
        as: "root",
        json: {
          createRule:
            "@request.headers.x_own = 'yes' || @request.headers.authorization:isset = true && @request.headers.x_other = 'yes'",
        },
      },
    ],
    batch([{ method: "POST", url: OWNED, body: { title: "h" }, headers: { "X-Own": "yes" } }]),
    batch([{ method: "POST", url: OWNED, body: { title: "h" } }], { headers: { "x-own": "yes" } }),
    batch([{ method: "POST", url: OWNED, body: { title: "h" }, headers: { "X-Own": "no" } }], {
      headers: { "x-own": "yes" },
    }),
    batch([
      {
        method: "POST",
        url: OWNED,
        body: { title: "h" },
        headers: { Authorization: "x", "X-Other": "yes" },
      },
    ]),
    batch([{ method: "POST", url: OWNED, body: { title: "h" }, headers: { "x own": "yes" } }]),
    [
      "PATCH /api/collections/owned",
      { as: "root", json: { createRule: "@request.auth.id != '' && owner = @request.auth.id" } },
    ],
    ["DELETE /api/collections/owned/truncate", { as: "root" }],
  ),
  one(
    "a token of their own",
    batch([
      {
        method: "POST",
        url: OWNED,
        body: { title: "h", owner: "annannann000000" },
        headers: { Authorization: "{token.ann}" },
      },
    ]),
  ),
  one(
    "what rules see",
    [
      "PATCH /api/collections/owned",
      {
        as: "root",
        json: {
          createRule:
            "@request.context = 'batch' && @request.method = 'POST' && @request.query.q = '1' && @request.body.title = 'h'",
        },
      },
    ],
    batch([{ method: "POST", url: `${OWNED}?q=1`, body: { title: "h" } }]),
    batch([{ method: "PUT", url: `${OWNED}?q=1`, body: { title: "h" } }]),
    batch([{ method: "POST", url: OWNED, body: { title: "h" } }]),
    [
      "PATCH /api/collections/owned",
      { as: "root", json: { createRule: "@request.auth.id != '' && owner = @request.auth.id" } },
    ],
    ["DELETE /api/collections/owned/truncate", { as: "root" }],
  ),
];

const text = (name: string, content = "hello"): FilePart => [name, content, "text/plain"];
const formOf = (requests: unknown, ...parts: NonNullable<StepOptions["form"]>): Step => [
  "POST /api/batch",
  { form: [["@jsonPayload", JSON.stringify({ requests })], ...parts] },
];
const forms: readonly Case[] = [
  one(
    "form: a file for the first",
    formOf([post({ id: MADE })], ["requests.0.files", text("batch.txt")]),
  ),
  one(
    "form: files for two",
    formOf(
      [post({ id: MADE }), { method: "PATCH", url: `${POSTS}/${SEED}`, body: { num: 1 } }],
      ["requests.0.files", text("first.txt")],
      ["requests.0.files", text("second.txt")],
      ["requests.1.files+", text("third.txt")],
    ),
  ),
  one("form: brackets", formOf([post({ id: MADE })], ["requests[0].files", text("batch.txt")])),
  one(
    "form: both brackets",
    formOf([post({ id: MADE })], ["requests[0][files]", text("batch.txt")]),
  ),
  one(
    "form: for one that is not there",
    formOf([post({ id: MADE })], ["requests.5.files", text("batch.txt")]),
  ),
  one("form: for no number", formOf([post({ id: MADE })], ["requests.x.files", text("batch.txt")])),
  one("form: without a field", formOf([post({ id: MADE })], ["requests.0", text("batch.txt")])),
  one(
    "form: for an unknown field",
    formOf([post({ id: MADE })], ["requests.0.nope", text("batch.txt")]),
  ),
  one(
    "form: refused afterwards",
    formOf([post({ id: MADE }), post({ title: "" })], ["requests.0.files", text("batch.txt")]),
  ),
  one("form: texts", [
    "POST /api/batch",
    { form: [["requests", JSON.stringify([post({ id: MADE })])]] },
  ]),
  one("form: dotted texts", [
    "POST /api/batch",
    {
      form: [
        ["requests.0.method", "POST"],
        ["requests.0.url", POSTS],
        ["requests.0.body.title", "dotted"],
      ],
    },
  ]),
  one("form: no payload", ["POST /api/batch", { form: [["requests.0.files", text("batch.txt")]] }]),
  one("form: a payload in the body", formOf([post({ id: MADE, "@jsonPayload": '{"num":4}' })])),
  one(
    "form: put",
    formOf(
      [{ method: "PUT", url: POSTS, body: { id: SEED, title: "put" } }],
      ["requests.0.files", text("put.txt")],
    ),
  ),
  one(
    "form: a name beside",
    formOf(
      [{ method: "PATCH", url: `${POSTS}/${SEED}`, body: { files: [] } }],
      ["requests.0.files", text("put.txt")],
    ),
  ),
];

const settings = (batch_: object): Step => [
  "PATCH /api/settings",
  { as: "root", json: { batch: batch_ } },
];
const NORMAL = settings({ enabled: true, maxRequests: 20, timeout: 3, maxBodySize: 0 });
const limits: readonly Case[] = [
  one("limits: off", settings({ enabled: false }), batch([post()]), NORMAL),
  one(
    "limits: one request",
    settings({ enabled: true, maxRequests: 1, timeout: 3 }),
    batch([post()]),
    batch([post(), post()]),
    NORMAL,
  ),
  one(
    "limits: body",
    settings({ enabled: true, maxRequests: 5, timeout: 3, maxBodySize: 100 }),
    batch([post({ data: "x".repeat(200) })]),
    ["POST /api/batch", { json: { requests: [] } }],
    NORMAL,
  ),
  one(
    "limits: wrong ones",
    settings({ enabled: true, maxRequests: -1 }),
    settings({ enabled: true, maxRequests: 0 }),
    settings({ enabled: true, timeout: -1 }),
    settings({ enabled: true, timeout: 0 }),
    settings({ enabled: true, maxBodySize: -1 }),
    settings({ enabled: true, maxRequests: "x" }),
    settings({ enabled: true, maxRequests: 1.5 }),
    NORMAL,
  ),
];

const HANDLERS: Readonly<Record<string, string>> = {
  refuses: "refuse('no')",
  "forbids after": "await e.next(); forbid('later')",
  breaks: "throw new Error('x')",
  stops: "note('stopped')",
  "takes one away": "e.batch = e.batch.slice(0, 1); await e.next()",
  "changes one": "e.batch[0].body.title = 'by hook'; await e.next()",
  "leads one elsewhere": "e.batch[0].url = '/api/nope'; await e.next()",
  "makes a method up": "e.batch[0].method = 'NOPE'; await e.next()",
  empties: "e.batch = []; await e.next()",
  "goes on twice": "await e.next(); await e.next()",
};
const handlers = Object.entries(HANDLERS).map(([what, code]): Case => ({
  ...one(`handler ${what}`, batch([post({ id: MADE }), post({ id: SECOND })])),
  plan: { onBatchRequest: code },
}));

const answering: readonly Case[] = (
  ["onRecordCreateRequest:posts", "onRecordDeleteRequest:posts"] as const
).flatMap((hook) =>
  Object.entries({
    "answers itself": "e.json(418, { own: true })",
    "answers nothing": "e.noContent(204)",
  }).map(([what, code]): Case => ({
    ...one(
      `${hook} ${what}`,
      batch([
        post({ id: MADE }),
        { method: "DELETE", url: `${POSTS}/${SEED}` },
        {
          method: "POST",
          url: "/api/collections/likes/records",
          body: { id: "likelikelikaaaa", text: "like" },
        },
      ]),
    ),
    plan: { [hook]: code },
  })),
);

export const CASES: readonly Case[] = [
  ...spellings,
  ...urls,
  ...methods,
  ...rules,
  ...headers,
  ...forms,
  ...limits,
  ...handlers,
  ...answering,
];
