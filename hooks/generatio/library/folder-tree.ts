import type { RecordModel } from "generatio";

/** Folders below folders: the top one counts. */
export const MAX_DEPTH = 5;

/** The folders of one user as a tree. */
export class FolderTree {
  readonly #byId: ReadonlyMap<string, RecordModel>;
  readonly #folders: readonly RecordModel[];

  constructor(folders: readonly RecordModel[]) {
    this.#folders = folders;
    this.#byId = new Map(folders.map((folder) => [folder.id, folder]));
  }

  find(id: string): RecordModel | undefined {
    return this.#byId.get(id);
  }

  childrenOf(id: string): RecordModel[] {
    return this.#folders.filter((folder) => folder.getString("parent_id") === id);
  }

  /** From the parent upwards. Ends at a folder that is its own ancestor, should there be one. */
  ancestorsOf(parentId: string): string[] {
    const ids: string[] = [];
    for (let id = parentId; id !== "" && !ids.includes(id);) {
      ids.push(id);
      id = this.find(id)?.getString("parent_id") ?? "";
    }
    return ids;
  }

  /** How many levels a folder takes up, itself included. */
  heightOf(id: string): number {
    return 1 + Math.max(0, ...this.childrenOf(id).map((child) => this.heightOf(child.id)));
  }
}
