import type { App } from "generatio";
import { toDollars } from "./money.ts";
import { USAGE } from "./usage.ts";

export type SeriesGroup = "day" | "month" | "model" | "provider";

/** One point of `GET financial/series`; money in dollars. */
export interface SeriesPoint {
  /** The day, month, model or provider. */
  readonly key: string;
  readonly images: number;
  readonly spent: number;
  /** The part of it that left no picture. */
  readonly waste: number;
}

/** What a user spent from one day to another (`YYYY-MM-DD`, both included), in order of the keys. */
export async function readSeries(
  app: App,
  userId: string,
  { from, to, group }: { from: string; to: string; group: SeriesGroup },
): Promise<SeriesPoint[]> {
  const rows = await app.findRecordsByFilter(
    USAGE,
    "user_id = {:userId} && day >= {:from} && day <= {:to}",
    { params: { userId, from, to } },
  );
  const groups = Map.groupBy(rows, (row) =>
    group === "month" ? row.getString("day").slice(0, 7) : row.getString(group),
  );
  const points = [...groups].map(([key, members]) => {
    const sum = (name: string) => members.reduce((total, row) => total + row.getNumber(name), 0);
    return {
      key,
      images: sum("images"),
      spent: toDollars(sum("cost_micros")),
      waste: toDollars(sum("waste_micros")),
    };
  });
  return points.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
