import type { CollectionModel, RecordModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { client } from "../../api/client.ts";
import { onRecordChange } from "../changes.ts";
import { listProblem } from "./filter-problem.ts";
import { RecordList, type RowsQuery } from "./record-list.ts";
import { relationNames } from "./search-filter.ts";
import { ROW_ORDER } from "./sort.ts";

export interface RecordListProps {
  readonly collection: CollectionModel;
  readonly filter: string;
  /** The order of making, newest first, unless given. */
  readonly sort: string;
  /** Follows changes by others too. */
  readonly isLive?: boolean | undefined;
  readonly onShift?: ((rows: number) => void) | undefined;
}

/** A list that is fetched anew when what it shows changes; the one before stays until the first rows are there. */
export function useRecordList(props: RecordListProps): {
  readonly list: RecordList | undefined;
  /** What the server said about the filter or sort. */
  readonly problem: string | undefined;
} {
  const { collection, filter, isLive = false } = props;
  const [list, setList] = useState<RecordList>();
  const [problem, setProblem] = useState<string>();
  const sort = props.sort || defaultSort(collection);
  useEffect(() => {
    const next = new RecordList({
      source: sourceOf(collection),
      filter,
      sort,
      onShift: (rows) => props.onShift?.(rows),
      onError: (error) => setProblem(listProblem(error, filter, namesOf(collection))),
    });
    setProblem(undefined);
    let isWanted = true;
    const begin = async () => {
      await next.start();
      if (isWanted && next.total.peek() !== undefined) setList(next);
    };
    void begin();
    return () => {
      isWanted = false;
      next.close();
    };
  }, [collection.id, collection["updated"], filter, sort]);
  useEffect(() => {
    if (!list) return undefined;
    const end = onRecordChange((action, record) => {
      if (record.collectionId === collection.id) list.apply(action, record);
    });
    if (!isLive || collection.type === "view") return end;
    const follow = client
      .collection(collection.id)
      .subscribe("*", ({ action, record }) => list.apply(action, record), rowOptions(collection));
    follow.catch(() => undefined);
    return () => {
      end();
      void follow.then((stop) => stop()).catch(() => undefined);
    };
  }, [list, collection.id]);
  return { list, problem };
}

function namesOf({ fields }: CollectionModel): string[] {
  return fields.map(({ name }) => name);
}

/** Rows of a view have no number of their own. */
function defaultSort(collection: CollectionModel): string {
  return collection.type === "view" ? "" : `-${ROW_ORDER}`;
}

function sourceOf(collection: CollectionModel) {
  const records = client.collection(collection.id);
  return {
    rows: async ({ page, perPage, sort, filter, signal }: RowsQuery): Promise<RecordModel[]> => {
      const query = { skipTotal: true, sort, filter, signal, ...rowOptions(collection) };
      return (await records.getList(page, perPage, query)).items;
    },
    count: async (filter: string): Promise<number> =>
      (await records.getList(1, 1, { filter, fields: "id" })).totalItems,
  };
}

/** Related records come along; long texts are cut. */
function rowOptions(collection: CollectionModel): { expand: string; fields: string } {
  const cut = collection.fields
    .filter(({ convertURLs }) => convertURLs !== undefined)
    .map(({ name }) => `,${name}:excerpt(200,true)`);
  return { expand: relationNames(collection).join(","), fields: `*,expand.*${cut.join("")}` };
}
