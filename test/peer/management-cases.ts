import type { Case, Step } from "./sides.ts";

/* Collections, settings, backups, crons, files' tokens and logs: what their requests set going. */

const root = (line: string, json?: unknown): Step => [
  line,
  json === undefined ? { as: "root" } : { as: "root", json },
];
const collections = "/api/collections";
const base = (name: string, more: object = {}): object => ({
  name,
  type: "base",
  fields: [
    { type: "text", name: "title", id: "text_title" },
    { type: "number", name: "n", id: "number_n" },
  ],
  ...more,
});
const drop = (...names: string[]): Step[] =>
  names.map((name) => root(`DELETE ${collections}/${name}`));

const collectionCases: readonly Case[] = [
  {
    name: "collection: create, rename, delete",
    steps: [
      root(`POST ${collections}`, base("one")),
      root(`PATCH ${collections}/one`, { name: "two" }),
      root(`GET ${collections}/two`),
      ...drop("two"),
    ],
  },
  {
    name: "collection: create without fields",
    steps: [root(`POST ${collections}`, { name: "bare" }), ...drop("bare")],
  },
  {
    name: "collection: create an auth",
    steps: [root(`POST ${collections}`, { name: "people", type: "auth" }), ...drop("people")],
  },
  {
    name: "collection: create a view",
    steps: [
      root(`POST ${collections}`, {
        name: "seen",
        type: "view",
        viewQuery: "select id, title from posts",
      }),
      root(`PATCH ${collections}/seen`, { viewQuery: "select id, num from posts" }),
      ...drop("seen"),
    ],
  },
  {
    name: "collection: refused",
    steps: [
      root(`POST ${collections}`, { name: "posts" }),
      root(`POST ${collections}`, {}),
      root(`POST ${collections}`, { name: "bad name" }),
      root(`POST ${collections}`, { name: "x", type: "nope" }),
      root(`POST ${collections}`, { name: "v", type: "view", viewQuery: "nope" }),
      root(`POST ${collections}`, { name: "r", listRule: "nope = 1" }),
    ],
  },
  {
    name: "collection: a view follows a rename",
    steps: [
      root(`POST ${collections}`, base("source")),
      root(`POST ${collections}`, {
        name: "seen",
        type: "view",
        viewQuery: "select id, title from source",
      }),
      root(`PATCH ${collections}/source`, {
        fields: [{ type: "text", name: "caption", id: "text_title" }],
      }),
      root(`PATCH ${collections}/source`, { name: "origin" }),
      root(`GET ${collections}/seen`),
      root(`DELETE ${collections}/origin`),
      ...drop("seen", "origin"),
    ],
  },
  {
    name: "collection: a field goes while a view shows it",
    steps: [
      root(`POST ${collections}`, base("source")),
      root(`POST ${collections}`, {
        name: "seen",
        type: "view",
        viewQuery: "select id, title from source",
      }),
      root(`PATCH ${collections}/source`, {
        fields: [{ type: "number", name: "n", id: "number_n" }],
      }),
      root(`GET ${collections}/seen`),
      root(`GET ${collections}/source`),
      ...drop("seen", "source"),
    ],
  },
  {
    name: "collection: a field changes its type while a view shows it",
    steps: [
      root(`POST ${collections}`, base("source")),
      root(`POST ${collections}`, {
        name: "seen",
        type: "view",
        viewQuery: "select id, title as t from source",
      }),
      root(`PATCH ${collections}/source`, {
        fields: [
          { type: "number", name: "title", id: "text_title" },
          { type: "number", name: "n", id: "number_n" },
        ],
      }),
      root(`PATCH ${collections}/source`, { fields: [{ type: "json", name: "title" }] }),
      root(`GET ${collections}/seen`),
      ...drop("seen", "source"),
    ],
  },
  {
    name: "collection: rules and indexes after renames",
    steps: [
      root(
        `POST ${collections}`,
        base("source", {
          listRule: "title = 'x'",
          indexes: [
            "create index idx_source_title on source (title)",
            "CREATE UNIQUE INDEX `idx_n` ON `source` (`n`, `title`) where n > 3",
          ],
        }),
      ),
      root(`PATCH ${collections}/source`, { name: "origin" }),
      root(`PATCH ${collections}/origin`, {
        fields: [
          { type: "text", name: "caption", id: "text_title" },
          { type: "number", name: "n", id: "number_n" },
        ],
      }),
      root(`PATCH ${collections}/origin`, {
        fields: [
          { type: "text", name: "caption", id: "text_title" },
          { type: "number", name: "n", id: "number_n" },
        ],
        listRule: "caption = 'x'",
      }),
      root(`PATCH ${collections}/origin`, {
        fields: [{ type: "number", name: "n", id: "number_n" }],
        listRule: null,
      }),
      ...drop("origin", "source"),
    ],
  },
  {
    name: "collection: indexes refused",
    steps: [
      "create index",
      "create index a on source (nope)",
      "create index idx_x on other (title)",
      "drop table posts",
      "create index `` on source (title)",
      "create index idx_posts_slug on source (title)",
      "create index pri on source (title) where nope = 1",
      "create unique index if not exists q on source (title collate nocase desc)",
      "create index w on source (lower(title))",
      "create index s.w on source (title)",
    ]
      .map((index): Step => root(`POST ${collections}`, base("source", { indexes: [index] })))
      .flatMap((step) => [step, ...drop("source")]),
  },
  {
    name: "collection: two indexes of a name",
    steps: [
      root(
        `POST ${collections}`,
        base("source", {
          indexes: ["create index q on source (title)", "create index Q on source (n)"],
        }),
      ),
      ...drop("source"),
      root(
        `POST ${collections}`,
        base("source", {
          indexes: ["create index q on source (title)", "create index r on source (title)"],
        }),
      ),
      ...drop("source"),
    ],
  },
  {
    name: "collection: unique index over what is there",
    steps: [
      root(`POST ${collections}`, base("source")),
      ["POST /api/collections/source/records", { as: "root", json: { title: "a" } }],
      ["POST /api/collections/source/records", { as: "root", json: { title: "a" } }],
      root(`PATCH ${collections}/source`, {
        indexes: ["create unique index uq on source (title)"],
      }),
      root(`GET ${collections}/source`),
      ...drop("source"),
    ],
  },
  {
    name: "collection: field types",
    steps: [
      root(`POST ${collections}`, base("source")),
      [
        "POST /api/collections/source/records",
        { as: "root", json: { id: "typetypetypaaaa", title: "12", n: 3 } },
      ],
      root(`PATCH ${collections}/source`, {
        fields: [
          { type: "number", name: "title", id: "text_title" },
          { type: "text", name: "n", id: "number_n" },
        ],
      }),
      root(`PATCH ${collections}/source`, {
        fields: [
          { type: "number", name: "title" },
          { type: "text", name: "n" },
        ],
      }),
      root("GET /api/collections/source/records/typetypetypaaaa"),
      root(`PATCH ${collections}/source`, { fields: [{ type: "nope", name: "q" }] }),
      root(`PATCH ${collections}/source`, { fields: "nope" }),
      root(`PATCH ${collections}/source`, { fields: [{ name: "q" }] }),
      root(`PATCH ${collections}/source`, { fields: [] }),
      ...drop("source"),
    ],
  },
  {
    name: "collection: a field swaps names with another",
    steps: [
      root(
        `POST ${collections}`,
        base("source", {
          fields: [
            { type: "text", name: "a", id: "text_a" },
            { type: "text", name: "b", id: "text_b" },
          ],
        }),
      ),
      [
        "POST /api/collections/source/records",
        { as: "root", json: { id: "swapswapswaaaaa", a: "A", b: "B" } },
      ],
      root(`PATCH ${collections}/source`, {
        fields: [
          { type: "text", name: "b", id: "text_a" },
          { type: "text", name: "a", id: "text_b" },
        ],
      }),
      root("GET /api/collections/source/records/swapswapswaaaaa"),
      ...drop("source"),
    ],
  },
  {
    name: "collection: one to many and back",
    steps: [
      root(
        `POST ${collections}`,
        base("source", {
          fields: [{ type: "select", name: "s", id: "select_s", values: ["a", "b"], maxSelect: 2 }],
        }),
      ),
      [
        "POST /api/collections/source/records",
        { as: "root", json: { id: "manymanymanaaaa", s: ["a", "b"] } },
      ],
      root(`PATCH ${collections}/source`, {
        fields: [{ type: "select", name: "s", id: "select_s", values: ["a", "b"], maxSelect: 1 }],
      }),
      root("GET /api/collections/source/records/manymanymanaaaa"),
      root(`PATCH ${collections}/source`, {
        fields: [{ type: "select", name: "s", id: "select_s", values: ["a"], maxSelect: 3 }],
      }),
      root("GET /api/collections/source/records/manymanymanaaaa"),
      ...drop("source"),
    ],
  },
  {
    name: "collection: system ones",
    steps: [
      root(`PATCH ${collections}/_otps`, { name: "otps" }),
      root(`PATCH ${collections}/_superusers`, { name: "roots" }),
      root(`PATCH ${collections}/_mfas`, { listRule: "" }),
      root(`DELETE ${collections}/_otps`),
      root(`DELETE ${collections}/_superusers`),
      root(`DELETE ${collections}/_otps/truncate`),
      root(`PATCH ${collections}/_superusers`, {
        oauth2: { enabled: true },
        passwordAuth: { enabled: false },
      }),
      root(`PATCH ${collections}/users`, { system: true }),
      root(`PATCH ${collections}/users`, { type: "base" }),
      root(`PATCH ${collections}/users`, { fields: [] }),
    ],
  },
  {
    name: "collection: of a record that is referred to",
    steps: [
      root(`DELETE ${collections}/posts`),
      root(`DELETE ${collections}/users`),
      root(`DELETE ${collections}/nope`),
      root(`DELETE ${collections}/pbc_titles00000/truncate`),
      root(`DELETE ${collections}/nope/truncate`),
    ],
  },
  {
    name: "collection: as others",
    steps: [
      [`GET ${collections}`],
      [`GET ${collections}`, { as: "ann" }],
      [`POST ${collections}`, { as: "ann", json: base("x") }],
      [`PUT ${collections}/import`, { as: "ann", json: {} }],
      [`DELETE ${collections}/posts/truncate`],
      ["GET /api/collections/meta/scaffolds", { as: "ann" }],
    ],
  },
  {
    name: "collection: lists",
    steps: [
      "?sort=name",
      "?sort=-name&perPage=2&page=2",
      "?filter=name~'post'",
      "?filter=type='view'&fields=items.name",
      "?filter=nope=1",
      "?sort=nope",
      "?skipTotal=1&perPage=1",
      "?sort=@random&perPage=1&fields=perPage",
      "?filter=system=true&sort=name&fields=items.name",
      "?filter=id='posts'",
      "?perPage=0&fields=perPage",
      "?perPage=9999&fields=perPage",
      "?page=-1&fields=page",
      "?page=x",
    ].map((query) =>
      root(
        `GET ${collections}${query.includes("fields") ? query : `${query}&fields=items.name,page,perPage,totalItems,totalPages`}`,
      ),
    ),
  },
  {
    name: "collection: meta",
    steps: [
      root("GET /api/collections/meta/scaffolds"),
      root("GET /api/collections/meta/oauth2-providers"),
      root("POST /api/collections/meta/dry-run-view", { query: "select id, title from posts" }),
      root("POST /api/collections/meta/dry-run-view", { query: "nope" }),
      root("POST /api/collections/meta/dry-run-view", {}),
      root("POST /api/collections/meta/dry-run-view", { query: "select 1 as id, 'a' as b" }),
    ],
  },
];

const views: readonly Case[] = [
  "select 1",
  "select id from nope",
  "select id, id from posts",
  "select id, title from posts; drop table posts",
  "select * from posts",
  "select posts.* from posts",
  "select id, count(*) from posts group by id",
  "select id, count(*) as c, sum(num) as s, avg(num) a, max(title) m from posts group by id",
  'select p.id, u.email, p.title as "the title" from posts p left join users u on u.id = p.owner',
  "select id, cast(num as text) t, cast(title as int) i, cast(num as bool) b, cast(num as real) r from posts",
  "select (row_number() over ()) as id, title from posts",
  "with x as (select id, title from posts) select id, title from x",
  "select id, json_array(title) j, tags, files, owner, data from posts",
  "select id, title from posts union select id, text from comments",
  "select id, (select 1) as x, null as n, 'a' || title as c, 1 + 1 as sum from posts",
  "select id, created, updated as u, mail, open from posts where title like '%;%'",
  "  select id from posts ;  ",
  "select id as x from posts",
  "select distinct id, owner from posts order by title limit 3",
  "select id, password from users",
  "insert into posts (id) values (1)",
  "select id from _superusers",
  "select a.id, b.id as b, b.post as post from posts a join comments b on b.post = a.id",
  "select id, iif(num > 1, 'x', 'y') k, coalesce(title, '') t, datetime('now') d from posts",
].map((viewQuery): Case => ({
  name: `view: ${viewQuery}`,
  steps: [
    root(`POST ${collections}`, { name: "seen", type: "view", viewQuery, listRule: "" }),
    ["GET /api/collections/seen/records?perPage=2"],
    ...drop("seen"),
  ],
}));

const exported = (name: string, more: object = {}): object => ({
  id: `pbc_${name}aaaaa`,
  ...base(name, more),
});
const imports: readonly Case[] = [
  {
    name: "import: new ones",
    steps: [
      root(`PUT ${collections}/import`, { collections: [exported("imp_a"), exported("imp_b")] }),
      root(`GET ${collections}/imp_a`),
      ...drop("imp_a", "imp_b"),
    ],
  },
  {
    name: "import: over present ones",
    steps: [
      root(`PUT ${collections}/import`, { collections: [exported("imp_a")] }),
      root(`PUT ${collections}/import`, {
        collections: [
          exported("imp_a", { fields: [{ type: "text", name: "extra" }], listRule: "extra != ''" }),
        ],
      }),
      root(`GET ${collections}/imp_a`),
      root(`PUT ${collections}/import`, { collections: [{ id: "pbc_imp_aaaaaa", name: "imp_z" }] }),
      root(`GET ${collections}/pbc_imp_aaaaaa`),
      ...drop("imp_a", "imp_z"),
    ],
  },
  {
    name: "import: refused in the middle",
    steps: [
      root(`PUT ${collections}/import`, {
        collections: [exported("imp_a"), exported("imp_b", { listRule: "nope = 1" })],
      }),
      root(`GET ${collections}/imp_a`),
    ],
  },
  {
    name: "import: nothing",
    steps: [
      root(`PUT ${collections}/import`, {}),
      root(`PUT ${collections}/import`, { collections: [] }),
      root(`PUT ${collections}/import`, { collections: "x" }),
      root(`PUT ${collections}/import`, { collections: [1] }),
      root(`PUT ${collections}/import`, { collections: [null] }),
      root(`PUT ${collections}/import`, { collections: [{}] }),
    ],
  },
  {
    name: "import: two of a name",
    steps: [
      root(`PUT ${collections}/import`, {
        collections: [exported("imp_a"), { ...exported("imp_a"), id: "pbc_otherotherr" }],
      }),
      ...drop("imp_a"),
    ],
  },
  {
    name: "import: names that refer to each other",
    steps: [
      root(`PUT ${collections}/import`, {
        collections: [
          {
            ...exported("imp_a"),
            fields: [{ type: "relation", name: "b", collectionId: "pbc_imp_baaaaa" }],
          },
          {
            ...exported("imp_b"),
            fields: [{ type: "relation", name: "a", collectionId: "pbc_imp_aaaaaa" }],
          },
        ],
      }),
      root(`GET ${collections}/imp_b`),
      root(`DELETE ${collections}/imp_a`),
      root(`PATCH ${collections}/imp_a`, { fields: [] }),
      ...drop("imp_b", "imp_a", "imp_b"),
    ],
  },
  {
    name: "import: a view before its source",
    steps: [
      root(`PUT ${collections}/import`, {
        collections: [
          {
            id: "pbc_imp_vaaaaa",
            name: "imp_v",
            type: "view",
            viewQuery: "select id, title from imp_a",
          },
          exported("imp_a"),
        ],
      }),
      root(`GET ${collections}/imp_v`),
      ...drop("imp_v", "imp_a"),
    ],
  },
  {
    name: "import: another type",
    steps: [
      root(`PUT ${collections}/import`, { collections: [exported("imp_a")] }),
      root(`PUT ${collections}/import`, { collections: [{ ...exported("imp_a"), type: "auth" }] }),
      ...drop("imp_a"),
    ],
  },
  {
    name: "import: deleting what is missing, refused",
    steps: [
      root(`PUT ${collections}/import`, {
        collections: [exported("imp_a", { listRule: "nope=1" })],
        deleteMissing: true,
      }),
      root(`GET ${collections}?fields=items.name&sort=name`),
    ],
  },
];

const faultyCollections: readonly Case[] = [
  "onCollectionCreateRequest",
  "onCollectionCreate",
  "onModelCreate:_collections",
  "onCollectionValidate",
  "onModelValidate:_collections",
  "onCollectionCreateExecute",
  "onModelCreateExecute:_collections",
  "onCollectionAfterCreateSuccess",
  "onCollectionUpdateRequest",
  "onCollectionUpdate",
  "onCollectionUpdateExecute",
  "onCollectionAfterUpdateSuccess",
  "onCollectionDeleteRequest",
  "onCollectionDelete",
  "onCollectionDeleteExecute",
  "onModelDeleteExecute:_collections",
  "onCollectionAfterDeleteSuccess",
  "onCollectionsImportRequest",
  "onCollectionsListRequest",
  "onCollectionViewRequest",
]
  .flatMap((stage) =>
    Object.entries({
      refuses: "refuse('no')",
      "forbids after": "await e.next(); forbid('later')",
      breaks: "throw new Error('boom')",
      "breaks after": "await e.next(); throw new Error('boom')",
      stops: "note('stopped')",
    }).map(([fault, code]): readonly [string, string, string] => [stage, fault, code]),
  )
  .map(([stage, fault, code], index): Case => ({
    name: `${stage} ${fault}`,
    plan: { [stage]: code },
    steps: [
      root(`POST ${collections}`, base(`one_${index}`)),
      root(`PATCH ${collections}/one_${index}`, { name: `two_${index}` }),
      root(`GET ${collections}/one_${index}`),
      root(`PUT ${collections}/import`, {
        collections: [{ ...base(`imp_${index}`), id: `imported_id_${index + 100}` }],
      }),
      root(
        `GET ${collections}?filter=name='one_${index}'||name='two_${index}'||name='imp_${index}'&fields=name&sort=name`,
      ),
      ...drop(`two_${index}`, `one_${index}`),
    ],
  }));

export const CASES: readonly Case[] = [
  ...collectionCases,
  ...views,
  ...imports,
  ...faultyCollections,
];
