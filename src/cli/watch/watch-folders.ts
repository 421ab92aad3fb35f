import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Editors write a file in several steps. PocketBase waits as long. */
const DEBOUNCE_MS = 50;

export interface FolderWatch {
  close(): void;
}

/**
 * Calls `onChange` after something in the folders or below has changed, once for changes that come together.
 * Names that begin with a dot and `node_modules` are not looked at. Folders that do not exist are left out.
 *
 * @param onChange is given the path of the last change
 */
export function watchFolders(
  folders: readonly string[],
  onChange: (path: string) => void,
): FolderWatch {
  const tree = new WatchedTree(folders, onChange);
  tree.look();
  return tree;
}

/** One watcher for each folder: the recursive kind does not exist everywhere, and would descend into everything. */
class WatchedTree implements FolderWatch {
  readonly #roots: readonly string[];
  readonly #onChange: (path: string) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;

  constructor(roots: readonly string[], onChange: (path: string) => void) {
    this.#roots = roots;
    this.#onChange = onChange;
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Watches folders that have come, forgets those that have gone. */
  look(): void {
    const present = new Set(this.#roots.flatMap(foldersBelow));
    for (const [folder, watcher] of this.#watchers) {
      if (present.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of present) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, (_kind, name) => {
        if (name !== null && !isIgnored(name)) this.#changed(join(folder, name));
      });
      // A folder that is removed ends its watcher so on some systems.
      watcher.on("error", () => this.#changed(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      console.error(`${folder} cannot be watched: ${String(error)}`);
    }
  }

  #changed(path: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.look();
      this.#onChange(path);
    }, DEBOUNCE_MS);
  }
}

function foldersBelow(folder: string): string[] {
  // Follows links; what is gone by now counts as not there.
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const children = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !isIgnored(entry.name))
    .flatMap(({ name }) => foldersBelow(join(folder, name)));
  return [folder, ...children];
}

function isIgnored(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}
