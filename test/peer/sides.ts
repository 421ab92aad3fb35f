import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTestServer } from "../../src/testing/index.ts";
import { ask, type Answer, type Question } from "../http/fixture.ts";
import { servePocketBase } from "./pocketbase.ts";
import { Listener } from "../realtime/listener.ts";
import {
  type Meta,
  OwnTrace,
  peerTrace,
  type Plan,
  type Trace,
  writePeerHooks,
} from "./traced-hooks.ts";

/** One of the two servers, on its own copy of the same data folder. */
export interface Side {
  readonly name: "theirs" | "ours";
  readonly url: string;
  readonly folder: string;
  readonly trace: Trace;
  /** What the last mail was filled with. */
  readonly meta: { latest: Meta };
  close(): Promise<void>;
}

/** Starts both on copies of a folder. */
export async function openSides(world: string): Promise<readonly [theirs: Side, ours: Side]> {
  return [await openTheirs(copyOf(world)), await openOurs(copyOf(world))];
}

function copyOf(world: string): string {
  const folder = mkdtempSync(join(tmpdir(), "generatio-peer-side-"));
  cpSync(world, join(folder, "pb_data"), { recursive: true });
  return folder;
}

async function openTheirs(folder: string): Promise<Side> {
  const hooksDir = join(folder, "hooks");
  writePeerHooks(hooksDir);
  const flags = ["--hooksDir", hooksDir, "--hooksWatch=false"];
  const server = await servePocketBase(join(folder, "pb_data"), ...flags);
  const meta = { latest: {} as Meta };
  return {
    name: "theirs",
    url: server.url,
    folder: join(folder, "pb_data"),
    trace: peerTrace(server.url, (latest) => void (meta.latest = latest)),
    meta,
    close: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openOurs(folder: string): Promise<Side> {
  const meta = { latest: {} as Meta };
  const trace = new OwnTrace((latest) => void (meta.latest = latest));
  const dataDir = join(folder, "pb_data");
  const server = await startTestServer({ dataDir, extensions: [trace.extension] });
  return {
    name: "ours",
    url: server.url,
    folder: dataDir,
    trace,
    meta,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One request: `METHOD /path`, who asks (a key of the world's tokens) and what with. */
export type Step = readonly [line: string, asked?: StepOptions];

export interface StepOptions {
  /** A name of the world's accounts; a guest when absent. */
  readonly as?: string;
  readonly json?: unknown;
  /** Parts of a multipart form: a text, or a file as `[name, content, type?]`. */
  readonly form?: readonly (readonly [key: string, value: string | FilePart])[];
  /** The body to the letter. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Waits so long before it, in milliseconds. */
  readonly after?: number;
}

export type FilePart = readonly [name: string, content: string | Uint8Array, type?: string];

export interface Case {
  readonly name: string;
  readonly plan?: Plan;
  /** What may be single use is looked at and used up in one transaction here, in two steps there. */
  readonly useUp?: boolean;
  /** Steps whose answers do not matter. */
  readonly before?: readonly Step[];
  readonly steps: readonly Step[];
  /** Steps without handlers in the way, to leave things as they were. */
  readonly after?: readonly Step[];
}

/** What a case has brought out on one side. */
export interface Outcome {
  readonly answers: readonly unknown[];
  readonly trace: readonly string[];
}

/** Runs the steps of a case and gives the answers and the trace, with neutral ids, tokens and dates. */
export async function run(
  side: Side,
  { plan = {}, useUp = false, before, steps, after }: Case,
  tokens: Tokens,
): Promise<Outcome> {
  if (before) await run(side, { name: "", steps: before }, tokens);
  await quiet(side);
  await side.trace.plan(plan);
  const answers: Answer[] = [];
  const neutral = neutraliser();
  const trace: string[] = [];
  const listeners = new Map<string, Listener>();
  for (const [line, options = {}] of steps) {
    if (options.after) await sleep(options.after);
    if (JSON.stringify([line, options]).includes("{meta.")) trace.push(...(await quiet(side)));
    const fill = (text: string) =>
      filled(text, answers, side, tokens).replace(
        /\{client\.(\w+)\}/g,
        (_, name: string) => listeners.get(name)?.clientId ?? "",
      );
    answers.push(
      REALTIME.test(line)
        ? await listen(side, line, listeners)
        : await ask(side, fill(line), questionOf(options, fill, tokens)),
    );
  }
  trace.push(...(await quiet(side)));
  for (const listener of listeners.values()) listener.close();
  const told = trace.filter(
    (text) => !AS_IT_COMES.test(text) && !(listeners.size > 0 && TELLING.test(text)),
  );
  if (after) await run(side, { name: "", steps: after }, tokens);
  return {
    answers: answers.map((answer, index) => [steps[index]![0], neutralAnswer(answer, neutral)]),
    trace: told.map((text) => neutral(useUp ? text.replace(/ \(tx\)$/, "") : text)),
  };
}

/** Their mails are sent in the background: handlers are left before or after it. */
const AS_IT_COMES = /^[<!] onRecordRequest(OTP|PasswordReset|Verification)Request/;

/**
 * Realtime clients are told after the change here and within it there, and what is the same for several is made
 * once here: what they hear is compared instead.
 */
const TELLING = /onRealtimeMessageSend|onRecordEnrich/;

const REALTIME = /^(CONNECT|HEAR|LEAVE) /;

/**
 * `CONNECT a` opens an event stream whose id is `{client.a}` from then on, `HEAR a` gives what has come since,
 * `LEAVE a` closes it.
 */
async function listen(side: Side, line: string, listeners: Map<string, Listener>): Promise<Answer> {
  const [verb, name] = line.split(" ", 2) as [string, string];
  if (verb === "CONNECT") listeners.set(name, await Listener.connect(side.url));
  const listener = listeners.get(name)!;
  if (verb === "LEAVE") listener.close();
  if (verb === "HEAR") await sleep(120);
  const heard = listener.events.splice(1).map(({ event, data }) => [event, parsed(data) ?? data]);
  // PocketBase hands every event to a thread of its own, so that they overtake each other.
  const body = JSON.stringify(heard.map((event) => JSON.stringify(sorted(event))).toSorted());
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, rawHeaders: [], body, bytes: Buffer.from(body) };
}

export type Tokens = Readonly<Record<string, string>>;

/** Waits until nothing more is written down, and gives what was. */
async function quiet(side: Side): Promise<string[]> {
  const lines = await side.trace.lines();
  for (let idle = 0; idle < 2;) {
    await sleep(25);
    const more = await side.trace.lines();
    idle = more.length === 0 ? idle + 1 : 0;
    lines.push(...more);
  }
  return lines;
}

/** `{N.path}` is a value of answer N's body, `{meta.x}` one of the last mail, `{token.x}` somebody's token. */
function filled(text: string, answers: readonly Answer[], side: Side, tokens: Tokens): string {
  return text.replace(/\{(\d+|meta|token)\.([\w.]+)\}/g, (_, from: string, path: string) => {
    if (from === "token") return tokens[path] ?? "";
    const source: unknown =
      from === "meta" ? side.meta.latest : parsed(answers[Number(from)]?.body);
    return String(valueAt(source, path.split(".")));
  });
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined,
    value,
  );
}

function questionOf(
  options: StepOptions,
  fill: (text: string) => string,
  tokens: Tokens,
): Question {
  const headers: Record<string, string> = {};
  if (options.as !== undefined) headers["authorization"] = tokens[options.as] ?? fill(options.as);
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => [name, fill(value)]);
  Object.assign(headers, Object.fromEntries(given));
  if (options.raw !== undefined) {
    const { raw } = options;
    return { headers, body: typeof raw === "string" ? fill(raw) : raw };
  }
  if (options.form) {
    headers["content-type"] ??= "multipart/form-data; boundary=B";
    return { headers, body: multipart(options.form, fill) };
  }
  if (options.json === undefined) return { headers };
  headers["content-type"] ??= "application/json";
  return { headers, body: fill(JSON.stringify(options.json)) };
}

function multipart(
  parts: NonNullable<StepOptions["form"]>,
  fill: (text: string) => string,
): Buffer {
  const chunks: Buffer[] = [];
  for (const [key, value] of parts) {
    if (typeof value === "string") {
      chunks.push(
        Buffer.from(
          `--B\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${fill(value)}\r\n`,
        ),
      );
      continue;
    }
    const [name, content, type] = value;
    const typeLine = type === undefined ? "" : `Content-Type: ${type}\r\n`;
    const head = `--B\r\nContent-Disposition: form-data; name="${key}"; filename="${name}"\r\n${typeLine}\r\n`;
    chunks.push(Buffer.from(head), Buffer.from(content), Buffer.from("\r\n"));
  }
  return Buffer.concat([...chunks, Buffer.from("--B--\r\n")]);
}

/** Left out: what describes the connection and not the answer. */
const CONNECTION = new Set([
  "date",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
]);

function neutralAnswer(answer: Answer, neutral: (text: string) => string): unknown {
  const headers = Object.entries(answer.headers)
    .filter(([name]) => !CONNECTION.has(name))
    .map(([name, value]) => [name, name === "last-modified" ? "date" : neutral(String(value))]);
  const sorted = headers.toSorted(([a], [b]) => (a! < b! ? -1 : 1));
  return {
    status: answer.status,
    headers: Object.fromEntries(sorted),
    body: neutral(sortedKeys(answer)),
  };
}

/** Spells made-up ids, tokens, names and dates by the order in which they come up. */
function neutraliser(): (text: string) => string {
  const known = new Map<string, string>();
  const numbered = (kind: string) => (found: string) => {
    const name = known.get(found) ?? `{${kind}${known.size + 1}}`;
    known.set(found, name);
    return name;
  };
  return (text) =>
    text
      // Go tells where in its own code an error came up.
      .replace("transaction afterFunc errors: ", "")
      .replace(/(?<=existing reference in )[\w, ]+/g, (names) =>
        names.split(", ").toSorted().join(", "),
      )
      .replace(/(?<=boundary=|--)[0-9a-f]{60}/g, "{boundary}")
      .replace(/"pbc_\d+"(?=,"collectionName":"temp_view)/g, '"pbc_"')
      .replace(/temp_view_\w{5}/g, "temp_view_")
      .replace(/(idx_(tokenKey|email)_)[a-z0-9]{10}`/g, "$1`")
      .replace(/_clone_\w{4}/g, "_clone_")
      .replace(/Error: (\w+) at anonymous \(<eval>[^)]*\)+/g, "$1")
      .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "{token}")
      // Files of a batch get two of them there.
      .replace(/(_[a-z0-9]{10})_[a-z0-9]{10}(?=\.)/g, "$1")
      .replace(/"execTime":[\d.]+/g, '"execTime":0')
      // Short names are filled up.
      .replace(/(?<![\w.-])[a-z0-9]{10,12}(?=_[a-z0-9]{10}\.)/g, "{filled}")
      .replace(/_[a-z0-9]{10}(?=[._"]|$)/g, numbered("_suffix"))
      .replace(/(?<![\w-])(?!\w*(\w)\1{3})[a-z0-9]{15}(?![\w-])/g, numbered("id"))
      .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?/g, "{date}");
}

/** With `fields`, PocketBase sends keys in any order. */
function sortedKeys({ headers, body }: Answer): string {
  if (headers["content-type"] !== "application/json" || parsed(body) === undefined) return body;
  return JSON.stringify(sorted(parsed(body)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
