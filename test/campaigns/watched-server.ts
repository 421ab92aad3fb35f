import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "./random.ts";
import { createDataFolder, ownCommand, send, signIn, startServer } from "./server-process.ts";
import { underStrace } from "./strace.ts";
import { marker, type WatchedWriter } from "./watched.ts";

const CONCURRENT = 8;

/** The whole server, asked over HTTP for creates, updates and batches. */
export const watchedServer: WatchedWriter = {
  mutants: ["durability-normal", "synchronous-off"],
  async write(folder, { count, seed, mutant }) {
    const dir = join(folder, "pb_data");
    const hooks = join(folder, "hooks");
    mkdirSync(hooks);
    if (mutant === "synchronous-off") writeFileSync(join(hooks, "off.ts"), SYNCHRONOUS_OFF);
    createDataFolder(dir);
    const flags = mutant === "durability-normal" ? ["--durability=normal"] : [];
    const command = [...underStrace(join(folder, "trace")), ...ownCommand(hooks, flags)];
    const server = await startServer({ command, dir });
    try {
      const token = await prepare(server.url);
      return await writeAll({ url: server.url, token, count, random: new Random(seed) });
    } finally {
      await server.stop();
    }
  },
};

const SYNCHRONOUS_OFF = `
export default (app) => {
  app.onServe().bindFunc(async (event) => {
    await app.db.run({ sql: "PRAGMA synchronous = OFF", parameters: [] });
    await event.next();
  });
};
`;

/** Makes a collection that everyone may write to and allows batches. */
async function prepare(url: string): Promise<string> {
  const token = await signIn(url);
  const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "" };
  const fields = [{ name: "title", type: "text" }];
  const body = { name: "rows", type: "base", ...rules, fields };
  await send(`${url}/api/collections`, { token, body });
  const batch = { enabled: true, maxRequests: 50, timeout: 10, maxBodySize: 0 };
  await send(`${url}/api/settings`, { method: "PATCH", token, body: { batch } });
  return token;
}

interface Writing {
  readonly url: string;
  readonly token: string;
  readonly count: number;
  readonly random: Random;
}

async function writeAll(writing: Writing): Promise<string[]> {
  const rows = `${writing.url}/api/collections/rows/records`;
  const answered: string[] = [];
  let next = 0;
  const writeOn = async () => {
    let last: string | undefined;
    while (next < writing.count) {
      const title = marker(next++);
      const kind = last === undefined ? 0 : writing.random.integer(0, 2);
      if (kind === 0) last = (await send<{ id: string }>(rows, { body: { title } })).id;
      else if (kind === 1) {
        await send(`${rows}/${last}`, { method: "PATCH", body: { title } });
      } else await sendBatch(writing, title);
      answered.push(title);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, writeOn));
  return answered;
}

async function sendBatch({ url, token }: Writing, title: string): Promise<void> {
  const create = (text: string) => ({
    method: "POST",
    url: "/api/collections/rows/records",
    body: { title: text },
  });
  await send(`${url}/api/batch`, { token, body: { requests: [create("other"), create(title)] } });
}
