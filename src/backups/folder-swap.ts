import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DATABASE_SIDE_FILES, RESTORE_DIR, TEMP_DIR } from "../lib/data-folder.ts";
import { randomLowerText } from "../lib/id.ts";
import { isProcessAlive } from "../lib/process-alive.ts";
import { syncFolder } from "../lib/sync-folder.ts";

/*
 * How the content of a data folder is replaced. It cannot be done at once: the folder itself may be a mount, and
 * parts of it stay. So a plan is written first, and from then on every start carries it out, from wherever it was
 * interrupted, before anything is opened. `.pb_restore` holds `plan.json`, `new` and `old`.
 *
 * The old content goes only once the new one was opened. When that fails, it comes back in the same manner.
 */

/** What is to be done next. */
type State =
  /** The old content makes way, the new one moves in. */
  | "in"
  /** The new content is opened for the first time. */
  | "try"
  /** The new content moves out, and what came of opening it goes. */
  | "out"
  /** The old content moves back. */
  | "home";

export interface SwapPlan {
  readonly state: State;
  /** Id of the process that restores. */
  readonly owner: number;
  /** Entries of the data folder that make way. */
  readonly leaving: readonly string[];
  /** Entries that take their place. */
  readonly entering: readonly string[];
  /** The new content was opened, so that there may be more of it. */
  readonly wasOpened?: boolean;
}

/** A process that replaces a folder does it in moments: whoever is still there after this is another one by now. */
const OWNER_PATIENCE_MS = 30_000;

/**
 * From here on the content of a data folder is another one: the next `openSwapped` moves it in.
 *
 * @param work a folder inside the data folder whose `new` is the content, durably written; it is moved
 * @param exclude entries of the data folder that stay, and that are not taken out of the new content
 * @throws Error when it cannot be done; nothing has changed then
 */
export async function planSwap(
  dataDir: string,
  { work, exclude }: { readonly work: string; readonly exclude: readonly string[] },
): Promise<void> {
  const stays = (name: string) => [...exclude, RESTORE_DIR, TEMP_DIR].includes(name);
  const present = (await readdir(dataDir)).filter((name) => !stays(name));
  for (const name of present) await refuseMount(dataDir, name);
  const leaving = [...new Set(present.flatMap((name) => withSideFiles(name)))];
  const entering = (await readdir(join(work, "new"))).filter((name) => !stays(name));
  await mkdir(join(work, "old"));
  await writePlan(work, { state: "in", owner: process.pid, leaving, entering });
  // Refused when another backup is about to take the place of the data.
  await rename(work, join(dataDir, RESTORE_DIR));
  await syncFolder(dataDir);
}

export interface SwappedFolder {
  /** Opens the data folder. @throws Error when it cannot be used */
  open(): Promise<void>;
  /** Lets go of what `open` has opened until it failed. */
  close(): Promise<void>;
  /** The new content cannot be used, the old one is back. */
  refused(error: unknown): void;
}

/**
 * Opens a data folder, after what was planned for it was carried out.
 *
 * @throws Error of `open`, when there is no other content to go back to
 */
export async function openSwapped(
  dataDir: string,
  { open, close, refused }: SwappedFolder,
): Promise<void> {
  const plan = await awaitPlan(dataDir);
  if (!plan) return open();
  if (plan.state === "out" || plan.state === "home") {
    await goBack(dataDir, plan);
    return open();
  }
  const tried: SwapPlan = { ...plan, state: "try" };
  try {
    if (plan.state === "in") await step(dataDir, moveIn(dataDir, plan), tried);
  } catch (error) {
    await goBack(dataDir, { ...plan, state: "out" });
    refused(error);
    return open();
  }
  try {
    await open();
  } catch (error) {
    await close();
    await goBack(dataDir, { ...plan, state: "out", wasOpened: true });
    refused(error);
    return open();
  }
  await discard(dataDir);
}

/** Everything that makes way goes before anything comes in. Each step may be the last one of a process. */
export async function* moveIn(
  dataDir: string,
  { leaving, entering }: SwapPlan,
): AsyncGenerator<string> {
  const [old, fresh] = placesOf(dataDir);
  for (const name of leaving) {
    // There already: the one in the data folder is the new one.
    if (existsSync(join(old, name)) || !existsSync(join(dataDir, name))) continue;
    await rename(join(dataDir, name), join(old, name));
    yield name;
  }
  for (const name of entering) {
    if (!existsSync(join(fresh, name))) continue;
    await rename(join(fresh, name), join(dataDir, name));
    yield name;
  }
}

/** The first half of the way back. */
export async function* moveOut(
  dataDir: string,
  { leaving, entering, wasOpened }: SwapPlan,
): AsyncGenerator<string> {
  const [, fresh] = placesOf(dataDir);
  for (const name of entering) {
    if (existsSync(join(fresh, name)) || !existsSync(join(dataDir, name))) continue;
    await rename(join(dataDir, name), join(fresh, name));
    yield name;
  }
  if (!wasOpened) return;
  for (const name of [...leaving, ...entering.flatMap((each) => withSideFiles(each))]) {
    if (!existsSync(join(dataDir, name))) continue;
    await rm(join(dataDir, name), { recursive: true });
    yield name;
  }
}

/** The second half of the way back. */
export async function* moveHome(dataDir: string, { leaving }: SwapPlan): AsyncGenerator<string> {
  const [old] = placesOf(dataDir);
  for (const name of leaving) {
    if (!existsSync(join(old, name))) continue;
    await rename(join(old, name), join(dataDir, name));
    yield name;
  }
}

async function goBack(dataDir: string, plan: SwapPlan): Promise<void> {
  const home: SwapPlan = { ...plan, state: "home" };
  if (plan.state === "out") {
    await writePlan(join(dataDir, RESTORE_DIR), plan);
    await step(dataDir, moveOut(dataDir, plan), home);
  }
  await step(dataDir, moveHome(dataDir, home), home);
  await discard(dataDir);
}

/** Does all of a list of moves; once they are on the disk, what is next is written down. */
async function step(dataDir: string, moves: AsyncGenerator<string>, next: SwapPlan): Promise<void> {
  for await (const _ of moves);
  for (const folder of [...placesOf(dataDir), dataDir]) await syncFolder(folder);
  await writePlan(join(dataDir, RESTORE_DIR), next);
}

/** There is no plan any more. The rest of it may take long to delete. */
async function discard(dataDir: string): Promise<void> {
  await mkdir(join(dataDir, TEMP_DIR), { recursive: true });
  const rest = join(dataDir, TEMP_DIR, `old_pb_data_${randomLowerText(8)}`);
  await rename(join(dataDir, RESTORE_DIR), rest);
  await syncFolder(dataDir);
  // What is left should this process end before goes with the next start.
  rm(rest, { recursive: true, force: true }).catch(() => undefined);
}

function placesOf(dataDir: string): readonly [old: string, fresh: string] {
  return [join(dataDir, RESTORE_DIR, "old"), join(dataDir, RESTORE_DIR, "new")];
}

function withSideFiles(name: string): string[] {
  return name.endsWith(".db") ? [name, ...DATABASE_SIDE_FILES.map((end) => name + end)] : [name];
}

async function refuseMount(dataDir: string, name: string): Promise<void> {
  const [own, folder] = await Promise.all([
    stat(join(dataDir, name)).catch(() => undefined),
    stat(dataDir),
  ]);
  if (own && own.dev !== folder.dev)
    throw new Error(`${name} is on another disk than the data folder: it cannot be replaced`);
}

/** The plan, once nobody else is about to carry it out: two processes must not move the same entries. */
async function awaitPlan(dataDir: string): Promise<SwapPlan | undefined> {
  const until = Date.now() + OWNER_PATIENCE_MS;
  for (;;) {
    const plan = await readPlan(dataDir);
    if (!plan || plan.owner === process.pid || !isProcessAlive(plan.owner)) return plan;
    if (Date.now() > until) return plan;
    await sleep(50);
  }
}

async function readPlan(dataDir: string): Promise<SwapPlan | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, RESTORE_DIR, "plan.json"), "utf8")) as SwapPlan;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** In place of the one that is there, as a whole. */
async function writePlan(folder: string, plan: SwapPlan): Promise<void> {
  const path = join(folder, "plan.tmp");
  const file = await open(path, "w");
  try {
    await file.writeFile(JSON.stringify(plan));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(path, join(folder, "plan.json"));
  await syncFolder(folder);
}
