import { AFRESH, LOOK, POSTS, SEED } from "./hook-fault-cases.ts";
import type { Case, Step } from "./sides.ts";
import type { Plan } from "./traced-hooks.ts";

/* Deletes that reach other records: deep ones, with files, optional and required relations, trees and circles. */

const add = (collection: string, values: Readonly<Record<string, unknown>>): Step => [
  `POST /api/collections/${collection}/records`,
  { json: values },
];
const FILE = ["hello.txt", "hello", "text/plain"] as const;
const SECOND = "secondsecosbbbb";

const comment = (id: string, post = SEED): Step => [
  "POST /api/collections/comments/records",
  {
    form: [
      ["id", id],
      ["post", post],
      ["text", "c"],
      ["file", FILE],
    ],
  },
];
const reply = (id: string, on: string): Step => [
  "POST /api/collections/replies/records",
  {
    form: [
      ["id", id],
      ["comment", on],
      ["files", FILE],
      ["files", FILE],
    ],
  },
];
const like = (id: string, ...posts: string[]): Step => add("likes", { id, text: "like", posts });
const list = (id: string, ...posts: string[]): Step => add("lists", { id, posts });
const need = (id: string): Step => add("needs", { id, post: SEED });
const node = (id: string, parent = ""): Step => add("nodes", { id, name: id, parent });
const remove: Step = [`DELETE ${POSTS}/${SEED}`];
const lookAll: readonly Step[] = [
  ...LOOK,
  ...["comments", "replies", "lists", "needs", "nodes"].map((name): Step => [
    `GET /api/collections/${name}/records?sort=id`,
  ]),
];

const one = (
  name: string,
  before: readonly Step[],
  steps: readonly Step[],
  plan: Plan = {},
): Case => ({
  name,
  plan,
  before: [
    ["DELETE /api/collections/nodes/truncate", { as: "root" }],
    ...AFRESH,
    add("posts", { id: SECOND, title: "second" }),
    ...before,
  ],
  steps: [...steps, ...lookAll],
});

const deep = [
  comment("commentcomaaaa1"),
  comment("commentcomaaaa2"),
  reply("replyreplyaaaa1", "commentcomaaaa1"),
  reply("replyreplyaaaa2", "commentcomaaaa1"),
  reply("replyreplyaaaa3", "commentcomaaaa2"),
  like("likelikelaaaa11", SEED, SECOND),
  like("likelikelaaaa22", SEED),
  list("listlistlaaaa11", SEED, SECOND),
  list("listlistlaaaa22", SEED),
];
const tree = [
  node("rootrootraaaa00"),
  node("childchildaaaa1", "rootrootraaaa00"),
  node("childchildaaaa2", "rootrootraaaa00"),
  node("leafleafleaaaa1", "childchildaaaa1"),
];
const circle = [
  node("circlecircaaaa1"),
  node("circlecircaaaa2", "circlecircaaaa1"),
  ["PATCH /api/collections/nodes/records/circlecircaaaa1", { json: { parent: "circlecircaaaa2" } }],
] satisfies Step[];
const itself = [
  node("itselfitselaaaa"),
  ["PATCH /api/collections/nodes/records/itselfitselaaaa", { json: { parent: "itselfitselaaaa" } }],
] satisfies Step[];

const STOPS: readonly (readonly [string, string])[] = [
  ["onRecordDelete:replies", "refuse('no')"],
  ["onRecordDelete:comments", "await e.next(); forbid('later')"],
  ["onRecordDeleteExecute:replies", "throw new Error('x')"],
  ["onRecordDelete:replies", "note('stopped')"],
  ["onRecordUpdate:likes", "refuse('no')"],
  ["onRecordUpdate:likes", "note('stopped')"],
  ["onRecordUpdateExecute:likes", "e.record.set('text', 'by hook'); await e.next()"],
  ["onModelDeleteExecute:comments", "note('stopped')"],
  ["onRecordAfterDeleteSuccess:replies", "throw new Error('x')"],
  ["onRecordAfterDeleteSuccess:comments", "refuse('no')"],
  ["onRecordAfterUpdateSuccess:likes", "refuse('no')"],
  ["onRecordDelete:lists", "try { await e.next() } catch (error) { note('caught') }"],
  [
    "onRecordDelete:posts",
    "await app.save(make(app, 'comments', { id: 'latelatelataaaa', post: e.record.id })); await e.next()",
  ],
  ["onRecordDeleteExecute:posts", "await e.next(); note('gone')"],
];

export const CASES: readonly Case[] = [
  one("a post with everything that hangs on it", deep, [remove]),
  one("a post that somebody needs", [...deep, need("needneedneaaaa1")], [remove]),
  one("a post that two need", [need("needneedneaaaa1"), need("needneedneaaaa2")], [remove]),
  one("a comment of several", deep, [["DELETE /api/collections/comments/records/commentcomaaaa1"]]),
  one("a tree from its root", tree, [["DELETE /api/collections/nodes/records/rootrootraaaa00"]]),
  one("a branch", tree, [["DELETE /api/collections/nodes/records/childchildaaaa1"]]),
  one("a circle", circle, [["DELETE /api/collections/nodes/records/circlecircaaaa1"]]),
  one("a node that is its own parent", itself, [
    ["DELETE /api/collections/nodes/records/itselfitselaaaa"],
  ]),
  one(
    "the owner of posts",
    [[`PATCH ${POSTS}/${SEED}`, { json: { owner: "evefevefeve0000" } }]],
    [
      add("users", {
        id: "tomtomtomto0000",
        email: "tom@example.com",
        password: "1234567890",
        passwordConfirm: "1234567890",
      }),
      [`PATCH ${POSTS}/${SEED}`, { json: { owner: "tomtomtomto0000" } }],
      ["DELETE /api/collections/users/records/tomtomtomto0000"],
    ],
  ),
  one("all posts by truncating", deep, [
    ["DELETE /api/collections/posts/truncate", { as: "root" }],
  ]),
  one("all comments by truncating", deep, [
    ["DELETE /api/collections/comments/truncate", { as: "root" }],
  ]),
  one(
    "needed posts by truncating",
    [need("needneedneaaaa1")],
    [["DELETE /api/collections/posts/truncate", { as: "root" }]],
  ),
  one("a tree by truncating", tree, [["DELETE /api/collections/nodes/truncate", { as: "root" }]]),
  one("in a batch, whose last request is refused", deep, [
    [
      "POST /api/batch",
      {
        json: {
          requests: [
            { method: "DELETE", url: `${POSTS}/${SEED}` },
            { method: "POST", url: POSTS, body: { title: "" } },
          ],
        },
      },
    ],
  ]),
  one("in a batch", deep, [
    [
      "POST /api/batch",
      {
        json: {
          requests: [
            { method: "DELETE", url: `${POSTS}/${SEED}` },
            { method: "DELETE", url: `${POSTS}/${SECOND}` },
          ],
        },
      },
    ],
  ]),
  ...STOPS.map(([at, code]) => one(`${at} runs ${code}`, deep, [remove], { [at]: code })),
];
