import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDataFolder,
  ownCommand,
  send,
  type ServerProcess,
  signIn,
  startServer,
} from "../campaigns/server-process.ts";

/** A folder for one server, which may be started in it again and again. */
export interface Place {
  readonly dir: string;
  /** @param wrap program and arguments that the server's own are given to */
  start(wrap?: readonly string[]): Promise<ServerProcess>;
  /** Every file of the storage, and of what is kept beside it for a while. */
  files(): string[];
  remove(): void;
}

/** Makes a data folder with a superuser and a collection `docs` that everyone may use. */
export async function newPlace(options: { readonly diskBytes?: number } = {}): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), "generatio-faults-"));
  const disk = join(root, "disk");
  const hooks = join(root, "hooks");
  mkdirSync(disk);
  mkdirSync(hooks);
  if (options.diskBytes !== undefined) mountDisk(disk, options.diskBytes);
  const dir = join(disk, "pb_data");
  const place: Place = {
    dir,
    start: (wrap = []) => startServer({ command: [...wrap, ...ownCommand(hooks)], dir }),
    files: () => [
      ...filesIn(join(dir, "storage")),
      ...filesIn(join(dir, ".pb_temp_to_delete")),
      ...filesIn(join(dir, ".pb_files_unsettled")),
    ],
    remove() {
      if (options.diskBytes !== undefined) spawnSync("umount", [disk]);
      rmSync(root, { recursive: true, force: true });
    },
  };
  createDataFolder(dir);
  const server = await place.start();
  const token = await signIn(server.url);
  const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
  const fields = [{ name: "file", type: "file", maxSize: 1 << 30 }];
  await send(`${server.url}/api/collections`, {
    token,
    body: { name: "docs", type: "base", ...rules, fields },
  });
  await server.stop();
  return place;
}

/** Whether this system lets us make a disk of a certain size. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "generatio-mount-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  if (status === 0) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

function mountDisk(folder: string, bytes: number): void {
  const { status, stderr } = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`no disk could be mounted: ${stderr}`);
}

/** Runs a program as someone whom permissions hold back, and gives the folder to them. */
export function unprivileged(place: Place): string[] {
  if (process.getuid?.() !== 0) return [];
  const nobody = 65_534;
  for (const path of [join(place.dir, ".."), join(place.dir, "../..")])
    chownSync(path, nobody, nobody);
  for (const path of ["", ...readdirSync(place.dir, { recursive: true, encoding: "utf8" })])
    chownSync(join(place.dir, path), nobody, nobody);
  return ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Creates a record with a file of so many bytes. */
export async function upload(url: string, bytes: number): Promise<Answer> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes).fill(120)]), "file.bin");
  const answer = await fetch(`${url}/api/collections/docs/records`, { method: "POST", body: form });
  return { status: answer.status, text: await answer.text() };
}

/** The names that the rows have, as paths in the storage with their side-cars. */
export async function namedFiles(url: string): Promise<string[]> {
  const { items } = await send<{
    items: { id: string; collectionId: string; file: string }[];
  }>(`${url}/api/collections/docs/records?perPage=500`);
  return items.flatMap(({ id, collectionId, file }) =>
    file === "" ? [] : [join(collectionId, id, file), join(collectionId, id, `${file}.attrs`)],
  );
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
