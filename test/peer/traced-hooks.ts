import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../../src/app.ts";
import { type EventName, EVENTS } from "../../src/events/events.ts";
import { badRequest, forbidden } from "../../src/lib/errors.ts";

/*
 * Every hook of both servers writes down that it was entered, left or left with an error, and runs what a case has
 * put into it in the place of `e.next()`.
 */

/**
 * What a handler does instead of `await e.next()`, by `event` or `event:tag` (collection). The text is run by both
 * servers; PocketBase's knows no `await`, so `await` and `async` are taken out of it there. In reach are `e`, `app`
 * (the event's), `make(app, collection, values)`, `find(app, collection, id)`, `transaction(app, work)`, `note(text)`,
 * `refuse(message)` (400) and `forbid(message)` (403).
 */
export type Plan = Readonly<Record<string, string>>;

/** What a traced server has written down. */
export interface Trace {
  plan(plan: Plan): Promise<void>;
  /** The lines since the last call. */
  lines(): Promise<string[]>;
}

/** Without the rows of the log, which are written whenever there is time. */
const DESCRIBE = `
function describe(e) {
  const parts = [];
  const of = (value) => (typeof value === "function" ? value() : value);
  const add = (record) => parts.push(of(record.collection).name + ":" + record.id);
  if (e.record) add(e.record);
  else if (e.collection && e.collection.name !== undefined) parts.push(e.collection.name);
  else if (e.servedName) parts.push(e.servedName);
  if (e.records) for (const record of e.records) add(record);
  if (e.batch) parts.push(e.batch.map((item) => item.method + " " + item.url).join(" "));
  if (e.subscriptions) parts.push(e.subscriptions.join(" "));
  if (e.fileField && e.servedPath) parts.push(e.fileField.name + " " + e.servedName);
  if (e.message && e.message.name !== undefined) parts.push(e.message.name);
  if (e.message && e.message.subject !== undefined) parts.push(e.message.subject);
  if (e.requestInfo && e.requestInfo.context === "realtime") parts.push("(realtime)");
  if (e.authMethod) parts.push(e.authMethod);
  if (e.identityField !== undefined) parts.push(e.identityField + "=" + e.identity);
  if (e.newEmail !== undefined) parts.push(e.newEmail);
  if (e.deleteMissing !== undefined) parts.push("deleteMissing " + e.deleteMissing);
  return parts.join(" ");
}
`;

const PARAMETERS = ["e", "app", "make", "find", "transaction", "note", "refuse", "forbid"] as const;

const PEER_LIBRARY = `${DESCRIBE}
const make = (app, collection, values) => new Record(app.findCollectionByNameOrId(collection), values || {});
const find = (app, collection, id) => app.findRecordById(collection, id);
const transaction = (app, work) => app.runInTransaction(work);
const refuse = (message) => { throw new BadRequestError(message); };
const forbid = (message) => { throw new ForbiddenError(message); };
function note(line) {
  const store = $app.store();
  store.setFunc("trace", (old) => (old || "") + line + "\\n");
}
function label(name, e) {
  if (!e.model) return name + " " + describe(e);
  const table = e.model.tableName();
  if (table === "_logs") return "";
  return name + " " + table + ":" + (table === "_collections" ? e.model.name : table === "_params" ? "" : e.model.id);
}
function run(name, e) {
  const text = label(name, e);
  if (!text) return e.next();
  const inTransaction = e.app && e.app.isTransactional() ? " (tx)" : "";
  note("> " + text + inTransaction);
  if (e.meta && e.meta.token) $app.store().set("meta", JSON.stringify(e.meta));
  if (e.meta && e.meta.password) $app.store().set("meta", JSON.stringify(e.meta));
  const plan = JSON.parse($app.store().get("plan") || "{}");
  const tag = e.model ? e.model.tableName() : e.record ? e.record.collection().name : e.collection ? e.collection.name : "";
  const code = plan[name + ":" + tag] !== undefined ? plan[name + ":" + tag] : plan[name];
  try {
    if (code === undefined) { if (name !== "onMailerSend") e.next(); }
    else new Function(${PARAMETERS.map((name) => `"${name}"`).join(", ")}, code)(e, e.app || $app, make, find, transaction, note, refuse, forbid);
    note("< " + label(name, e));
  } catch (error) {
    note("! " + label(name, e));
    throw error;
  }
}
module.exports = { run };
`;

/** Writes a hooks folder for PocketBase. */
export function writePeerHooks(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const handlers = Object.keys(EVENTS)
    .filter((name) => name !== "onServe")
    .map(
      (name) =>
        `if (typeof ${name} === "function") ${name}((e) => require(__hooks + "/trace.js").run("${name}", e));`,
    );
  const routes = `
routerAdd("POST", "/__plan", (e) => { $app.store().set("plan", toString(e.request.body)); return e.noContent(204); });
routerAdd("GET", "/__trace", (e) => {
  const text = $app.store().get("trace") || "";
  $app.store().remove("trace");
  return e.json(200, { lines: text.split("\\n").slice(0, -1), meta: $app.store().get("meta") || "{}" });
});`;
  writeFileSync(join(folder, "trace.js"), PEER_LIBRARY);
  writeFileSync(join(folder, "trace.pb.js"), handlers.join("\n") + routes);
}

/** The trace of a PocketBase with those hooks. */
export function peerTrace(url: string, metaOf: (meta: Meta) => void): Trace {
  return {
    async plan(plan) {
      const texts = Object.entries(plan).map(([at, code]) => [
        at,
        code.replace(/\b(await|async) /g, ""),
      ]);
      await fetch(`${url}/__plan`, {
        method: "POST",
        body: JSON.stringify(Object.fromEntries(texts)),
      });
    },
    async lines() {
      const answer = await fetch(`${url}/__trace`);
      const { lines, meta } = (await answer.json()) as { lines: string[]; meta: string };
      metaOf(JSON.parse(meta) as Meta);
      return lines;
    },
  };
}

/** What the last mail was filled with. */
export type Meta = Readonly<Record<string, string>>;

type AsyncCode = new (...texts: string[]) => (...values: unknown[]) => Promise<void>;
const AsyncFunction = (async () => undefined).constructor as AsyncCode;
type Described = Readonly<Record<string, unknown>>;
const describe = new Function(`${DESCRIBE}; return describe;`)() as (event: unknown) => string;

/** The same in our server; an extension. */
export class OwnTrace implements Trace {
  #plan: Plan = {};
  #lines: string[] = [];
  readonly #metaOf: (meta: Meta) => void;

  constructor(metaOf: (meta: Meta) => void) {
    this.#metaOf = metaOf;
  }

  plan(plan: Plan): Promise<void> {
    this.#plan = plan;
    return Promise.resolve();
  }

  lines(): Promise<string[]> {
    const lines = this.#lines;
    this.#lines = [];
    return Promise.resolve(lines);
  }

  readonly extension = (app: App): void => {
    for (const name of Object.keys(EVENTS) as EventName[]) {
      if (name === "onServe") continue;
      app.events[name].bind({
        func: (event) => this.#run(name, event as unknown as Described, app),
      });
    }
  };

  async #run(name: string, event: Described, root: App): Promise<void> {
    const next = () => (event as unknown as { next(): Promise<void> }).next();
    const text = label(name, event);
    if (!text) return next();
    const app = (event["app"] ?? root) as App;
    const note = (line: string) => void this.#lines.push(line);
    note(`> ${text}${app.isTransaction ? " (tx)" : ""}`);
    this.#keepMeta(event["meta"]);
    const code = this.#plan[`${name}:${tagOf(event)}`] ?? this.#plan[name];
    try {
      if (code !== undefined) await this.#runCode(code, event, note);
      else if (name !== "onMailerSend") await next();
      note(`< ${label(name, event)}`);
    } catch (error) {
      note(`! ${label(name, event)}`);
      throw error;
    }
  }

  #keepMeta(meta: unknown): void {
    if (typeof meta !== "object" || meta === null) return;
    if ("token" in meta || "password" in meta) this.#metaOf(meta as Meta);
  }

  #runCode(code: string, event: Described, note: (line: string) => void): Promise<void> {
    const app = event["app"];
    const make = (on: App, collection: string, values?: Record<string, unknown>) =>
      on.newRecord(collection, values);
    const find = (on: App, collection: string, id: string) => on.findRecordById(collection, id);
    const transaction = (on: App, work: (tx: App) => Promise<void>) => on.runInTransaction(work);
    const refuse = (message: string) => {
      throw badRequest(message);
    };
    const forbid = (message: string) => {
      throw forbidden(message);
    };
    const run = new AsyncFunction(...PARAMETERS, code);
    return run(event, app, make, find, transaction, note, refuse, forbid);
  }
}

function label(name: string, event: Described): string {
  const model = event["model"] as { tableName: string; id?: string; name?: string } | undefined;
  if (!model) return `${name} ${describe(event)}`;
  if (model.tableName === "_logs") return "";
  if (model.tableName === "_collections") return `${name} _collections:${model.name}`;
  return `${name} ${model.tableName}:${model.tableName === "_params" ? "" : model.id}`;
}

function tagOf(event: Described): string {
  const model = event["model"] as { tableName: string } | undefined;
  if (model) return model.tableName;
  const record = event["record"] as { collection: { name: string } } | undefined;
  return (
    record?.collection.name ?? (event["collection"] as { name?: string } | undefined)?.name ?? ""
  );
}
