import { AFRESH, MADE, POSTS, SEED } from "./hook-fault-cases.ts";
import type { Case, Step, StepOptions } from "./sides.ts";

/* Subscriptions in every spelling, who hears what, and handlers in the way. */

const OWNED = "/api/collections/owned/records";
const subscribe = (subscriptions: unknown, options: StepOptions = {}, client = "a"): Step => [
  "POST /api/realtime",
  { json: { clientId: `{client.${client}}`, subscriptions }, ...options },
];
const options = (value: unknown): string =>
  `?options=${encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value))}`;
const HEAR: Step = ["HEAR a"];
const one = (name: string, ...steps: readonly Step[]): Case => ({
  name,
  before: AFRESH,
  steps: [["CONNECT a"], ...steps],
});

const change: readonly Step[] = [
  [
    `POST ${POSTS}`,
    { json: { id: MADE, title: "made", num: 2, secret: "s", owner: "annannann000000" } },
  ],
  [`PATCH ${POSTS}/${MADE}`, { json: { title: "changed", num: 3 } }],
  [`DELETE ${POSTS}/${MADE}`],
];

const requests: readonly Case[] = [
  ["nothing", {}],
  ["no client", { subscriptions: ["posts"] }],
  ["an unknown client", { clientId: "nope", subscriptions: [] }],
  ["a number", { clientId: 1, subscriptions: [] }],
  ["a long id", { clientId: "x".repeat(256), subscriptions: [] }],
  ["no subscriptions", { clientId: "{client.a}" }],
  ["null subscriptions", { clientId: "{client.a}", subscriptions: null }],
  ["a text", { clientId: "{client.a}", subscriptions: "posts" }],
  ["numbers", { clientId: "{client.a}", subscriptions: [1] }],
  ["empty texts", { clientId: "{client.a}", subscriptions: ["", " ", "posts"] }],
  [
    "a thousand",
    {
      clientId: "{client.a}",
      subscriptions: Array.from({ length: 1000 }, (_, index) => `t${index}`),
    },
  ],
  [
    "a thousand and one",
    {
      clientId: "{client.a}",
      subscriptions: Array.from({ length: 1001 }, (_, index) => `t${index}`),
    },
  ],
  ["a long one", { clientId: "{client.a}", subscriptions: ["x".repeat(2500)] }],
  ["one that is too long", { clientId: "{client.a}", subscriptions: ["x".repeat(2501)] }],
  ["one that is too long in bytes", { clientId: "{client.a}", subscriptions: ["ü".repeat(1251)] }],
  ["the same twice", { clientId: "{client.a}", subscriptions: ["posts", "posts"] }],
].map(([name, json]): Case =>
  one(`subscribing: ${String(name)}`, ["POST /api/realtime", { json }], ...change, HEAR),
);

const forms: readonly Case[] = [
  one(
    "subscribing by a form",
    [
      "POST /api/realtime",
      {
        form: [
          ["clientId", "{client.a}"],
          ["subscriptions", "posts/*"],
        ],
      },
    ],
    ...change,
    HEAR,
  ),
  one(
    "subscribing by a form with two",
    [
      "POST /api/realtime",
      {
        form: [
          ["clientId", "{client.a}"],
          ["subscriptions", "posts/*"],
          ["subscriptions", "posts"],
        ],
      },
    ],
    ...change,
    HEAR,
  ),
  one(
    "subscribing by urlencoded",
    [
      "POST /api/realtime",
      {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        raw: "clientId={client.a}&subscriptions=posts/*",
      },
    ],
    ...change,
    HEAR,
  ),
  one(
    "other methods",
    ["PATCH /api/realtime"],
    ["DELETE /api/realtime"],
    ["PUT /api/realtime", { json: {} }],
    ["OPTIONS /api/realtime"],
  ),
];

const topics = [
  "posts",
  "posts/*",
  `posts/${MADE}`,
  `posts/${SEED}`,
  "pbc_posts000000",
  "pbc_posts000000/*",
  `pbc_posts000000/${MADE}`,
  "POSTS/*",
  "posts/",
  "posts/**",
  "/posts/*",
  "posts/* ",
  " posts/*",
  "titles/*",
  "titles",
  "nope/*",
  "*",
  "users/*",
  "_superusers/*",
  "posts/*/x",
  "posts?x=1",
  "posts/*?options=",
  "posts/*&options={}",
  `posts/*${options("null")}`,
  `posts/*${options("[]")}`,
  `posts/*${options("1")}`,
  `posts/*${options({})}`,
  `posts/*${options({ query: null })}`,
  `posts/*${options({ query: { fields: null } })}`,
  `posts/*${options({ query: { expand: ["owner"] } })}`,
  `posts/*${options({ query: { expand: "owner" } })}`,
  `posts/*${options({ query: { expand: "owner,nope", fields: "title,expand.owner.id" } })}`,
  `posts/*${options({ query: { fields: "id,title:excerpt(2,true)" } })}`,
  `posts/*${options({ query: { filter: "num > 2" } })}`,
  `posts/*${options({ query: { filter: "num >" } })}`,
  `posts/*${options({ query: { filter: "secret = 's'" } })}`,
  `posts/*${options({ query: { filter: "@request.auth.id != ''" } })}`,
  `posts/*${options({ query: { filter: "@collection.users.id != ''" } })}`,
  `posts/*${options({ query: { filter: "owner.email != ''" } })}`,
  `posts/*${options({ query: { filter: "title = 'made'" } })}`,
  `posts/*${options({ query: { sort: "num", page: 2, perPage: 1 } })}`,
  `posts/*${options({ query: { expand: "comments_via_post" } })}`,
  `posts/*${options({ headers: { "X-Token": "t" } })}`,
  `posts/*${options({ headers: { "x-token": 5 } })}`,
  `posts/*${options({ headers: "x" })}`,
  `posts/*${options({ QUERY: { FIELDS: "title" } })}`,
  `posts/*${options({ Query: { fields: "title" } })}`,
  `posts/*${options({ query: { a: true, b: 1.5, c: { d: 1 }, e: [1, "x"] } })}`,
  `posts/*${options({ query: { fields: "title" } })}${options({ query: { fields: "num" } }).replace("?", "&")}`,
  `posts/*?options=${JSON.stringify({ query: { fields: "title" } })}`,
  `posts/*?a=b#c`,
  "posts/*?options=%zz",
  "posts/%2A",
  "po%73ts/*",
].flatMap((topic): Case[] => [
  one(`topic ${topic.slice(0, 90)}`, subscribe([topic]), ...change, HEAR),
  one(`topic ${topic.slice(0, 90)} of ann`, subscribe([topic], { as: "ann" }), ...change, HEAR),
]);

const own = (id: string, more: object = {}): Step => [
  `POST ${OWNED}`,
  { as: "ann", json: { id, title: "o", owner: "annannann000000", ...more } },
];
const ownChange = (id: string): readonly Step[] => [
  own(id),
  [`PATCH ${OWNED}/${id}`, { as: "ann", json: { open: true } }],
  [`PATCH ${OWNED}/${id}`, { as: "ann", json: { open: false, title: "p" } }],
  [`PATCH ${OWNED}/${id}`, { as: "root", json: { owner: "bobbobbob000000" } }],
  [`DELETE ${OWNED}/${id}`, { as: "root" }],
];
const audience: readonly Case[] = ([undefined, "ann", "bob", "dan", "root"] as const).flatMap(
  (as) => [
    one(
      `owned: all of it by ${as}`,
      subscribe(["owned/*"], as ? { as } : {}),
      ...ownChange("ownlistownlaaaa"),
      HEAR,
    ),
    one(
      `owned: one of it by ${as}`,
      subscribe(["owned/ownviewownvaaaa"], as ? { as } : {}),
      ...ownChange("ownviewownvaaaa"),
      HEAR,
    ),
    one(
      `users by ${as}`,
      subscribe(["users/*"], as ? { as } : {}),
      [
        "PATCH /api/collections/users/records/annannann000000",
        { as: "root", json: { name: `n ${as}` } },
      ],
      [
        "PATCH /api/collections/users/records/bobbobbob000000",
        { as: "root", json: { name: `n ${as}` } },
      ],
      HEAR,
    ),
  ],
);

const auth: readonly Case[] = [
  one(
    "a guest signs in",
    subscribe(["owned/*"]),
    subscribe(["owned/*"], { as: "ann" }),
    own("signinsigniaaaa"),
    HEAR,
    [`DELETE ${OWNED}/signinsigniaaaa`, { as: "root" }],
  ),
  one(
    "somebody signs out",
    subscribe(["owned/*"], { as: "ann" }),
    subscribe(["owned/*"]),
    own("signoutsignaaaa"),
    HEAR,
    [`DELETE ${OWNED}/signoutsignaaaa`, { as: "root" }],
  ),
  one(
    "somebody becomes somebody else",
    subscribe(["owned/*"], { as: "ann" }),
    subscribe(["owned/*"], { as: "bob" }),
    subscribe(["owned/*"], { as: "dan" }),
    subscribe(["owned/*"], { as: "root" }),
    subscribe(["posts/*"], { as: "ann" }),
  ),
  one("a token that is none", subscribe(["posts/*"], { as: "nope" }), ...change, HEAR),
  one("unsubscribing", subscribe(["posts/*"]), subscribe([]), ...change, HEAR),
  one("replacing", subscribe(["posts/*"]), subscribe(["comments/*"]), ...change, HEAR),
  one(
    "a password changes",
    [
      "POST /api/collections/users/records",
      {
        as: "root",
        json: {
          id: "realtimerealaaa",
          email: "rt@example.com",
          password: "1234567890",
          passwordConfirm: "1234567890",
        },
      },
    ],
    [
      "POST /api/collections/users/impersonate/realtimerealaaa",
      { as: "root", json: { duration: 1000 } },
    ],
    subscribe(["posts/*", "users/realtimerealaaa"], { as: "{2.token}" }),
    ["PATCH /api/collections/users/records/realtimerealaaa", { as: "root", json: { name: "n" } }],
    HEAR,
    [
      "PATCH /api/collections/users/records/realtimerealaaa",
      { as: "root", json: { password: "abcdefghij", passwordConfirm: "abcdefghij" } },
    ],
    HEAR,
    ...change,
    HEAR,
    ["DELETE /api/collections/users/records/realtimerealaaa", { as: "root" }],
    HEAR,
    ...change,
    HEAR,
  ),
  one(
    "a user's name in the rule's way",
    subscribe(["owned/*"], { as: "ann" }),
    own("rulechangeaaaaa"),
    [
      "PATCH /api/collections/owned",
      { as: "root", json: { listRule: "@request.auth.name = 'free'" } },
    ],
    [`PATCH ${OWNED}/rulechangeaaaaa`, { as: "root", json: { title: "x" } }],
    HEAR,
    [
      "PATCH /api/collections/users/records/annannann000000",
      { as: "root", json: { name: "free" } },
    ],
    [`PATCH ${OWNED}/rulechangeaaaaa`, { as: "root", json: { title: "y" } }],
    HEAR,
    ["PATCH /api/collections/owned", { as: "root", json: { listRule: null } }],
    [`PATCH ${OWNED}/rulechangeaaaaa`, { as: "root", json: { title: "z" } }],
    HEAR,
    [
      "PATCH /api/collections/owned",
      { as: "root", json: { listRule: "owner = @request.auth.id" } },
    ],
    [`DELETE ${OWNED}/rulechangeaaaaa`, { as: "root" }],
    HEAR,
  ),
  one(
    "rules about the request",
    [
      "PATCH /api/collections/owned",
      {
        as: "root",
        json: {
          listRule:
            "@request.query.q = '1' || @request.headers.x_h = 'h' || (@request.context = 'realtime' && @request.method = 'GET' && title = 'ctx')",
        },
      },
    ],
    subscribe([
      "owned/*",
      `owned/*${options({ query: { q: "1" } })}`,
      `owned/*${options({ query: { q: 1 } })}`,
      `owned/*${options({ headers: { "X-H": "h" } })}`,
    ]),
    own("rulequeryaaaaaa"),
    HEAR,
    own("rulecontextaaaa", { title: "ctx" }),
    HEAR,
    [
      "PATCH /api/collections/owned",
      { as: "root", json: { listRule: "owner = @request.auth.id" } },
    ],
    ["DELETE /api/collections/owned/truncate", { as: "root" }],
    HEAR,
  ),
  one(
    "rules about other records",
    ["PATCH /api/collections/comments", { as: "root", json: { listRule: "post.num > 2" } }],
    [`PATCH ${POSTS}/${SEED}`, { json: { num: 3 } }],
    subscribe(["comments/*", "posts/*"]),
    [
      "POST /api/collections/comments/records",
      { json: { id: "commentcomaaaa1", post: SEED, text: "c" } },
    ],
    HEAR,
    [`PATCH ${POSTS}/${SEED}`, { json: { num: 1 } }],
    ["PATCH /api/collections/comments/records/commentcomaaaa1", { json: { text: "d" } }],
    HEAR,
    [`PATCH ${POSTS}/${SEED}`, { json: { num: 5 } }],
    [`DELETE ${POSTS}/${SEED}`],
    HEAR,
    ["PATCH /api/collections/comments", { as: "root", json: { listRule: "" } }],
  ),
  one(
    "cascades",
    subscribe(["comments/*", "posts/*", "likes/*"]),
    [
      "POST /api/collections/comments/records",
      { json: { id: "commentcomaaaa1", post: SEED, text: "c" } },
    ],
    [
      "POST /api/collections/likes/records",
      { json: { id: "likelikelikaaaa", posts: [SEED], text: "like" } },
    ],
    HEAR,
    [`DELETE ${POSTS}/${SEED}`],
    HEAR,
  ),
  one(
    "a batch",
    subscribe(["posts/*"]),
    [
      "POST /api/batch",
      {
        json: {
          requests: [
            { method: "POST", url: POSTS, body: { id: MADE, title: "one" } },
            { method: "PATCH", url: `${POSTS}/${MADE}`, body: { title: "two" } },
            { method: "PATCH", url: `${POSTS}/${SEED}`, body: { title: "three" } },
            { method: "DELETE", url: `${POSTS}/${MADE}` },
          ],
        },
      },
    ],
    HEAR,
  ),
  one(
    "a batch that fails",
    subscribe(["posts/*"]),
    [
      "POST /api/batch",
      {
        json: {
          requests: [
            { method: "POST", url: POSTS, body: { id: MADE, title: "one" } },
            { method: "DELETE", url: `${POSTS}/${SEED}` },
            { method: "POST", url: POSTS, body: { title: "" } },
          ],
        },
      },
    ],
    HEAR,
  ),
  one(
    "truncating",
    subscribe(["posts/*"]),
    ["DELETE /api/collections/posts/truncate", { as: "root" }],
    HEAR,
  ),
  one(
    "a refused update",
    subscribe(["posts/*"]),
    [`PATCH ${POSTS}/${SEED}`, { json: { title: "" } }],
    [`PATCH ${POSTS}/nope`, { json: { title: "x" } }],
    HEAR,
  ),
  one("nothing changes", subscribe(["posts/*"]), [`PATCH ${POSTS}/${SEED}`, { json: {} }], HEAR),
  one(
    "a renamed collection",
    subscribe(["replies/*", "answers/*", "pbc_replies0000/*"]),
    ["PATCH /api/collections/replies", { as: "root", json: { name: "answers" } }],
    ["POST /api/collections/answers/records", { json: { id: "answeranswaaaaa", text: "x" } }],
    HEAR,
    ["PATCH /api/collections/answers", { as: "root", json: { name: "replies" } }],
    ["DELETE /api/collections/replies/records/answeranswaaaaa"],
    HEAR,
  ),
  one(
    "two listeners",
    ["CONNECT b"],
    subscribe(["owned/*"], { as: "ann" }),
    subscribe(["owned/*"], { as: "bob" }, "b"),
    own("twolistenaaaaaa"),
    [`DELETE ${OWNED}/twolistenaaaaaa`, { as: "root" }],
    HEAR,
    ["HEAR b"],
    ["LEAVE b"],
  ),
  one(
    "superusers' collections",
    subscribe(["_superusers/*", "_otps/*"], { as: "root" }),
    ["POST /api/collections/users/request-otp", { json: { email: "bob@example.com" } }],
    ["HEAR a", { after: 100 }],
  ),
  one(
    "expanded by rules",
    subscribe(
      [
        `owned/*${options({ query: { expand: "owner", fields: "title,expand.owner.email,expand.owner.id" } })}`,
      ],
      { as: "ann" },
    ),
    own("expandedaaaaaaa"),
    [`DELETE ${OWNED}/expandedaaaaaaa`, { as: "root" }],
    HEAR,
  ),
];

const FAULTS: Readonly<Record<string, string>> = {
  refuses: "refuse('no')",
  breaks: "throw new Error('x')",
  stops: ";",
  "refuses after": "await e.next(); refuse('later')",
  "goes on twice": "await e.next(); await e.next()",
};
const handlers: readonly Case[] = [
  ...[
    "onRealtimeSubscribeRequest",
    "onRecordEnrich:posts",
    "onRecordAfterCreateSuccess:posts",
  ].flatMap((hook) =>
    Object.entries(FAULTS).map(([fault, code]): Case => ({
      ...one(`${hook} ${fault}`, subscribe(["posts/*"]), ...change, HEAR),
      plan: { [hook]: code },
    })),
  ),
  ...[
    "e.subscriptions = ['comments/*']; await e.next()",
    "e.subscriptions = []; await e.next()",
  ].map((code): Case => ({
    ...one(`onRealtimeSubscribeRequest: ${code}`, subscribe(["posts/*"]), ...change, HEAR),
    plan: { onRealtimeSubscribeRequest: code },
  })),
  ...[
    "e.record.set('title', 'by hook'); await e.next()",
    "e.record.hide('title'); await e.next()",
    "e.record.unhide('secret'); await e.next()",
    "e.record.withCustomData(true); e.record.set('extra', 1); await e.next()",
  ]
    .slice(0, 3)
    .map((code): Case => ({
      ...one(`onRecordEnrich: ${code}`, subscribe(["posts/*"]), ...change, HEAR),
      plan: { "onRecordEnrich:posts": code },
    })),
];

export const CASES: readonly Case[] = [
  ...requests,
  ...forms,
  ...topics,
  ...audience,
  ...auth,
  ...handlers,
];
