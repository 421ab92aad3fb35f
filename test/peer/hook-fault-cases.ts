import type { Case, Step } from "./sides.ts";

/* Every handler of a create, update or delete stopping, failing or swallowing, alone and inside a batch. */

export const POSTS = "/api/collections/posts/records";
/** A post that is there, and one that will be made. */
export const [SEED, MADE] = ["seedseedseeaaaa", "mademademadaaaa"];
const HELLO = ["hello.txt", "hello", "text/plain"] as const;

const STAGES: Readonly<Record<string, readonly string[]>> = {
  create: [
    "onRecordCreateRequest",
    ...stagesOf("Create"),
    "onRecordAfterCreateSuccess",
    "onModelAfterCreateSuccess",
    "onRecordEnrich",
  ],
  update: [
    "onRecordUpdateRequest",
    ...stagesOf("Update"),
    "onRecordAfterUpdateSuccess",
    "onModelAfterUpdateSuccess",
    "onRecordEnrich",
  ],
  delete: [
    "onRecordDeleteRequest",
    "onRecordDelete",
    "onModelDelete",
    "onRecordDeleteExecute",
    "onModelDeleteExecute",
    "onRecordAfterDeleteSuccess",
    "onModelAfterDeleteSuccess",
  ],
};

function stagesOf(action: string): string[] {
  return [
    `onRecord${action}`,
    `onModel${action}`,
    "onRecordValidate",
    "onModelValidate",
    `onRecord${action}Execute`,
    `onModel${action}Execute`,
  ];
}

const FAULTS: Readonly<Record<string, string>> = {
  "refuses before": "refuse('no')",
  "forbids after": "await e.next(); forbid('later')",
  "breaks before": "throw new Error('boom')",
  "breaks after": "await e.next(); throw new Error('boom')",
  stops: "note('stopped')",
  "goes on twice": "await e.next(); await e.next()",
  swallows: "try { await e.next() } catch (error) { note('caught') }",
};

/** Nothing is there but one post. A folder of files that is being deleted takes a moment. */
export const AFRESH: readonly Step[] = [
  ...["likes", "needs", "lists", "replies", "comments", "posts"].map((name): Step => [
    `DELETE /api/collections/${name}/truncate`,
    { as: "root" },
  ]),
  [
    `POST ${POSTS}`,
    {
      form: [
        ["id", SEED],
        ["title", "seed"],
        ["slug", "s"],
        ["files", HELLO],
      ],
      after: 40,
    },
  ],
];

/** What is there in the end. */
export const LOOK: readonly Step[] = [
  [`GET ${POSTS}?sort=@rowid&fields=id,title,num,files,slug,secret`, { as: "root" }],
  ["GET /api/collections/likes/records?sort=id"],
];

const ALONE: Readonly<Record<string, Step>> = {
  create: [
    `POST ${POSTS}`,
    {
      form: [
        ["id", MADE],
        ["title", "made"],
        ["files", HELLO],
      ],
    },
  ],
  update: [
    `PATCH ${POSTS}/${SEED}`,
    {
      form: [
        ["title", "changed"],
        ["files", HELLO],
      ],
    },
  ],
  delete: [`DELETE ${POSTS}/${SEED}`],
};

function inBatch(action: string): Step {
  const like = (id: string) => ({
    method: "POST",
    url: "/api/collections/likes/records",
    body: { id, text: "like" },
  });
  const requests = [like("firstfirstfaaaa"), BATCHED[action], like("thirdthirdtaaaa")];
  return ["POST /api/batch", { json: { requests } }];
}

const BATCHED: Readonly<Record<string, object>> = {
  create: { method: "POST", url: POSTS, body: { id: MADE, title: "made" } },
  update: { method: "PATCH", url: `${POSTS}/${SEED}`, body: { title: "changed" } },
  delete: { method: "DELETE", url: `${POSTS}/${SEED}` },
};

export const CASES: readonly Case[] = Object.entries(STAGES).flatMap(([action, stages]) =>
  stages.flatMap((stage) =>
    Object.entries(FAULTS).flatMap(([fault, code]) => {
      const plan = { [`${stage}:posts`]: code };
      const name = `${action}: ${stage} ${fault}`;
      return [
        { name, plan, before: AFRESH, steps: [ALONE[action]!, ...LOOK] },
        { name: `${name}, in a batch`, plan, before: AFRESH, steps: [inBatch(action), ...LOOK] },
      ];
    }),
  ),
);
