import type { RecordModel } from "pocketbase";
import { expect, test } from "vitest";
import {
  RecordList,
  type RowSource,
  type RowsQuery,
} from "../../../../src/ui/admin/records/list/record-list.ts";

/** Rows in memory, sorted by number: `id` is their number as text. */
function source(rows: RecordModel[]): RowSource & { readonly queries: RowsQuery[] } {
  const queries: RowsQuery[] = [];
  return {
    queries,
    async rows(query) {
      queries.push(query);
      const { page, perPage, sort, filter } = query;
      const from = /id>"(\w+)"/.exec(filter)?.[1];
      const ordered = sort.startsWith("-") ? rows.toReversed() : rows;
      const behind = from === undefined ? ordered : ordered.filter(({ id }) => id > from);
      return behind.slice((page - 1) * perPage, page * perPage);
    },
    count: async () => rows.length,
  };
}

function rowsOf(count: number): RecordModel[] {
  return Array.from({ length: count }, (_, at) => ({
    id: String(at).padStart(6, "0"),
    collectionId: "c",
    collectionName: "c",
  }));
}

function listOf(rows: RecordModel[], sort = "@rowid") {
  const shifts: number[] = [];
  const errors: unknown[] = [];
  const from = source(rows);
  const list = new RecordList({
    source: from,
    filter: "",
    sort,
    onShift: (by) => shifts.push(by),
    onError: (error) => errors.push(error),
  });
  return { list, shifts, errors, from };
}

test("fetches what is in sight, from the nearer end", async () => {
  const { list, from } = listOf(rowsOf(1234));
  await list.start();
  expect(list.total.value).toBe(1234);
  list.show(0, 30);
  expect(list.at(29)?.id).toBe("000029");
  list.show(1200, 1234);
  await expect.poll(() => list.at(1233)?.id).toBe("001233");
  expect(list.at(1200)?.id).toBe("001200");
  expect(from.queries.at(-1)).toMatchObject({ page: 1, sort: "-@rowid" });
  list.show(590, 640);
  await expect.poll(() => list.at(639)?.id).toBe("000639");
  expect(list.at(590)?.id).toBe("000590");
  list.close();
});

test("goes on behind a known row where the sort allows it", async () => {
  const { list, from } = listOf(rowsOf(1000), "id");
  await list.start();
  list.show(80, 130);
  await expect.poll(() => list.at(129)?.id).toBe("000129");
  expect(from.queries.at(-1)).toMatchObject({ page: 1, filter: 'id>"000099"' });
  list.close();
});

test("a row that was deleted leaves no gap, and what is below moves up", async () => {
  const rows = rowsOf(150);
  const { list, shifts } = listOf(rows);
  await list.start();
  list.show(50, 80);
  const gone = rows.splice(10, 1)[0]!;
  list.apply("delete", gone);
  expect(list.total.value).toBe(149);
  expect(list.at(10)?.id).toBe("000011");
  expect(shifts).toEqual([-1]);
  list.close();
});

test("a row that came above what is in sight moves the view, not what is seen", async () => {
  const rows = rowsOf(150);
  const { list, shifts } = listOf(rows);
  await list.start();
  list.show(50, 80);
  const added = { id: "zzz", collectionId: "c", collectionName: "c" };
  rows.unshift(added);
  list.apply("create", added);
  await expect.poll(() => list.total.value).toBe(151);
  await expect.poll(() => list.at(50)?.id).toBe("000049");
  expect(shifts).toEqual([1]);
  expect(list.fresh.value.has("zzz")).toBe(true);
  list.close();
});

test("a number of rows that is too high ends in a count, not in a loop", async () => {
  const rows = rowsOf(120);
  const { list, from } = listOf(rows);
  await list.start();
  rows.length = 90;
  list.show(80, 120);
  await expect.poll(() => list.total.value).toBe(90);
  expect(from.queries.length).toBeLessThan(5);
  list.close();
});

test("an error is told once, and an end is none", async () => {
  const { list, errors } = listOf(rowsOf(10));
  list.close();
  await list.start();
  expect(errors).toEqual([]);
});
