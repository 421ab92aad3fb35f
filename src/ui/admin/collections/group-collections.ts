import type { CollectionModel } from "pocketbase";

export interface CollectionGroups {
  readonly pinned: CollectionModel[];
  readonly others: CollectionModel[];
  readonly system: CollectionModel[];
}

/**
 * Sorts collections into groups, each in the order given.
 *
 * @param text narrows by id, name and type; spaces in it do not matter
 * @param pinned ids
 */
export function groupCollections(
  collections: readonly CollectionModel[],
  text: string,
  pinned: readonly string[],
): CollectionGroups {
  const wanted = text.toLowerCase().replaceAll(/\s+/g, "");
  const found = collections.filter(({ id, name, type }) =>
    [id, name, type].some((each) => each.toLowerCase().includes(wanted)),
  );
  const isPinned = ({ id }: CollectionModel) => pinned.includes(id);
  return {
    pinned: found.filter(isPinned),
    others: found.filter((each) => !isPinned(each) && !each.system),
    system: found.filter((each) => !isPinned(each) && each.system),
  };
}
