import { AFRESH, LOOK, MADE, POSTS, SEED } from "./hook-fault-cases.ts";
import type { Case, Step } from "./sides.ts";

/* What handlers do besides failing: errors of error hooks, saves and transactions inside, changed records. */

const make = (values: object = {}): Step => [
  `POST ${POSTS}`,
  { json: { id: MADE, title: "x", ...values } },
];
const change = (values: object): Step => [`PATCH ${POSTS}/${SEED}`, { json: values }];
const remove: Step = [`DELETE ${POSTS}/${SEED}`];
const batch = (...requests: (readonly [method: string, url: string, body?: object])[]): Step => [
  "POST /api/batch",
  { json: { requests: requests.map(([method, url, body]) => ({ method, url, body })) } },
];

const inErrorHook: Readonly<Record<string, string>> = {
  breaks: "throw new Error('boom')",
  forbids: "forbid('no')",
  stops: "note('stopped')",
  "refuses after": "await e.next(); refuse('later')",
};

const errorHooks = Object.entries(inErrorHook).flatMap(([fault, code]) =>
  ["Record", "Model"].flatMap((kind): Case[] => {
    const of = (action: string) => ({ [`on${kind}After${action}Error:posts`]: code });
    const one = (what: string, plan: Case["plan"], step: Step): Case => ({
      name: `${what}: error hook of the ${kind} ${fault}`,
      ...(plan ? { plan } : {}),
      before: AFRESH,
      steps: [step, ...LOOK],
    });
    const stopped = { "onRecordCreateExecute:posts": "forbid('first')" };
    const broken = { "onRecordDeleteExecute:posts": "throw new Error('first')" };
    const rolledBack = batch(
      ["POST", POSTS, { id: MADE, title: "one" }],
      ["PATCH", `${POSTS}/${SEED}`, { title: "two" }],
      ["DELETE", `${POSTS}/${SEED}`],
      ["POST", POSTS, { title: "" }],
    );
    return [
      one("refused create", of("Create"), make({ title: "" })),
      one("create not unique", of("Create"), make({ slug: "s" })),
      one("forbidden create", { ...of("Create"), ...stopped }, make()),
      one("refused update", of("Update"), change({ title: "" })),
      one("broken delete", { ...of("Delete"), ...broken }, remove),
      one("batch", { ...of("Create"), ...of("Update"), ...of("Delete") }, rolledBack),
    ];
  }),
);

const LIKE = `const like = make(tx, "likes", { id: "likelikelikaaaa", text: "like" }); await tx.save(like);`;
const around = (end: string): string =>
  `const old = e.app; await transaction(e.app, async (tx) => { e.app = tx; ${LIKE} await e.next(); note("in"); ${end} }); e.app = old; note("out")`;

const nested: Readonly<Record<string, string>> = {
  "saves before": `const tx = app; ${LIKE} await e.next()`,
  "saves after": `await e.next(); const tx = app; ${LIKE}`,
  "saves what is refused": `await app.save(make(app, "likes", { text: "x" })); await e.next()`,
  "catches what is refused": `try { await app.save(make(app, "likes", { text: "x" })) } catch (error) { note("caught") } await e.next()`,
  "puts a transaction around": around(""),
  "rolls back": around("refuse('rolled back')"),
  "catches its own transaction": `try { await transaction(e.app, async (tx) => { ${LIKE} refuse("rolled back") }) } catch (error) { note("caught") } await e.next()`,
  "nests transactions": `await transaction(e.app, async (tx) => { ${LIKE} await transaction(tx, async (inner) => { await inner.save(make(inner, "likes", { id: "likelikelikbbbb", text: "like" })); note("inner end") }); note("outer end") }); await e.next()`,
};

const nestings = [
  ...stagesOf("Create").map((stage) => [stage, make()] as const),
  ...stagesOf("Update").map((stage) => [stage, change({ title: "y" })] as const),
  ...stagesOf("Delete").map((stage) => [stage, remove] as const),
].flatMap(([stage, step]) =>
  Object.entries(nested).map(([what, code]): Case => {
    const plan = { [`${stage}:posts`]: code };
    return { name: `${stage} ${what}`, plan, before: AFRESH, steps: [step, ...LOOK] };
  }),
);

function stagesOf(action: string): string[] {
  return [
    `onRecord${action}Request`,
    `onRecord${action}`,
    `onRecord${action}Execute`,
    `onModel${action}Execute`,
    `onRecordAfter${action}Success`,
  ];
}

const changes: Readonly<Record<string, string>> = {
  "a title": "set('title', 'by hook')",
  "no title": "set('title', '')",
  "too long a title": "set('title', 'x'.repeat(30))",
  "an id": "set('id', 'changedidchaaaa')",
  "a number that is too small": "set('num', -1)",
  "a slug that is taken": "set('slug', 's')",
  "what is no field": "set('nope', 1)",
  "an unknown option": "set('tags', ['a', 'zzz'])",
  "a date": "set('created', '2001-01-01 00:00:00.000Z')",
  "a modifier": "set('num+', 5)",
  "a hidden field": "set('secret', 'sss')",
  "what is hidden": "hide('title')",
  "what is shown": "unhide('secret')",
};

const changing = [
  ...stagesOf("Create").map((stage) => [stage, make()] as const),
  ["onRecordValidate", make()] as const,
  ["onRecordEnrich", make()] as const,
  ...stagesOf("Update").map((stage) => [stage, change({ num: 3 })] as const),
].flatMap(([stage, step]) =>
  Object.entries(changes).flatMap(([what, call]): Case[] => {
    const code = `${stage.startsWith("onModel") ? "e.model" : "e.record"}.${call}`;
    const one = (when: string, text: string): Case => ({
      name: `${stage} sets ${what} ${when}`,
      plan: { [`${stage}:posts`]: text },
      before: AFRESH,
      steps: [step, ...LOOK],
    });
    return [one("before", `${code}; await e.next()`), one("after", `await e.next(); ${code}`)];
  }),
);

export const CASES: readonly Case[] = [...errorHooks, ...nestings, ...changing];
