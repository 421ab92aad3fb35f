import { writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import PocketBase from "pocketbase";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TestEventSource } from "../../src/testing/event-source.ts";
import { answering, until, WatchedProgram } from "./watched-program.ts";

let program: WatchedProgram;

beforeEach(() => {
  program = new WatchedProgram();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await program.remove();
});

describe("serve --hooksWatch", () => {
  it("answers with a changed extension on the same address, and fails no request meanwhile", async () => {
    program.write("a.ts", answering("one"));
    await program.start("--hooksWatch");
    expect(await program.get("/answer")).toBe("one");
    const kept = new RequestStream(program.url, new Agent({ keepAlive: true, maxSockets: 1 }));
    const fresh = new RequestStream(program.url, new Agent({ keepAlive: false }));
    for (const text of ["two", "three", "four"]) {
      program.write("a.ts", answering(text));
      // Half a second here; the bound leaves room for a busy machine.
      expect(await program.answers("/answer", text)).toBeLessThan(8000);
      await until(
        () => kept.last === text && fresh.last === text,
        () => `${text} in both streams`,
      );
    }
    for (const stream of [kept, fresh]) {
      const { answers, problems } = await stream.end();
      expect(problems).toEqual([]);
      expect(distinct(answers)).toEqual(["one", "two", "three", "four"]);
    }
  }, 60_000);

  it("goes on with what it has while a file cannot be loaded", async () => {
    program.write("a.ts", answering("one"));
    await program.start("--hooksWatch");
    const before = program.output.length;
    program.write("b.ts", "export default (app) => {\n  app.onNothing();\n};\n");
    await program.says("The server goes on as it was.", before);
    expect(program.output.slice(before)).toContain(
      "b.ts:2 could not be loaded: app.onNothing is not a function",
    );
    expect(await program.get("/answer")).toBe("one");
    program.write("b.ts", "export default () => {};\n");
    program.write("a.ts", answering("two"));
    await program.answers("/answer", "two");
  }, 60_000);

  it("says so to clients when an extension fails only at its start, until the next change", async () => {
    program.write("a.ts", answering("one"));
    await program.start("--hooksWatch");
    program.write(
      "a.ts",
      'export default (app) => { app.onServe().bindFunc(() => { throw new Error("no power"); }); };',
    );
    await program.says("no power\nNothing is served until the next change.");
    expect(await program.get("/answer")).toBe("503");
    program.write("a.ts", answering("two"));
    await program.answers("/answer", "two");
  }, 60_000);

  it("applies a migration that is added to the schema", async () => {
    await program.start("--hooksWatch");
    expect(await program.get("/api/collections/posts/records")).toBe("404");
    const migration = `import { newCollection } from "generatio";
      export async function up(app) {
        const posts = newCollection("base", "posts");
        posts.listRule = "";
        await app.save(posts);
      }`;
    writeFileSync(join(program.folder, "schema/migrations/1700000000_posts.ts"), migration);
    await program.answers(
      "/api/collections/posts/records",
      '{"items":[],"page":1,"perPage":30,"totalItems":0,"totalPages":0}',
    );
  }, 60_000);

  it("lets realtime clients come back by themselves", async () => {
    vi.stubGlobal("EventSource", TestEventSource);
    const broadcasting = (text: string) => `export default (app) => {
      setInterval(() => app.realtime.broadcast("news", { text: ${JSON.stringify(text)} }), 20).unref();
    };`;
    program.write("a.ts", broadcasting("old"));
    await program.start("--hooksWatch");
    const client = new PocketBase(program.url);
    const heard = new Set<string>();
    await client.realtime.subscribe("news", ({ text }) => heard.add(String(text)));
    await until(
      () => heard.has("old"),
      () => "the old news",
    );
    program.write("a.ts", broadcasting("new"));
    await until(
      () => heard.has("new"),
      () => "the new news",
    );
    expect([...heard]).toEqual(["old", "new"]);
    await client.realtime.unsubscribe();
  }, 60_000);

  it("ends with its serving process", async () => {
    program.write("a.ts", answering("one"));
    await program.start("--dev");
    const serving = Number(await program.get("/process"));
    expect(await program.end("SIGTERM")).toBe(0);
    await until(
      () => !isAlive(serving),
      () => "the end of the serving process",
    );
    await expect(program.get("/answer")).rejects.toThrow("fetch failed");
  }, 60_000);

  it("leaves no serving process behind when it is killed", async () => {
    program.write("a.ts", answering("one"));
    await program.start("--hooksWatch");
    const serving = Number(await program.get("/process"));
    expect(await program.end("SIGKILL")).toBe(null);
    await until(
      () => !isAlive(serving),
      () => "the end of the serving process",
    );
  }, 60_000);
});

/** Asks for `/answer` again and again over one agent's connections. */
class RequestStream {
  last = "";
  readonly #url: string;
  readonly #agent: Agent;
  readonly #answers: string[] = [];
  readonly #problems: string[] = [];
  readonly #running: Promise<void>;
  #isEnding = false;

  constructor(url: string, agent: Agent) {
    this.#url = `${url}/answer`;
    this.#agent = agent;
    this.#running = this.#run();
  }

  async end(): Promise<{ answers: readonly string[]; problems: readonly string[] }> {
    this.#isEnding = true;
    await this.#running;
    this.#agent.destroy();
    return { answers: this.#answers, problems: this.#problems };
  }

  async #run(): Promise<void> {
    while (!this.#isEnding) {
      try {
        this.last = await this.#ask();
        this.#answers.push(this.last);
      } catch (error) {
        this.#problems.push(String(error));
      }
    }
  }

  #ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = get(this.#url, { agent: this.#agent }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          response.statusCode === 200
            ? resolve(text)
            : reject(new Error(`${response.statusCode}: ${text}`)),
        );
        response.on("error", reject);
      });
      request.on("error", reject);
    });
  }
}

function distinct(texts: readonly string[]): string[] {
  return texts.filter((text, index) => text !== texts[index - 1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
