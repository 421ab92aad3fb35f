import type { World } from "./data.ts";
import type { Question } from "./load.ts";

type Asking = (world: World, round: number) => (index: number) => Question;

/** What is asked of every server, by name. */
export const QUESTIONS: Readonly<Record<string, Asking>> = {
  view: read(({ posts }, index) => `posts/records/${at(posts, index * 7)}`),
  list: read(
    ({ authors }, index) =>
      `posts/records?skipTotal=1&sort=-views&filter=${encodeURIComponent(`public = true && author = "${at(authors, index)}"`)}`,
  ),
  "list + total": read(
    ({ authors }, index) =>
      `posts/records?sort=-views&filter=${encodeURIComponent(`public = true && author = "${at(authors, index)}"`)}`,
  ),
  expand: read(
    (_world, index) => `posts/records?skipTotal=1&expand=author,team&page=${1 + (index % 20)}`,
  ),
  "relation rule": read((_world, index) => `team_posts/records?perPage=30&page=${1 + (index % 5)}`),
  create: write(({ authors }, { index, round }) => ({
    method: "POST",
    path: "posts/records",
    body: { title: `New ${round} ${index}`, views: index, author: at(authors, index) },
  })),
  update: write(({ posts }, { index, round }) => ({
    method: "PATCH",
    path: `posts/records/${at(posts, index * 3)}`,
    body: { title: `Changed ${round} ${index}` },
  })),
};

function read(path: (world: World, index: number) => string): Asking {
  return (world) => (index) => ({
    method: "GET",
    url: `${world.url}/api/collections/${path(world, index)}`,
    token: world.userToken,
  });
}

function write(
  question: (
    world: World,
    at: { index: number; round: number },
  ) => { method: string; path: string; body: object },
): Asking {
  return (world, round) => (index) => {
    const { method, path, body } = question(world, { index, round });
    const url = `${world.url}/api/collections/${path}`;
    return { method, url, token: world.userToken, body };
  };
}

function at(ids: readonly string[], index: number): string {
  return ids[index % ids.length]!;
}
