/** The same data on every server: authors, teams with members, posts. */
import { Random } from "../campaigns/random.ts";
import { send, signIn } from "../campaigns/server-process.ts";

/** What the questions need to know of a filled server. */
export interface World {
  readonly url: string;
  /** Of a user who is a member of some teams. */
  readonly userToken: string;
  readonly authors: readonly string[];
  readonly posts: readonly string[];
}

const SEED = 1;
const AUTHORS = 100;
const TEAMS = 50;
const AT_ONCE = 32;

export async function fillServer(url: string, rows: number): Promise<World> {
  const random = new Random(SEED);
  const token = await signIn(url);
  await createCollections(url, token);
  const user = { email: "user@example.com", password: "12345678", passwordConfirm: "12345678" };
  const { id: member } = await create(url, token, "users", user);
  const id = (kind: string, index: number) =>
    `${kind}${String(index).padStart(15 - kind.length, "0")}`;
  const authors = await fillCollection(AUTHORS, (index) =>
    create(url, token, "authors", { id: id("author", index), name: `Author ${index}` }),
  );
  const teams = await fillCollection(TEAMS, (index) => {
    const members = index % 10 === 0 ? [member] : [];
    return create(url, token, "teams", { id: id("team", index), members });
  });
  const post = (index: number) => ({
    id: id("post", index),
    title: `Post ${index} ${random.word(10)}`,
    body: `${random.word(12)} `.repeat(30),
    views: random.integer(0, 10_000),
    public: random.chance(0.7),
    author: random.pick(authors),
    team: random.pick(teams),
  });
  const posts = await fillCollection(rows, (index) => create(url, token, "posts", post(index)));
  const session = await send<{ token: string }>(`${url}/api/collections/users/auth-with-password`, {
    body: { identity: user.email, password: user.password },
  });
  return { url, userToken: session.token, authors, posts };
}

async function createCollections(url: string, token: string): Promise<void> {
  const add = (name: string, fields: readonly object[], rules: object) =>
    send<{ id: string }>(`${url}/api/collections`, {
      token,
      body: { name, type: "base", fields, ...rules },
    });
  const open = { listRule: "", viewRule: "" };
  const authors = await add("authors", [{ name: "name", type: "text" }], open);
  const members = { collectionId: "_pb_users_auth_", maxSelect: 100 };
  const teams = await add("teams", [{ name: "members", type: "relation", ...members }], open);
  const relation = (name: string, collectionId: string) => ({
    name,
    type: "relation",
    collectionId,
    maxSelect: 1,
  });
  const fields = [
    { name: "title", type: "text" },
    { name: "body", type: "text" },
    { name: "views", type: "number" },
    { name: "public", type: "bool" },
    { name: "created", type: "autodate", onCreate: true },
    relation("author", authors.id),
    relation("team", teams.id),
  ];
  const signedIn = "@request.auth.id != ''";
  const indexes = ["CREATE INDEX idx_posts_author ON posts (author)"];
  await add("posts", fields, { ...open, createRule: signedIn, updateRule: signedIn, indexes });
  const viewQuery = "SELECT id, title, team FROM posts";
  const rule = "team.members.id ?= @request.auth.id";
  await send(`${url}/api/collections`, {
    token,
    body: { name: "team_posts", type: "view", viewQuery, listRule: rule, viewRule: rule },
  });
}

function create(url: string, token: string, name: string, body: object): Promise<{ id: string }> {
  return send(`${url}/api/collections/${name}/records`, { token, body });
}

/** @returns the ids in order */
async function fillCollection(
  count: number,
  make: (index: number) => Promise<{ id: string }>,
): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const fillOn = async () => {
    while (next < count) {
      const index = next++;
      ids[index] = (await make(index)).id;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fillOn));
  return ids;
}
