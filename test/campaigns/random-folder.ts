/** Fills a server with random collections and records through its API, as a superuser. */
import type { Random } from "./random.ts";
import { send } from "./server-process.ts";

export interface Access {
  readonly url: string;
  readonly token: string;
}

interface FieldKind {
  /** Options of a new field beside its name. */
  readonly field: (random: Random) => Record<string, unknown>;
  /** A value that it accepts. */
  readonly value: (random: Random) => unknown;
}

/** Kinds whose values need nothing else to exist. */
const KINDS: readonly FieldKind[] = [
  { field: () => ({ type: "text" }), value: text },
  { field: () => ({ type: "editor" }), value: (random) => `<p>${text(random)}</p>` },
  {
    field: () => ({ type: "number" }),
    value: (random) => (random.chance(0.5) ? random.integer(-1000, 1000) : random.next() * 1e6),
  },
  { field: () => ({ type: "bool" }), value: (random) => random.chance(0.5) },
  { field: () => ({ type: "email" }), value: (random) => `${random.word(8)}@example.com` },
  { field: () => ({ type: "url" }), value: (random) => `https://example.com/${random.word(8)}` },
  {
    field: () => ({ type: "date" }),
    value: (random) => new Date(random.integer(0, 2_000_000_000) * 1000).toISOString(),
  },
  {
    field: () => ({ type: "autodate", onCreate: true, onUpdate: true }),
    value: () => undefined,
  },
  {
    field: () => ({ type: "json" }),
    value: (random) => random.pick([null, 1.5, "text", [1, "two"], { a: { b: [text(random)] } }]),
  },
  {
    field: () => ({ type: "geoPoint" }),
    value: (random) => ({ lon: random.integer(-180, 180), lat: random.integer(-90, 90) }),
  },
  {
    field: () => ({ type: "select", values: ["a", "b", "c"], maxSelect: 1 }),
    value: (random) => random.pick(["a", "b", "c", ""]),
  },
  {
    field: () => ({ type: "select", values: ["a", "b", "c"], maxSelect: 3 }),
    value: (random) => random.pick([[], ["a"], ["c", "b"], ["a", "b", "c"]]),
  },
];

const RULES = [null, "", "@request.auth.id != ''", "id != '' && @request.method = 'GET'"];

interface RandomCollection {
  readonly id: string;
  readonly name: string;
  readonly kinds: Readonly<Record<string, FieldKind>>;
}

/** Collections `random1`, `random2`, … with records, some changed and deleted; users; a setting. */
export async function createRandomly(random: Random, access: Access): Promise<void> {
  const count = random.integer(1, 3);
  for (let number = 1; number <= count; number++) {
    const collection = await createCollection(random, access, `random${number}`);
    await writeRecords(random, access, collection);
    if (random.chance(0.5)) await renameField(random, access, collection);
  }
  await send(`${access.url}/api/collections/users/records`, {
    token: access.token,
    body: {
      email: `${random.word(10)}@example.com`,
      password: "12345678",
      passwordConfirm: "12345678",
      name: text(random),
    },
  });
  await send(`${access.url}/api/settings`, {
    method: "PATCH",
    token: access.token,
    body: { meta: { appName: text(random) } },
  });
}

/** What another server does with such a folder: more of the same in a collection that is there, and a new one. */
export async function changeRandomly(random: Random, access: Access): Promise<void> {
  const fresh = await createCollection(random, access, `other${random.integer(1, 99)}`);
  await writeRecords(random, access, fresh);
  const rows = `${access.url}/api/collections/random1/records`;
  const { items } = await send<{ items: { id: string }[] }>(rows, { token: access.token });
  for (const { id } of items.slice(0, 2)) {
    await send(`${rows}/${id}`, { method: "PATCH", token: access.token, body: {} });
  }
  await send(rows, { token: access.token, body: {} });
  await renameField(random, access, fresh);
}

async function createCollection(
  random: Random,
  { url, token }: Access,
  name: string,
): Promise<RandomCollection> {
  const kinds = Object.fromEntries(
    Array.from({ length: random.integer(1, 8) }, (_, index) => [
      `field${index}`,
      random.pick(KINDS),
    ]),
  );
  const fields = Object.entries(kinds).map(([field, kind]) => ({
    name: field,
    hidden: random.chance(0.1),
    presentable: random.chance(0.1),
    ...kind.field(random),
  }));
  const rules = {
    listRule: "id != ''",
    viewRule: random.pick(RULES),
    createRule: random.pick(RULES),
  };
  const body = { name, type: "base", fields, ...rules };
  const { id } = await send<{ id: string }>(`${url}/api/collections`, { token, body });
  return { id, name, kinds };
}

async function writeRecords(
  random: Random,
  { url, token }: Access,
  { name, kinds }: RandomCollection,
): Promise<void> {
  const rows = `${url}/api/collections/${name}/records`;
  const values = () =>
    Object.fromEntries(Object.entries(kinds).map(([field, kind]) => [field, kind.value(random)]));
  for (let number = random.integer(2, 6); number > 0; number--) {
    const { id } = await send<{ id: string }>(rows, { token, body: values() });
    if (random.chance(0.4)) {
      await send(`${rows}/${id}`, { method: "PATCH", token, body: values() });
    }
    if (number > 2 && random.chance(0.2)) await send(`${rows}/${id}`, { method: "DELETE", token });
  }
}

async function renameField(
  random: Random,
  { url, token }: Access,
  { id }: RandomCollection,
): Promise<void> {
  const path = `${url}/api/collections/${id}`;
  const { fields } = await send<{ fields: { name: string }[] }>(path, { token });
  const last = fields.at(-1)!;
  const renamed = { ...last, name: `renamed${random.integer(1, 99)}` };
  const body = { fields: [...fields.slice(0, -1), renamed] };
  await send(path, { method: "PATCH", token, body });
}

function text(random: Random): string {
  return random.pick([
    random.word(8),
    "ä😀 \"quoted\" 'single'",
    "line\nbreak",
    '{"a":1}',
    "0012",
    "1e5",
  ]);
}
