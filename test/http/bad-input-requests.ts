import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { Group, Route, Router } from "../../src/http/router.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import {
  BAD_BODIES,
  BAD_QUERY_VALUES,
  BAD_SEGMENTS,
  BAD_TOKENS,
  BAD_VALUES,
  type BadBody,
  OVERSIZED_BODY,
  QUERY_NAMES,
} from "./bad-inputs.ts";
import type { Sample } from "./bad-input-world.ts";

export interface BadRequest {
  /** Where the bad input is and which. */
  readonly name: string;
  readonly method: string;
  /** With the query, escaped. */
  readonly path: string;
  readonly body?: BadBody;
  /** Replaces the caller's. */
  readonly authorization?: string;
}

/** A server, and `METHOD /path/{pattern}` of everything it answers; `ANY` for every method. */
export async function startWithRoutes(): Promise<{
  server: TestServer;
  routes: readonly string[];
}> {
  let router: Router | undefined;
  const server = await startTestServer({
    extensions: [
      (app) => {
        app.onServe().bindFunc(async (event) => {
          await event.next();
          router = event.router;
        });
      },
    ],
  });
  // What is refused is logged, and that is not what is looked at.
  server.app.logger.warn = server.app.logger.error = () => undefined;
  return { server, routes: routesOf(router!) };
}

function routesOf(group: Group, prefix = group.prefix): string[] {
  return group.children.flatMap((child) =>
    isGroup(child)
      ? routesOf(child, prefix + child.prefix)
      : [`${child.method || "ANY"} ${prefix}${child.path}`],
  );
}

function isGroup(child: Group | Route): child is Group {
  return "children" in child;
}

/** Right as it is, for routes that take anything. */
const EMPTY_SAMPLE: Sample = {};

/** Every bad input at every place of a route. */
export function badRequests(route: string, sample: Sample = EMPTY_SAMPLE): BadRequest[] {
  const [method = "", pattern = ""] = route.split(" ");
  const path = fill(pattern, sample.params ?? {});
  const hasBody = method !== "GET" && method !== "HEAD";
  return [
    ...inPath(method, pattern, sample),
    ...inQuery(method, path),
    ...Object.entries(BAD_TOKENS).map(([name, authorization]) => ({
      name: `token: ${name}`,
      method,
      path,
      authorization,
    })),
    ...[...BAD_BODIES, ...(hasBody ? [OVERSIZED_BODY] : [])].map((body) => ({
      name: `body: ${body.name}`,
      method,
      path,
      body,
    })),
    ...(sample.body && hasBody ? inValues(sample.body) : []).map((body) => ({
      name: `value: ${body.name}`,
      method,
      path,
      body,
    })),
  ].filter(({ name }) => !sample.harmful?.includes(name));
}

function inPath(method: string, pattern: string, { params = {} }: Sample): BadRequest[] {
  const names = [...pattern.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
  return names.flatMap((name) =>
    Object.entries(BAD_SEGMENTS).map(([input, segment]) => ({
      name: `path ${name}: ${input}`,
      method,
      path: fill(pattern, { ...params, [name]: segment }),
    })),
  );
}

/** All parameters at once, and for what is read one by one too. */
function inQuery(method: string, path: string): BadRequest[] {
  const entries = Object.entries(BAD_QUERY_VALUES);
  const fitting = entries.filter(([, value]) => value.length * QUERY_NAMES.length < 15_000);
  const together = fitting.map(([input, value]) => ({
    name: `query: ${input}`,
    method,
    path: `${path}?${QUERY_NAMES.map((name) => `${name}=${value}`).join("&")}`,
  }));
  const names = method === "GET" ? QUERY_NAMES : ["expand", "fields"];
  const alone = names.flatMap((name) =>
    entries.map(([input, value]) => ({
      name: `query ${name}: ${input}`,
      method,
      path: `${path}?${name}=${value}`,
    })),
  );
  return [...together, ...alone];
}

/** The right body with one value of it replaced, at every depth. */
function inValues(body: NonNullable<Sample["body"]>): BadBody[] {
  let number = 0;
  return placesIn(body(0)).flatMap((place) =>
    Object.entries(BAD_VALUES).map(([input, value]) =>
      asJson(`${place.join(".")}: ${input}`, withValue(body(++number), place, value)),
    ),
  );
}

type Place = readonly (string | number)[];

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...placesIn(inner).map((place) => [key, ...place]),
  ]);
}

function withValue(body: unknown, place: Place, text: string): string {
  const mark = "the value of this place";
  const copy = structuredClone(body) as Record<string, unknown>;
  const parent = place
    .slice(0, -1)
    .reduce<Record<string, unknown>>((inner, key) => inner[key] as Record<string, unknown>, copy);
  parent[place.at(-1)!] = mark;
  return JSON.stringify(copy).replace(JSON.stringify(mark), () => text);
}

function asJson(name: string, text: string): BadBody {
  return { name, contentType: "application/json", bytes: Buffer.from(text) };
}

function fill(pattern: string, params: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{([^}]+)\}/g, (_, name: string) => params[name] ?? "missing");
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly milliseconds: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** Asks, and gives up after some seconds. Only the beginning of an event stream is waited for. */
export function askBadly(
  url: string,
  { name, method, path, body, authorization }: BadRequest,
  token: string,
): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const started = performance.now();
  const headers: Record<string, string | number> = {};
  if (authorization !== undefined) headers["authorization"] = authorization;
  else if (token !== "") headers["authorization"] = token;
  if (body?.contentType !== undefined) headers["content-type"] = body.contentType;
  if (body?.isChunked) headers["transfer-encoding"] = "chunked";
  else if (body || method !== "GET") headers["content-length"] = body?.bytes.length ?? 0;
  return new Promise((resolve, reject) => {
    const sent = method === "ANY" ? "POST" : method;
    const outgoing = request({ hostname, port, method: sent, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      const finish = (): void => {
        const { statusCode: status = 0, headers: received } = answer;
        const milliseconds = performance.now() - started;
        resolve({
          status,
          headers: received,
          body: Buffer.concat(chunks).toString(),
          milliseconds,
        });
        if (!answer.complete) outgoing.destroy();
      };
      answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", finish);
      answer.on("error", finish);
      if (answer.headers["content-type"] === "text/event-stream") finish();
    });
    outgoing.setTimeout(GIVE_UP_MS, () =>
      outgoing.destroy(new Error(`${name}: no answer in ${GIVE_UP_MS} ms`)),
    );
    outgoing.on("error", reject);
    outgoing.end(body?.bytes);
  });
}

const GIVE_UP_MS = 10_000;
