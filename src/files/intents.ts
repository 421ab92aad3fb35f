import { mkdir, open, readdir, readFile, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { randomLowerText } from "../lib/id.ts";
import { isProcessAlive } from "../lib/process-alive.ts";
import { syncFolder } from "../lib/sync-folder.ts";

/** Files that may be left over should the process die now. */
export interface Intent {
  /** `<collectionId>/<recordId>/`, or `<collectionId>/` for a collection that is being deleted. */
  readonly folder: string;
  /** Files in it that its record may no longer, or never, name. */
  readonly names: readonly string[];
  /** The folder goes as a whole when its record or collection is gone. */
  readonly isDelete?: boolean;
}

const FILE_NAME = /^(\d+)-\w+\.json$/;

/** Intents on the disk: a file for each group of them, there before what they speak of and removed after. */
export class IntentLog {
  readonly #dir: string;

  /** @param dir made when the first intent is written */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Settles once the intents would survive a crash. @returns what `remove` takes */
  async write(intents: readonly Intent[]): Promise<string> {
    const isNew = (await mkdir(this.#dir, { recursive: true })) !== undefined;
    const path = join(this.#dir, `${process.pid}-${randomLowerText(16)}.json`);
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify(intents));
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await syncFolder(this.#dir);
    if (isNew) await syncFolder(join(this.#dir, ".."));
    return path;
  }

  async remove(path: string): Promise<void> {
    // Not `rm`, which looks at the file first, and holds up everything else meanwhile.
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }

  /** What processes that are no more have left. A file that was not written to its end stands for nothing yet. */
  async *leftBehind(): AsyncGenerator<{
    readonly path: string;
    readonly intents: readonly Intent[];
  }> {
    for (const name of await readdir(this.#dir).catch(() => [])) {
      const pid = Number(FILE_NAME.exec(name)?.[1]);
      if (Number.isNaN(pid) || isOfAnother(pid)) continue;
      const path = join(this.#dir, name);
      yield { path, intents: parse(await readFile(path, "utf8")) };
    }
  }
}

/** Notes out of a backup are of nobody: 0 is no process. */
function isOfAnother(pid: number): boolean {
  return pid !== 0 && pid !== process.pid && isProcessAlive(pid);
}

function parse(text: string): readonly Intent[] {
  try {
    return JSON.parse(text) as Intent[];
  } catch {
    return [];
  }
}
